// Random grammars: at every step of random sentences the mask equals what a slow matcher says of
// each token, for the grammar alone and inside a JSON string.
#include <gtest/gtest.h>

#include "random_grammar.h"
#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {
namespace {

constexpr std::uint32_t kSeeds = 300;

void compare(const GrammarText& source, const GrammarRules& rules, const std::string& sentence) {
  const auto& vocabulary = TestVocabulary::mixed();
  Plugin plugin;
  auto m = plugin.open(source, vocabulary);
  auto tokens = vocabulary.tokenize(sentence);
  tokens.push_back(-1);
  std::string begun;
  for (const auto step : tokens) {
    const auto mask = m.mask();
    for (std::int32_t token = 0; token < vocabulary.size(); ++token) {
      const auto& bytes = vocabulary.text(token);
      const auto verdict = judge(rules, begun + bytes);
      const bool expected = token == vocabulary.end() ? verdict.complete
                            : bytes.empty()           ? false
                                                      : verdict.complete || verdict.prefix;
      ASSERT_EQ(m.allows(mask, token), expected)
          << source.text << (source.named.empty() ? "" : source.named[0].text) << "\nafter "
          << begun << "\ntoken " << bytes << "\n" << m.explain();
    }
    if (step < 0) break;
    ASSERT_EQ(m.accept(step), "") << source.text << "\nafter " << begun;
    begun += vocabulary.text(step);
  }
  EXPECT_NE(m.status(), SR_MATCH_OPEN);
}

TEST(RandomGrammars, MasksEqualTheReference) {
  std::size_t compared = 0;
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomGrammar random(seed);
    const auto sentence = random.sentence();
    if (sentence.size() > 60) continue;  // the reference takes long
    compare({"grammar", random.gbnf(), {}}, random.rules(), sentence);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
    ++compared;
  }
  EXPECT_GT(compared, kSeeds / 2);
}

TEST(RandomGrammars, InsideAStringMasksEqualTheReference) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomGrammar random(seed);
    const auto sentence = random.sentence();
    if (sentence.size() > 60) continue;
    std::string text = "\"";
    for (const char c : sentence) {
      if (c == '"') text += '\\';
      text += c == '\n' ? "\\n" : std::string(1, c);
    }
    compare({"json_schema", R"({"type":"string","x-grammar":"g"})", {{"g", "grammar", random.gbnf()}}},
            inside_json(random.rules()), text + "\"");
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace
}  // namespace sr::testing
