// engine/base/utf8.h - reading and writing UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::constrain {

constexpr std::uint32_t kLastCode = 0x10FFFF;
constexpr std::uint32_t kSurrogates = 0xD800, kLowSurrogates = 0xDC00, kAfterSurrogates = 0xE000;

inline bool is_surrogate(std::uint32_t code) {
  return code >= kSurrogates && code < kAfterSurrogates;
}

// The bytes of the character that the text begins with; 0 when it is cut short or not UTF-8.
inline std::size_t utf8_length(std::string_view text) {
  constexpr std::uint32_t kFirst[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto b = static_cast<std::uint8_t>(text[0]);
  if (b < 0x80) return 1;
  const std::size_t length = b < 0xC2 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t code = b & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return 0;
    code = code << 6 | (next & 0x3FU);
  }
  return code < kFirst[length] || code > kLastCode || is_surrogate(code) ? 0 : length;
}

inline void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  constexpr std::uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  out += static_cast<char>(kLead[more] | code >> (6 * more));
  for (int i = more; i-- > 0;) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
}

// The code points of valid UTF-8.
inline std::vector<std::uint32_t> decode_utf8(std::string_view text) {
  std::vector<std::uint32_t> codes;
  for (std::size_t i = 0; i < text.size();) {
    const auto b = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? b : b & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      code = code << 6 | (static_cast<std::uint8_t>(text[i + k]) & 0x3FU);
    }
    codes.push_back(code);
    i += length;
  }
  return codes;
}

}  // namespace sr::constrain
