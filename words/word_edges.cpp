#include "words/word_edges.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace sr::words {

namespace {

enum class Class : std::uint8_t { kWord, kSpace, kAlone };

// Letters of scripts without spaces that are not wide: those that take a dictionary to divide, and
// half-width kana.
constexpr std::pair<utf8proc_int32_t, utf8proc_int32_t> kNoSpaces[] = {
    {0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x1950, 0x19FF}, {0x1A20, 0x1AAF},
    {0xA9E0, 0xA9FF}, {0xAA60, 0xAADF}, {0xFF66, 0xFF9F}};

Class class_of_wide(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return Class::kSpace;
    case UTF8PROC_CATEGORY_PD: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI: case UTF8PROC_CATEGORY_PF: case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM: case UTF8PROC_CATEGORY_SC: case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
      return Class::kAlone;
    case UTF8PROC_CATEGORY_CF: {
      // Soft hyphens and joiners stand inside words; other format characters beside them.
      const bool inside = code == 0xAD || code == 0x200C || code == 0x200D || code == 0x2060 ||
                          code == 0xFEFF;
      return inside ? Class::kWord : Class::kAlone;
    }
    case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_NL: {
      const bool alone =
          utf8proc_charwidth(code) == 2 ||
          std::any_of(std::begin(kNoSpaces), std::end(kNoSpaces), [&](const auto& range) {
            return code >= range.first && code <= range.second;
          });
      return alone ? Class::kAlone : Class::kWord;
    }
    default:
      return Class::kWord;
  }
}

constexpr std::array<Class, 0x80> kAscii = [] {
  std::array<Class, 0x80> out{};
  for (int c = 0; c < 0x80; ++c) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '_';
    out[static_cast<std::size_t>(c)] = word                    ? Class::kWord
                                       : c <= 0x20 || c == 0x7F ? Class::kSpace
                                                                : Class::kAlone;
  }
  return out;
}();

}  // namespace

WordEdges word_edges(std::string_view text, bool trim) {
  WordEdges out;
  out.at.assign(text.size() + 1, 0);
  Class before = Class::kAlone;  // of the character that people see before `at`
  utf8proc_int32_t last = 0, state = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = bytes[at];
    std::size_t length = 1;
    if (code >= 0x80) {
      length = static_cast<std::size_t>(
          utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code));
    }
    const bool plain = code < 0x80 && last < 0x80;
    bool begins = true;  // a character that people see
    if (at > 0 && plain) {
      begins = code != '\n' || last != '\r';
      state = 0;
    } else if (at > 0) {
      begins = utf8proc_grapheme_break_stateful(last, code, &state);
    }
    last = code;
    if (begins) {
      const auto here = code < 0x80 ? kAscii[static_cast<std::size_t>(code)] : class_of_wide(code);
      if (at == 0 || before != Class::kWord || here != Class::kWord) {
        if (!trim || here != Class::kSpace) out.at[at] |= WordEdges::kBegin;
        if (at > 0 && (!trim || before != Class::kSpace)) out.at[at] |= WordEdges::kEnd;
      }
      before = here;
    }
    at += length;
  }
  if (!text.empty() && (!trim || before != Class::kSpace)) out.at.back() |= WordEdges::kEnd;
  return out;
}

}  // namespace sr::words
