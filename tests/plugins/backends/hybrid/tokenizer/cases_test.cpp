// Small tokenizers of every supported kind against the ids of the reference implementation.
#include <gtest/gtest.h>

#include "tests/plugins/backends/hybrid/tokenizer/corpus.h"
#include "tokenizer/tokenizer.h"

namespace sr::hybrid {
namespace {

class Kind : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<const Tokenizer> tokenizer_ =
      Tokenizer::load(cases() / (std::string(GetParam()) + ".json"));
  bool byte_level_ = std::string_view(GetParam()) != "llama2" &&
                     !std::string_view(GetParam()).starts_with("metaspace");
};

TEST_P(Kind, GivesTheIdsOfTheReference) {
  const auto expected = read_expected(cases() / (std::string(GetParam()) + ".expected.json"));
  const auto texts = read_corpus();
  ASSERT_EQ(texts.size(), expected.size());
  for (const auto& [name, text] : texts) {
    EXPECT_EQ(tokenizer_->encode(text), expected.at(name)) << name;
  }
}

TEST_P(Kind, GivesTheSameIdsAgainFromItsCache) {
  for (const auto& [name, text] : read_corpus()) {
    const Ids once = tokenizer_->encode(text);
    EXPECT_EQ(tokenizer_->encode(text), once) << name;
  }
}

// A normaliser that composes changes bytes, and a prefix space is one more; nothing else does.
TEST_P(Kind, BytesOfTheTokensAreTheText) {
  const std::string kind = GetParam();
  if (!byte_level_ || kind == "qwen" || kind == "neox") GTEST_SKIP() << "changes the text";
  for (const auto& [name, text] : read_corpus()) {
    EXPECT_EQ(tokenizer_->decode(tokenizer_->encode(text, {.specials = false})), text) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizer, Kind,
                         testing::Values("gpt2", "llama3", "qwen", "o200k", "falcon", "neox",
                                         "words", "llama2", "metaspace", "metaspace_always"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace sr::hybrid
