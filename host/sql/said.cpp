#include "host/sql/said.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "host/sql/names.h"
#include "words/numbers.h"
#include "words/word_edges.h"

namespace sr::host::sql {
namespace {

using words::WordEdges;

constexpr std::size_t kMostDigits = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What the scanner refuses inside a text.
bool divides(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

// At most so many bytes, cut between two characters.
std::string_view front_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

constexpr std::array<std::string_view, 13> kNumberWords = {
    "zero",  "one",   "two",  "three", "four",   "five",  "six",
    "seven", "eight", "nine", "ten",   "eleven", "twelve"};
struct Scale {
  std::string_view word;
  int zeros;  // that it adds; below 0: places that the point moves to the left
};
constexpr int kPercent = -2;
constexpr std::size_t kMostWholes = 3;  // digits before the point of a share
constexpr Scale kScales[] = {{"hundred", 2},
                             {"thousand", 3},
                             {"k", 3},
                             {"million", 6},
                             {"m", 6},
                             {"mn", 6},
                             {"billion", 9},
                             {"bn", 9},
                             {"%", kPercent},
                             {"percent", kPercent},
                             {"per cent", kPercent},
                             {"pct", kPercent}};
struct Part {
  std::string_view word;
  const char* number;
};
constexpr Part kParts[] = {{"half", "0.5"}, {"quarter", "0.25"}};

// The decimal number times ten to the power of `zeros`.
std::string moved(std::string digits, int zeros) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  auto point = digits.find('.');
  if (point == std::string::npos) {
    point = digits.size();
  } else {
    digits.erase(point, 1);
  }
  auto at = static_cast<std::ptrdiff_t>(point) + zeros;
  if (at <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - at), '0');
    at = 1;
  }
  if (static_cast<std::size_t>(at) > digits.size()) {
    digits.append(static_cast<std::size_t>(at) - digits.size(), '0');
  }
  digits.insert(static_cast<std::size_t>(at), ".");
  return (negative ? "-" : "") + digits;
}

// Reads a text word by word: runs of letters, runs of digits with points and commas, signs.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}

  std::vector<std::string> run() {
    for (auto& number : words::numbers_of(text_)) add(number);
    while (at_ < text_.size()) {
      if (is_digit(text_[at_])) {
        digits();
      } else if (is_letter(text_[at_])) {
        word();
      } else {
        ++at_;
      }
    }
    std::sort(out_.begin(), out_.end());
    out_.erase(std::unique(out_.begin(), out_.end()), out_.end());
    return std::move(out_);
  }

 private:
  void add(std::string_view number) {
    if (auto written = canonical_number(number)) out_.push_back(std::move(*written));
  }

  void digits() {
    const auto begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    add(text_.substr(begin, at_ - begin));
    // With a fraction or in groups, when what follows says that it is many.
    auto end = at_;
    while (end + 1 < text_.size() && (text_[end] == '.' || text_[end] == ',') &&
           is_digit(text_[end + 1])) {
      for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
    }
    for (const auto& number : words::numbers_of(text_.substr(begin, end - begin)))
      scaled(number, end);
    at_ = std::max(at_, end);
    // The runs behind a point count by themselves, too: 10.0.0.7
    for (auto i = begin; i < end;) {
      auto run = i;
      while (run < end && is_digit(text_[run])) ++run;
      if (run > i) add(text_.substr(i, run - i));
      i = run + 1;
    }
  }

  std::string_view letters_at(std::size_t from) const {
    auto end = from;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    return text_.substr(from, end - from);
  }

  void word() {
    const auto word = lower_ascii(letters_at(at_));
    at_ += word.size();
    const auto known = std::find(kNumberWords.begin(), kNumberWords.end(), word);
    if (known != kNumberWords.end()) {
      const auto number = std::to_string(known - kNumberWords.begin());
      add(number);
      scaled(number, at_);
    }
    for (const auto& part : kParts) {
      if (part.word == word) add(part.number);
    }
    for (const auto& scale : kScales) {
      if (scale.word == word && word.size() > 2 && scale.zeros > 0) add(moved("1", scale.zeros));
    }
  }

  // `1.5k`, `1.5 million`, `12%`: also what that comes to.
  void scaled(const std::string& number, std::size_t behind) {
    if (behind < text_.size() && text_[behind] == ' ') ++behind;
    if (behind >= text_.size()) return;
    auto word = text_[behind] == '%' ? "%" : lower_ascii(letters_at(behind));
    if (word == "per") word += ' ' + lower_ascii(letters_at(std::min(behind + 4, text_.size())));
    for (const auto& scale : kScales) {
      if (scale.word != word) continue;
      const auto scaled = moved(number, scale.zeros);
      add(scaled);
      if (scale.zeros == kPercent) share(scaled);
    }
  }

  // What is 12% more and 12% less of something: 1.12 and 0.88 of it.
  void share(const std::string& said) {
    const auto share = canonical_number(said);
    if (!share || share->starts_with('-') || *share == "0") return;
    const auto point = std::min(share->find('.'), share->size());
    const auto whole = share->substr(0, point);
    if (whole.size() > kMostWholes) return;
    add(std::to_string(std::stoi(whole) + 1) + share->substr(point));
    if (whole != "0") return;
    auto rest = *share;
    for (auto i = point + 1; i < rest.size(); ++i) {
      rest[i] = static_cast<char>('0' + (i + 1 < rest.size() ? 9 : 10) - (rest[i] - '0'));
    }
    add(rest);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> out_;
};

}  // namespace

void Said::add(std::string_view text) {
  text = front_of(text, kMostSaid - std::min(bytes_, kMostSaid));
  bytes_ += text.size();
  while (!text.empty()) {
    const auto end =
        static_cast<std::size_t>(std::find_if(text.begin(), text.end(), divides) - text.begin());
    if (end > 0) {
      texts_.emplace_back(text.substr(0, end));
      edges_.push_back(
          {lower_ascii(texts_.back()), words::word_edges(texts_.back(), /*trim=*/true).at});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool Said::holds(std::string_view span, bool folded) const {
  if (span.empty()) return false;
  const auto looked_for = folded ? lower_ascii(span) : std::string(span);
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const std::string_view text = folded ? edges_[i].folded : texts_[i];
    const auto& edges = edges_[i].at;
    for (auto at = text.find(looked_for); at != text.npos; at = text.find(looked_for, at + 1)) {
      if ((edges[at] & WordEdges::kBegin) != 0 &&
          (edges[at + span.size()] & WordEdges::kEnd) != 0) {
        return true;
      }
    }
  }
  return false;
}

bool can_stand_in_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), divides);
}

std::vector<std::string> said_numbers(std::string_view text) {
  return Numbers(front_of(text, kMostSaid)).run();
}

std::optional<std::string> canonical_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    auto power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (read.ec != std::errc() || read.ptr != power.data() + power.size()) return std::nullopt;
    text = text.substr(0, e);
  }
  const bool plain = text.find_first_not_of("0123456789.") == text.npos &&
                     std::count(text.begin(), text.end(), '.') <= 1 &&
                     std::any_of(text.begin(), text.end(), is_digit);
  if (!plain || text.size() > 2 * kMostDigits ||
      std::abs(exponent) > static_cast<int>(kMostDigits)) {
    return std::nullopt;
  }
  auto digits = moved(std::string(text), exponent);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty() || digits.starts_with('.')) digits.insert(0, "0");
  if (digits.size() > kMostDigits + 1) return std::nullopt;
  return (negative && digits != "0" ? "-" : "") + digits;
}

bool is_small_number(std::string_view canonical) {
  if (canonical.starts_with('-')) canonical.remove_prefix(1);
  if (canonical.empty() || canonical.size() > 3) return false;
  int value = 0;
  const auto* end = canonical.data() + canonical.size();
  const auto read = std::from_chars(canonical.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && value <= kSmallNumber;
}

}  // namespace sr::host::sql
