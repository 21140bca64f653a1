// host/sql/scanner.h - reads a statement byte by byte before any parser sees it, and refuses what
// two databases could read differently and what is too large to parse on a small stack.
// Pure; any thread. Throws Refused.
#pragma once

#include <cstddef>
#include <string_view>

namespace sr::host::sql {

constexpr std::size_t kMaxStatementBytes = 64 * 1024;
constexpr std::size_t kMaxNameBytes = 63;  // PostgreSQL cuts longer names short
// Open at the same time, CASEs too. SQLite's parser has a stack of 100 entries, of which an open
// parenthesis takes up to 8.
constexpr std::size_t kMaxParentheses = 12;
// Words and signs that may nest in each other: all since the last comma, AND or OR, in all open
// parentheses. It bounds the recursion of the parser, which needs up to 2 KiB of stack for each.
constexpr std::size_t kMaxChain = 400;

// How a value that is given when the statement runs may stand in it.
enum class Parameters {
  kNone,
  kNamed,    // :alert_id, :"First Name", as they are written
  kNumbered  // $1, as the guard writes them out
};

void scan(std::string_view statement, Parameters parameters = Parameters::kNone);

// The byte offset of a character, counted from 0 (the parser reports characters).
int byte_of_character(std::string_view text, int character);

}  // namespace sr::host::sql
