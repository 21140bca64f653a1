#include "lines.h"

#include <cstdint>

namespace sr::stdio {

void LineCutter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    add(bytes.substr(0, newline));
    if (newline == std::string_view::npos) return;
    take();
    bytes.remove_prefix(newline + 1);
  }
}

void LineCutter::end() { take(); }

void LineCutter::add(std::string_view bytes) {
  if (too_long_) return;
  // One byte more than the limit may be the "\r" of "\r\n".
  too_long_ = rest_.size() + bytes.size() > limit_ + 1;
  if (too_long_) {
    rest_.clear();
  } else {
    rest_ += bytes;
  }
}

void LineCutter::take() {
  if (!rest_.empty() && rest_.back() == '\r') rest_.pop_back();
  if (too_long_ || rest_.size() > limit_) {
    bad_("a line is longer than max_message (" + std::to_string(limit_) + " bytes)");
  } else if (!is_utf8(rest_)) {
    bad_("a line is not UTF-8");
  } else if (!rest_.empty()) {
    line_(rest_);
  }
  rest_.clear();
  too_long_ = false;
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
