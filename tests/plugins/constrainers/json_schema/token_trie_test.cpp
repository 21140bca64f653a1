// What a trie says about the strings below a node, against the strings themselves.
#include "engine/masks/token_trie.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/base/utf8.h"

namespace sr::constrain {
namespace {

Kinds kinds_of(std::string_view text) {
  Kinds out = 0;
  while (!text.empty()) {
    const auto b = static_cast<std::uint8_t>(text[0]);
    const auto length = utf8_length(text);
    if (length == 0) return out | kind::kBroken;
    out |= b < 0x80 ? kind::of(b) : kind::kWide;
    text.remove_prefix(length);
  }
  return out;
}

// The exact kinds matter up to the first half of a character: behind it nothing is a character.
Kinds up_to_broken(Kinds kinds) { return (kinds & kind::kBroken) != 0 ? kind::kBroken : kinds; }

TEST(TokenTrie, KnowsWhatStandsBelowEachNode) {
  const std::vector<std::string> parts = {
      "a",    "g",    "A",        "Z",        "0",            "_",        " ",    "\"", "\\",
      "\n",   "\t",   "\x01",     "\x7f",     "\xc3\xa9",     "\xc3",     "\xa9", "\xe2\x82\xac",
      "\xe2", "\xe0\x9f\xbf",     "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\xc0\x80"};
  std::mt19937 dice(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts;
    for (int i = 0; i < 12; ++i) {
      std::string text;
      for (auto n = 1 + dice() % 4; n > 0; --n) text += parts[dice() % parts.size()];
      texts.push_back(text);
    }
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    std::vector<std::pair<std::string_view, std::int32_t>> strings;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      strings.emplace_back(texts[i], static_cast<std::int32_t>(i));
    }
    std::vector<std::pair<std::int32_t, std::int32_t>> twins;
    const TokenTrie trie(strings, twins);
    ASSERT_TRUE(twins.empty());

    std::vector<std::pair<std::uint32_t, std::string>> path;  // ends of nodes, with their texts
    for (std::uint32_t at = 0; at < trie.size(); ++at) {
      while (!path.empty() && path.back().first <= at) path.pop_back();
      const auto text = (path.empty() ? "" : path.back().second) + static_cast<char>(trie[at].byte);
      path.emplace_back(trie[at].end, text);
      Kinds kinds = 0;
      std::size_t depth = 0;
      std::vector<std::int32_t> below;
      for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i].starts_with(text) || texts[i].size() == text.size()) continue;
        below.push_back(static_cast<std::int32_t>(i));
        depth = std::max(depth, texts[i].size() - text.size());
        kinds |= kinds_of(std::string_view(texts[i]).substr(text.size()));
      }
      EXPECT_EQ(up_to_broken(trie.kinds_below(at)), up_to_broken(kinds)) << "below " << text;
      EXPECT_EQ(trie.depth_below(at), depth);
      const auto tokens = trie.tokens_below(at);
      EXPECT_TRUE(std::equal(tokens.begin(), tokens.end(), below.begin(), below.end()));
    }
  }
}

TEST(ByteKind, EveryCharacterHasOneOfItsOwnOrThatOfItsRange) {
  const auto same = [](char a, char b) {
    return kind::of(static_cast<std::uint8_t>(a)) == kind::of(static_cast<std::uint8_t>(b));
  };
  Kinds all = 0;
  for (int byte = 0; byte < 0x80; ++byte) all |= kind::of(static_cast<std::uint8_t>(byte));
  EXPECT_EQ(all & (kind::kWide | kind::kBroken), 0U);
  for (int a = 0x20; a < 0x80; ++a) {
    for (int b = a + 1; b < 0x80; ++b) {
      const auto range = [](int c) {
        return c >= '0' && c <= '9' ? 1 : c >= 'A' && c <= 'F' ? 2 : c > 'F' && c <= 'Z' ? 3
             : c >= 'a' && c <= 'f' ? 4 : c > 'f' && c <= 'z' ? 5 : 0;
      };
      const bool together = range(a) != 0 && range(a) == range(b);
      EXPECT_EQ(same(static_cast<char>(a), static_cast<char>(b)), together) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace sr::constrain
