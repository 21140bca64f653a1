#include "lines.h"

#include <cstdint>

namespace sr::stdio {

std::string LineCutter::feed(std::string_view bytes,
                             const std::function<void(std::string_view)>& line) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) {
      // One byte more than the limit may be the "\r" of "\r\n".
      if (rest_.size() + bytes.size() > limit_ + 1) return too_long();
      rest_ += bytes;
      return {};
    }
    std::string why;
    if (rest_.empty()) {
      why = take(bytes.substr(0, newline), line);
    } else {
      rest_ += bytes.substr(0, newline);
      why = take(rest_, line);
      rest_.clear();
    }
    if (!why.empty()) return why;
    bytes.remove_prefix(newline + 1);
  }
  return {};
}

std::string LineCutter::end(const std::function<void(std::string_view)>& line) {
  auto why = take(rest_, line);
  rest_.clear();
  return why;
}

std::string LineCutter::take(std::string_view text,
                             const std::function<void(std::string_view)>& line) const {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (text.empty()) return {};
  if (text.size() > limit_) return too_long();
  if (!is_utf8(text)) return "a line is not UTF-8";
  line(text);
  return {};
}

std::string LineCutter::too_long() const {
  return "a line is longer than max_message (" + std::to_string(limit_) + " bytes)";
}

// RFC 3629: shortest forms only, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - i <= more) return false;
    std::uint32_t point = lead & (0x3Fu >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3F);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800 && point < 0xE000;
    if (point < kLeast[more] || point > 0x10FFFF || surrogate) return false;
    i += more + 1;
  }
  return true;
}

}  // namespace sr::stdio
