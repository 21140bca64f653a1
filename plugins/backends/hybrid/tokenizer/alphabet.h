// tokenizer/alphabet.h - the byte-level alphabet: a printable character for each of 256 bytes.
//
// Printable Latin-1 bytes stand for themselves; the other 68, in order, are U+0100 and up
// (a space is U+0120). Pure functions, any thread, no errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sr::hybrid {

// Appends the characters of `bytes` in the alphabet.
void append_in_alphabet(std::string& out, std::string_view bytes);

// The bytes that `name` spells; nothing when one of its characters is not of the alphabet.
std::optional<std::string> from_alphabet(std::string_view name);

}  // namespace sr::hybrid
