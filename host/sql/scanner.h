// host/sql/scanner.h - reads a statement byte by byte before any parser sees it, and refuses what
// two databases could read differently and what is too large to parse on a small stack.
// Pure; any thread. Throws Refused.
#pragma once

#include <cstddef>
#include <string_view>

namespace sr::host::sql {

constexpr std::size_t kMaxStatementBytes = 64 * 1024;
constexpr std::size_t kMaxTokens = 4096;    // bounds the parser's recursion
constexpr std::size_t kMaxParentheses = 64;  // open at the same time
constexpr std::size_t kMaxNameBytes = 63;   // PostgreSQL cuts longer names short

void scan(std::string_view statement);

// The byte offset of a character, counted from 0 (the parser reports characters).
int byte_of_character(std::string_view text, int character);

}  // namespace sr::host::sql
