// tokenizer/utf8.h - walking over bytes that are usually, but not surely, UTF-8.
//
// Pure functions, any thread, no errors: bytes that are not UTF-8 are stepped over one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sr::hybrid {

// Bytes of the well-formed character that `text` begins with; 0 if it begins with none (empty,
// truncated, overlong, a surrogate, beyond U+10FFFF).
std::size_t utf8_length(std::string_view text) noexcept;

// How many bytes at the start of `text` are well-formed.
std::size_t utf8_valid_prefix(std::string_view text) noexcept;

void append_utf8(std::string& out, std::uint32_t character);

// Calls valid(piece) for every longest well-formed run and broken(piece) for what lies between.
template <class Valid, class Broken>
void for_each_run(std::string_view text, Valid&& valid, Broken&& broken) {
  while (!text.empty()) {
    const std::size_t good = utf8_valid_prefix(text);
    if (good > 0) valid(text.substr(0, good));
    text.remove_prefix(good);
    std::size_t bad = 0;
    while (bad < text.size() && utf8_length(text.substr(bad)) == 0) ++bad;
    if (bad > 0) broken(text.substr(0, bad));
    text.remove_prefix(bad);
  }
}

}  // namespace sr::hybrid
