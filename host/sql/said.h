// host/sql/said.h - texts that a person wrote, of which statements may hold any span, and the numbers
// in them. One thread while it is filled, then any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::sql {

// Of one event: so much of its texts counts, from their beginning.
constexpr std::size_t kMostSaid = 8192;
// Whole numbers up to here need not be said, with either sign: counts, shares, a few more.
constexpr int kSmallNumber = 100;

class Said {
 public:
  // UTF-8. Characters that no statement may hold divide it.
  void add(std::string_view text);

  // Whether a part of a text that begins and ends at a word's edge is this one (words/word_edges.h).
  bool holds(std::string_view span) const { return holds(span, false); }
  // The same, whatever the case of ASCII letters.
  bool holds_folded(std::string_view span) const { return holds(span, true); }

  const std::vector<std::string>& texts() const { return texts_; }

 private:
  struct Edges {
    std::string folded;
    std::vector<std::uint8_t> at;
  };
  bool holds(std::string_view span, bool folded) const;

  std::vector<std::string> texts_;
  std::vector<Edges> edges_;  // of each text
  std::size_t bytes_ = 0;
};

// The numbers that stand in a text: its digits, as words/numbers.h reads them and run by run,
// `twelve`, `1.5k` and `two million` as 1.5, 2 and what they mean, `12%` also as 0.12, 1.12 and
// 0.88. Canonical.
std::vector<std::string> said_numbers(std::string_view text);

// Without control characters that a statement may not hold, so that the text may stand in one.
bool can_stand_in_text(std::string_view text);

// Without a plus, exponent, and zeros that say nothing; nothing when it is no decimal number or has
// more than 40 digits.
std::optional<std::string> canonical_number(std::string_view text);
bool is_small_number(std::string_view canonical);

}  // namespace sr::host::sql
