#include "tokens.h"

#include <gtest/gtest.h>

namespace sr::sqlite {
namespace {

std::vector<std::string> words(std::string_view sql) {
  std::vector<std::string> out;
  for (const auto& token : tokenize(sql)) out.emplace_back(token.text);
  return out;
}
using Words = std::vector<std::string>;

TEST(Tokens, ReadsWhatSqliteReads) {
  EXPECT_EQ(words("SELECT a,b FROM t -- c\n WHERE/* ; */x<>'it''s'"),
            (Words{"SELECT", "a", ",", "b", "FROM", "t", "WHERE", "x", "<", ">", "'it''s'"}));
  EXPECT_EQ(words("\"a\"\"b\" [c d] `e` x'0a' X'ff'"),
            (Words{"\"a\"\"b\"", "[c d]", "`e`", "x'0a'", "X'ff'"}));
  EXPECT_EQ(words("$1 ?2 :a @b ?"), (Words{"$1", "?2", ":a", "@b", "?"}));
  EXPECT_EQ(words(""), Words{});
  EXPECT_EQ(words(" /* open"), Words{});
  EXPECT_EQ(words("'open"), Words{"'open"});
}

TEST(Tokens, NoNameHidesInANumberOrAMark) {
  EXPECT_EQ(words("0xE+word"), (Words{"0xE", "+", "word"}));
  EXPECT_EQ(words("1e+word"), (Words{"1", "e", "+", "word"}));
  EXPECT_EQ(words("1e+5word 1.5e-3 .5 1."), (Words{"1e+5", "word", "1.5e-3", ".5", "1."}));
  EXPECT_EQ(words("1.word"), (Words{"1.", "word"}));
  EXPECT_EQ(words("\xEF\xBB\xBFWITH"), (Words{"WITH"}));
}

TEST(Tokens, ContentIsWhatTheQuotesHold) {
  EXPECT_EQ(tokenize("'it''s'")[0].content(), "it's");
  EXPECT_EQ(tokenize("\"a\"\"b\"")[0].content(), "a\"b");
  EXPECT_EQ(tokenize("[a]")[0].content(), "a");
  EXPECT_EQ(tokenize("'")[0].content(), "");
}

}  // namespace
}  // namespace sr::sqlite
