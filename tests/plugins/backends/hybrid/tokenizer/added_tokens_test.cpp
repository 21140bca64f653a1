#include "tokenizer/added_tokens.h"

#include <gtest/gtest.h>

namespace sr::hybrid {
namespace {

// "text|<id:spelling>|text"
std::string cut(const AddedTokens& tokens, std::string_view text, bool specials = true) {
  std::vector<AddedTokens::Piece> pieces;
  tokens.cut(text, specials, pieces);
  std::string out;
  for (const auto& piece : pieces) {
    if (!out.empty()) out += '|';
    out += piece.id < 0 ? std::string(piece.text)
                        : "<" + std::to_string(piece.id) + ":" + std::string(piece.text) + ">";
  }
  return out;
}

AddedTokens of(std::initializer_list<AddedToken> list) {
  AddedTokens tokens;
  for (const AddedToken& token : list) tokens.add(token.content, token);
  return tokens;
}

TEST(AddedTokens, LeftmostThenLongest) {
  const auto tokens = of({{1, "ab"}, {2, "abc"}, {3, "bcd"}});
  EXPECT_EQ(cut(tokens, "xabcd"), "x|<2:abc>|d");
  EXPECT_EQ(cut(tokens, "abab"), "<1:ab>|<1:ab>");
  EXPECT_EQ(cut(tokens, "abcd bcd ab"), "<2:abc>|d |<3:bcd>| |<1:ab>");
  EXPECT_EQ(cut(tokens, ""), "");
  EXPECT_EQ(cut(AddedTokens{}, "abc"), "abc");
}

TEST(AddedTokens, SpecialsAreTextWhenNotWanted) {
  const auto tokens = of({{1, "<s>", true}, {2, "<t>"}});
  EXPECT_EQ(cut(tokens, "a<s>b<t>c", false), "a<s>b|<2:<t>>|c");
  EXPECT_EQ(cut(tokens, "a<s>b<t>c"), "a|<1:<s>>|b|<2:<t>>|c");
}

TEST(AddedTokens, StripTakesWhiteSpace) {
  AddedToken token{1, "<m>"};
  token.lstrip = true;
  EXPECT_EQ(cut(of({token}), "a \u3000<m> b"), "a|<1: \u3000<m>>| b");
  EXPECT_EQ(cut(of({token}), "<m> <m>"), "<1:<m>>|<1: <m>>");
  token = {1, "<m>"};
  token.rstrip = true;
  EXPECT_EQ(cut(of({token}), "a <m>\n b"), "a |<1:<m>\n >|b");
}

TEST(AddedTokens, SingleWordStandsAlone) {
  AddedToken token{1, "is"};
  token.single_word = true;
  EXPECT_EQ(cut(of({token}), "this is island \u00e9is is\u0301 (is)"),
            "this |<1:is>| island \u00e9is is\u0301 (|<1:is>|)");
}

}  // namespace
}  // namespace sr::hybrid
