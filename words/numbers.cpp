#include "words/numbers.h"

#include <utf8proc.h>

#include <algorithm>

#include "words/word_edges.h"

namespace sr::words {

namespace {

using Codes = std::vector<std::uint32_t>;

Codes decoded(std::string_view text) {
  Codes out;
  out.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = 0;
    at += static_cast<std::size_t>(
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code));
    out.push_back(static_cast<std::uint32_t>(code));
  }
  return out;
}

// The value of a decimal digit of any script, or -1. Their ten digits stand side by side.
int digit_of(std::uint32_t code) {
  if (code < 0x80) return code >= '0' && code <= '9' ? static_cast<int>(code - '0') : -1;
  const auto is_digit = [](std::uint32_t c) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_ND;
  };
  if (!is_digit(code)) return -1;
  std::uint32_t first = code;
  while (is_digit(first - 1)) --first;  // several tens may follow each other
  return static_cast<int>((code - first) % 10);
}

bool is_minus(std::uint32_t code) { return code == '-' || code == 0x2212; }
bool is_point(std::uint32_t code) { return code == '.' || code == ',' || code == 0x066B; }
// Stands between groups of three digits.
bool is_group(std::uint32_t code) {
  return is_point(code) || code == '\'' || code == 0x2019 || code == ' ' || code == 0xA0 ||
         code == 0x202F || code == 0x2009 || code == '_' || code == 0x066C;
}

bool may_stand_before_sign(std::uint32_t code) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PI:
      return true;
    default:
      return code == '=' || code == ':' || code == '"' || code == '\'';
  }
}

bool is_space(std::uint32_t code) {
  return code == ' ' || code == 0xA0 || code == 0x202F || code == 0x2009;
}

class Finder {
 public:
  explicit Finder(std::string_view text)
      : codes_(decoded(text)), edges_(word_edges(text, /*trim=*/true)) {}

  std::vector<std::string> run() {
    std::size_t byte = 0;
    for (std::size_t at = 0; at < codes_.size();) {
      if (digit_of(codes_[at]) < 0) {
        byte += size_of(codes_[at++]);
        continue;
      }
      begin_ = at;
      const bool inside_word = (edges_.at[byte] & WordEdges::kBegin) == 0;
      groups_.clear(), between_.clear();
      read(at);
      for (auto i = begin_; i < at; ++i) byte += size_of(codes_[i]);
      if (!inside_word) take();
    }
    std::sort(out_.begin(), out_.end());
    out_.erase(std::unique(out_.begin(), out_.end()), out_.end());
    return std::move(out_);
  }

 private:
  static std::size_t size_of(std::uint32_t code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  // Groups of digits, one character between any two.
  void read(std::size_t& at) {
    for (;;) {
      auto& digits = groups_.emplace_back();
      for (int digit = 0; at < codes_.size() && (digit = digit_of(codes_[at])) >= 0; ++at) {
        digits += static_cast<char>('0' + digit);
      }
      const bool on =
          at + 1 < codes_.size() && is_group(codes_[at]) && digit_of(codes_[at + 1]) >= 0;
      if (!on) return;
      between_.push_back(codes_[at++]);
    }
  }

  // All of it may be one number; spaces may divide it all the same.
  void take() {
    const auto count = groups_.size();
    const bool whole = as_one(0, count);
    const bool spaces = std::any_of(between_.begin(), between_.end(), is_space);
    if (spaces) {
      divide(0, count, is_space, [&](std::size_t first, std::size_t last) { piece(first, last); });
    } else if (!whole) {
      piece(0, count);
    }
  }
  void piece(std::size_t first, std::size_t last) {
    if (as_one(first, last)) return;
    divide(first, last, [](std::uint32_t c) { return !is_point(c); },
           [&](std::size_t a, std::size_t b) {
             if (as_one(a, b)) return;
             for (; a < b; ++a) add(a, a + 1, "");  // a date, a version
           });
  }
  template <class Divides, class Fn>
  void divide(std::size_t first, std::size_t last, Divides&& divides, Fn&& fn) const {
    for (auto i = first; i < last; ++i) {
      if (i + 1 < last && !divides(between_[i])) continue;
      fn(first, i + 1);
      first = i + 1;
    }
  }

  // Groups of three with the same between them; and a point and a fraction behind.
  bool as_one(std::size_t first, std::size_t last) {
    bool any = false;
    if (grouped(first, last)) any = add(first, last, "");
    const bool fraction = last - first > 1 && is_point(between_[last - 2]) &&
                          (last - first == 2 || between_[last - 2] != between_[first]);
    if (fraction && grouped(first, last - 1)) any = add(first, last - 1, groups_[last - 1]) || any;
    return any;
  }
  bool grouped(std::size_t first, std::size_t last) const {
    if (last - first > 1 && groups_[first].size() > 3) return false;
    for (auto i = first + 1; i < last; ++i) {
      if (groups_[i].size() != 3 || between_[i - 1] != between_[first]) return false;
    }
    return true;
  }

  bool add(std::size_t first, std::size_t last, const std::string& fraction) {
    std::string digits;
    for (auto i = first; i < last; ++i) digits += groups_[i];
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (digits.size() + fraction.size() > kMostDigits) return true;  // a number, but none for us
    if (!fraction.empty()) digits += "." + fraction;
    const bool sign = first == 0 && begin_ > 0 && is_minus(codes_[begin_ - 1]) &&
                      (begin_ == 1 || may_stand_before_sign(codes_[begin_ - 2]));
    if (sign && digits.find_first_not_of("0.") != digits.npos) out_.push_back("-" + digits);
    out_.push_back(std::move(digits));
    return true;
  }

  const Codes codes_;
  const WordEdges edges_;
  std::size_t begin_ = 0;  // of the run in work
  std::vector<std::string> groups_;
  Codes between_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> numbers_of(std::string_view text) { return Finder(text).run(); }

}  // namespace sr::words
