#include "tokens.h"

#include <gtest/gtest.h>

#include "checksum.h"
#include "utf8.h"

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

TEST(Checksum, IsCrc32c) {
  // The figures of RFC 3720, appendix B.4, of a plain run of bytes; a field adds its length first.
  EXPECT_EQ(Checksum().field(std::int64_t{0}).value(), 0x8C28B28Au);
  EXPECT_EQ(Checksum().field(std::int64_t{-1}).value(), [] {
    std::uint32_t crc = ~0u;
    for (int i = 0; i < 8; ++i) {
      crc ^= 0xff;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    }
    return ~crc;
  }());
  EXPECT_NE(Checksum().field("ab").field("c").value(), Checksum().field("a").field("bc").value());
  EXPECT_NE(Checksum().field({"a\0b", 3}).value(), Checksum().field({"a\0c", 3}).value());
}

TEST(Utf8, MendsOnlyWhatIsBroken) {
  for (const char* good : {"", "plain ascii text", "Grüße 👋", "\xEF\xBF\xBD"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  const std::pair<const char*, const char*> cases[] = {
      {"\xff", "\xEF\xBF\xBD"},
      {"a\xC3", "a\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},          // overlong
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // a surrogate
      {"12345678\xF5", "12345678\xEF\xBF\xBD"},
  };
  for (const auto& [bad, mended] : cases) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
    EXPECT_EQ(mended_utf8(bad), mended);
    EXPECT_TRUE(is_utf8(mended));
  }
}

}  // namespace
}  // namespace sr::sqlite
