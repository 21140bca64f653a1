#include "tokenizer/pattern.h"

#include <gtest/gtest.h>

#include "state_runtime/plugin.hpp"

namespace sr::hybrid {
namespace {

std::vector<std::string> matches(std::string_view expression, std::string_view text) {
  std::vector<Range> ranges;
  Pattern(expression, "test").find(text, ranges);
  std::vector<std::string> found;
  for (const Range& range : ranges) {
    found.emplace_back(text.substr(range.begin, range.end - range.begin));
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(Pattern, SpaceIsUnicodeWhiteSpace) {
  EXPECT_EQ(matches(R"(\s)", "a\u00a0b\u3000c\u0085"), (Found{"\u00a0", "\u3000", "\u0085"}));
  EXPECT_EQ(matches(R"(\s)", "\u180e\u200b\x1c"), Found{});  // not white space
  EXPECT_EQ(matches(R"([^\s]+)", "\u180e a"), (Found{"\u180e", "a"}));
  EXPECT_EQ(matches(R"([\Sx]+)", "ab\u2003c"), (Found{"ab", "c"}));
}

TEST(Pattern, WordHasMarksAndFewNumbers) {
  EXPECT_EQ(matches(R"([\w]+)", "e\u0301_1\u00bd\u24d0"), (Found{"e\u0301_1", "\u24d0"}));
  // Oniguruma's Latin-1 table
  EXPECT_EQ(matches(R"(\w+)", "x\u00bdy\u2082"), Found{"x\u00bdy"});
  EXPECT_EQ(matches(R"(\W)", "a\u00bd\u2082"), Found{"\u2082"});
}

TEST(Pattern, ScriptsAreScripts) {
  // The mark is used with Han, and not of it.
  EXPECT_EQ(matches(R"(\p{Han}+)", "a漢字ー"), Found{"漢字"});
  EXPECT_EQ(matches(R"(\P{Han}+)", "a漢"), Found{"a"});
}

TEST(Pattern, LinesEndAnywhere) {
  EXPECT_EQ(matches("a$", "a\nba"), (Found{"a", "a"}));
  EXPECT_EQ(matches("^.", "ab\ncd"), (Found{"a", "c"}));
}

TEST(Pattern, EmptyMatchesMoveOn) {
  EXPECT_EQ(matches("x*", "axb\u00e9"), (Found{"", "x", "", ""}));
}

TEST(Pattern, LiteralIsNoExpression) {
  std::vector<Range> ranges;
  Pattern(Pattern::Literal{"."}).find("a.b..", ranges);
  EXPECT_EQ(ranges.size(), 3u);
}

TEST(Pattern, OtherGroupsAndEscapesAreRefused) {
  for (const char* expression : {"(?m)a", "a(?i)b", "(?<name>a)", R"(\bword\b)", "[[:alpha:]]",
                                 R"([^\W])", R"(\G)", "a\\"}) {
    EXPECT_THROW(translate_expression(expression, "test"), Failure) << expression;
  }
  EXPECT_EQ(translate_expression(R"((?i)a\u00e9\-)", "test"), R"((?i)a\x{00e9}\-)");
}

}  // namespace
}  // namespace sr::hybrid
