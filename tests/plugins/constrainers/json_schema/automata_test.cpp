// The automata of patterns and number rules, against std::regex and arithmetic.
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "engine/bytes/number_rule.h"
#include "engine/text/regex.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {
namespace {

// Every text over these letters with at most `longest` of them.
std::vector<std::string> texts(const std::string& letters, std::size_t longest) {
  std::vector<std::string> out{""};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].size() == longest) break;
    for (const char c : letters) out.push_back(out[i] + c);
  }
  return out;
}

const char* const kPatterns[] = {
    "",
    "a",
    "^a",
    "a$",
    "^a$",
    "^$",
    "a|b",
    "^a|b$",
    "^(a|b)$",
    "(a|ab)(c|bcd)?",
    "a*",
    "^a*$",
    "^a+b+$",
    "^a?b?$",
    "^a{2}$",
    "^a{2,}$",
    "^a{1,3}b$",
    "^(ab){0,2}$",
    "^(a|b)*c$",
    "^[ab]c[^a]$",
    "^[^a-b]*$",
    "^.b.$",
    "^\\w+$",
    "^\\W$",
    "^\\d?a",
    "^(?:a|(b)c)+$",
    "^(a*)*$",
    "^(a*b*)*c$",
    "^(|a)b$",
    "a{0}b",
    "^(^a)",
    "(a$)|b",
    "a^b",
    "a$b",
    "^[a\\-c]$",
    "^[c-]+$",
    "^a*?b",
    "(a{2}){2}",
    "^((a|b){2}c)*$",
    "\\x61",
    "\\u0061b",
    "[\\s\\S]c$",
};

TEST(Regex, AgreesWithTheStandardLibrary) {
  const auto all = texts("abc1-", 5);
  for (const auto* pattern : kPatterns) {
    const auto dfa = compile_regex(pattern, 1000);
    const std::regex expected(pattern, std::regex::ECMAScript);
    for (const auto& text : all) {
      ASSERT_EQ(dfa.matches(text), std::regex_search(text, expected)) << pattern << " on " << text;
    }
  }
}

TEST(Regex, AlgebraIsThatOfSets) {
  const auto all = texts("abc", 5);
  for (const auto* first : {"^a", "b$", "^[ab]*$", "^(a|abc)$", "c"}) {
    for (const auto* second : {"a", "^b*", "^.{2}$", "^(abc)*$"}) {
      const auto a = compile_regex(first, 1000), b = compile_regex(second, 1000);
      const auto both = a.both(b, 1000), without = a.without(b, 1000),
                 some = a.of_length(1, 3, 1000);
      for (const auto& text : all) {
        ASSERT_EQ(both.matches(text), a.matches(text) && b.matches(text)) << text;
        ASSERT_EQ(without.matches(text), a.matches(text) && !b.matches(text)) << text;
        ASSERT_EQ(some.matches(text), a.matches(text) && !text.empty() && text.size() <= 3) << text;
      }
    }
  }
}

TEST(Regex, KnowsItsLengths) {
  EXPECT_EQ(compile_regex("^(ab|abcd)$", 100).shortest(), 2U);
  EXPECT_EQ(compile_regex("^(ab|abcd)$", 100).longest(), 4U);
  EXPECT_EQ(compile_regex("^a*$", 100).longest(), UINT32_MAX);
  EXPECT_TRUE(compile_regex("a^b", 100).empty());
  EXPECT_TRUE(compile_regex("", 100).universal(0));
}

TEST(Regex, RefusesWhatItCannotDo) {
  for (const auto* pattern :
       {"(",   ")",   "a)",     "[",      "[b-a]",  "*",           "a**",   "a{2",    "a{3,2}",
        "{",   "\\",  "\\q",    "\\1",    "(a)\\1", "(?=a)",       "(?!a)", "(?<=a)", "(?<!a)",
        "\\b", "\\B", "\\p{L}", "\\k<a>", "(?<a",   "\\u{110000}", "\\x4"}) {
    EXPECT_THROW(compile_regex(pattern, 1000), Failure) << pattern;
  }
  EXPECT_THROW(compile_regex("(.*a.{20})$", 1000), Failure);
  EXPECT_THROW(compile_regex(std::string(10000, '('), 1000), Failure);
}

// Values are hundredths, so that arithmetic is exact.
std::string hundredths(int value) {
  const auto size = std::abs(value);
  auto text = std::to_string(size / 100);
  if (size % 100 != 0) text += "." + std::to_string(size % 100 / 10) + std::to_string(size % 10);
  return (value < 0 ? "-" : "") + text;
}

TEST(Numbers, AgreeWithArithmetic) {
  std::mt19937 dice(1);
  const auto below = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 300; ++round) {
    NumberRule rule;
    rule.integer = below(2) != 0;
    std::optional<int> min, max, multiple;
    if (below(3) != 0) min = below(2000) - 1000;
    if (below(3) != 0) max = below(2000) - 1000;
    if (below(2) != 0) multiple = 1 + below(400);
    const bool open_min = below(2) != 0, open_max = below(2) != 0;
    if (min) rule.min = NumberRule::Bound{Decimal::parse(hundredths(*min)), open_min};
    if (max) rule.max = NumberRule::Bound{Decimal::parse(hundredths(*max)), open_max};
    if (multiple) rule.multiples.push_back(Decimal::parse(hundredths(*multiple)));
    const auto dfa = number_dfa(rule, 60000);
    for (int value = -1300; value <= 1300; ++value) {
      const bool expected = (!rule.integer || value % 100 == 0) &&
                            (!min || (open_min ? value > *min : value >= *min)) &&
                            (!max || (open_max ? value < *max : value <= *max)) &&
                            (!multiple || value % *multiple == 0);
      bool accepted = false;
      if (dfa != nullptr) {
        auto state = ByteDfa::kStart;
        for (const char c : hundredths(value))
          state = state == ByteDfa::kDead ? state : dfa->step(state, static_cast<std::uint8_t>(c));
        accepted = state != ByteDfa::kDead && dfa->row(state).accepts;
      }
      ASSERT_EQ(accepted, expected)
          << hundredths(value) << " integer " << rule.integer << " min "
          << (min ? hundredths(*min) : "-") << open_min << " max " << (max ? hundredths(*max) : "-")
          << open_max << " multiple " << multiple.value_or(0);
    }
  }
}

TEST(Numbers, DecimalsAreExact) {
  EXPECT_EQ(Decimal::parse("-0.0"), Decimal::parse("0"));
  EXPECT_EQ(Decimal::parse("1.50e1").text(), "15");
  EXPECT_EQ(Decimal::parse("-12e-3").text(), "-0.012");
  EXPECT_EQ(Decimal::parse("1e3").text(), "1000");
  EXPECT_TRUE(less(Decimal::parse("-2"), Decimal::parse("-1.5")));
  EXPECT_TRUE(less(Decimal::parse("9.99"), Decimal::parse("10")));
  EXPECT_FALSE(less(Decimal::parse("1.1"), Decimal::parse("1.10")));
}

}  // namespace
}  // namespace sr::constrain
