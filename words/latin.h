// words/latin.h - letters of other alphabets as Latin ones. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::words {

struct LatinLetter {
  std::string text;  // a-z, 0-9; empty: no letter, such as a space or a sign
  bool upper = false;
};

// One for each letter: "Größe" is g r o ss e. Latin, Greek and Cyrillic ones; nothing when the
// text, which is UTF-8, has a letter of another alphabet.
std::optional<std::vector<LatinLetter>> latin_letters(std::string_view text);

}  // namespace sr::words
