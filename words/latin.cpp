#include "words/latin.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace sr::words {
namespace {

// What has no Latin letter below its marks. Sorted by code.
struct Other {
  utf8proc_int32_t code;
  std::string_view text;
};
constexpr Other kOthers[] = {{0xDF, "ss"}, {0xE6, "ae"}, {0xF0, "d"},  {0xF8, "o"},   {0xFE, "th"},
                             {0x111, "d"}, {0x127, "h"}, {0x131, "i"}, {0x133, "ij"}, {0x138, "k"},
                             {0x140, "l"}, {0x142, "l"}, {0x149, "n"}, {0x14B, "ng"}, {0x153, "oe"},
                             {0x167, "t"}, {0x17F, "s"}, {0x259, "a"}};

constexpr utf8proc_int32_t kAlpha = 0x3B1, kCyrillicA = 0x430;
constexpr std::array<std::string_view, 25> kGreek = {"a", "v", "g", "d", "e",  "z",  "i", "th", "i",
                                                     "k", "l", "m", "n", "x",  "o",  "p", "r",  "s",
                                                     "s", "t", "y", "f", "ch", "ps", "o"};
// An empty one is heard in its neighbours only.
constexpr std::array<std::string_view, 48> kCyrillic = {
    "a", "b",  "v",  "g", "d",  "e",  "zh", "z",  "i",  "y",    "k",  "l", "m", "n", "o",  "p",
    "r", "s",  "t",  "u", "f",  "kh", "ts", "ch", "sh", "shch", "",   "y", "",  "e", "yu", "ya",
    "e", "yo", "dj", "g", "ye", "dz", "i",  "yi", "j",  "lj",   "nj", "c", "k", "i", "u",  "dzh"};

bool is_letter(utf8proc_int32_t code) {
  const auto category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool is_mark(utf8proc_int32_t code) {
  const auto category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

// Without its marks: é as e.
utf8proc_int32_t base_of(utf8proc_int32_t code) {
  std::array<utf8proc_int32_t, 8> parts{};
  int state = 0;
  const auto count =
      utf8proc_decompose_char(code, parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &state);
  return count > 0 ? parts[0] : code;
}

std::optional<std::string> latin(utf8proc_int32_t lower) {
  const auto from = [&](const auto& letters, utf8proc_int32_t first) -> std::optional<std::string> {
    const auto place = lower - first;
    if (place < 0 || place >= static_cast<utf8proc_int32_t>(letters.size())) return std::nullopt;
    return std::string(letters[static_cast<std::size_t>(place)]);
  };
  if (auto found = from(kCyrillic, kCyrillicA)) return found;
  const auto base = base_of(lower);
  if (base >= 'a' && base <= 'z') return std::string(1, static_cast<char>(base));
  const auto* other =
      std::lower_bound(std::begin(kOthers), std::end(kOthers), base,
                       [](const Other& one, utf8proc_int32_t code) { return one.code < code; });
  if (other != std::end(kOthers) && other->code == base) return std::string(other->text);
  lower = base;
  return from(kGreek, kAlpha);
}

}  // namespace

std::optional<std::vector<LatinLetter>> latin_letters(std::string_view text) {
  std::vector<LatinLetter> out;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = 0;
    const auto length =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (length <= 0) return std::nullopt;
    at += static_cast<std::size_t>(length);
    if (code >= '0' && code <= '9') {
      out.push_back({std::string(1, static_cast<char>(code)), false});
    } else if (is_letter(code)) {
      const auto lower = utf8proc_tolower(code);
      auto letter = latin(lower);
      if (!letter) return std::nullopt;
      if (!letter->empty()) out.push_back({*std::move(letter), lower != code});
    } else if (!is_mark(code)) {
      out.push_back({});
    }
  }
  return out;
}

}  // namespace sr::words
