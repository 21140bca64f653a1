// Random schemas: their documents are accepted, mutated documents fare as the reference says at
// every byte, masks are those of the reference, and a text can always be completed.
#include <gtest/gtest.h>

#include "random_schema.h"
#include "reference.h"
#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {
namespace {

constexpr std::uint32_t kSeeds = 150;

std::string context(std::uint32_t seed, const nlohmann::ordered_json& schema,
                    const std::string& text) {
  return "seed " + std::to_string(seed) + "\nschema " + schema.dump() + "\ntext " + text;
}

TEST(Random, DocumentsAreAccepted) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomSchema random(seed);
    const auto schema = random.schema();
    Plugin plugin;
    for (int i = 0; i < 10; ++i) {
      const auto text = random.document(schema);
      auto m = plugin.open(schema.dump(), TestVocabulary::bytes());
      ASSERT_EQ(m.accept(text), "") << context(seed, schema, text);
      ASSERT_NE(m.status(), SR_MATCH_OPEN) << context(seed, schema, text);
    }
  }
}

// The longest part of the text that can be a beginning, as the engine and the reference see it.
TEST(Random, MutatedDocumentsAreRefusedWhereTheyGoWrong) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomSchema random(seed);
    const auto schema = random.schema();
    Plugin plugin;
    for (int i = 0; i < 10; ++i) {
      const auto text = random.mutated(random.document(schema));
      auto m = plugin.open(schema.dump(), TestVocabulary::bytes());
      std::size_t read = 0;
      while (read < text.size() && m.accept(std::string_view(text).substr(read, 1)).empty()) ++read;
      const auto begun = text.substr(0, read);
      const auto verdict = judge(schema, begun);
      ASSERT_NE(verdict, Verdict::kRefused) << context(seed, schema, text) << "\nread " << begun;
      ASSERT_EQ(m.status() != SR_MATCH_OPEN, verdict == Verdict::kComplete)
          << context(seed, schema, text);
      if (read < text.size()) {
        ASSERT_EQ(judge(schema, text.substr(0, read + 1)), Verdict::kRefused)
            << context(seed, schema, text) << "\nread " << begun;
      }
    }
  }
}

TEST(Random, MasksEqualTheReference) {
  const auto& vocabulary = TestVocabulary::mixed();
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomSchema random(seed);
    const auto schema = random.schema();
    Plugin plugin;
    const auto text = random.document(schema);
    auto m = plugin.open(schema.dump(), vocabulary);
    const auto tokens = vocabulary.tokenize(text);
    const auto stop = static_cast<std::size_t>(seed) % (tokens.size() + 1);  // one place in each
    std::string begun;
    for (std::size_t i = 0; i < stop; ++i) {
      ASSERT_EQ(m.accept(tokens[i]), "") << context(seed, schema, text);
      begun += vocabulary.text(tokens[i]);
    }
    const auto mask = m.mask();
    for (std::int32_t token = 0; token + 1 < vocabulary.size(); ++token) {
      const auto& bytes = vocabulary.text(token);
      const bool expected = !bytes.empty() && judge(schema, begun + bytes) != Verdict::kRefused;
      ASSERT_EQ(m.allows(mask, token), expected)
          << context(seed, schema, begun) << "\ntoken " << bytes;
    }
  }
}

// Whatever is chosen, the mask is never empty before the text is done.
TEST(Random, ThereIsNoDeadEnd) {
  const auto& vocabulary = TestVocabulary::mixed();
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    RandomSchema random(seed);
    const auto schema = random.schema();
    Plugin plugin;
    auto m = plugin.open(schema.dump(), vocabulary);
    std::mt19937 dice(seed);
    std::string begun;
    for (int step = 0; step < 60 && m.status() != SR_MATCH_DONE; ++step) {
      const auto mask = m.mask();
      std::vector<std::int32_t> allowed;
      for (std::int32_t token = 0; token < vocabulary.size(); ++token) {
        if (m.allows(mask, token)) allowed.push_back(token);
      }
      ASSERT_FALSE(allowed.empty()) << context(seed, schema, begun);
      const auto token = allowed[dice() % allowed.size()];
      ASSERT_EQ(m.accept(token), "");
      begun += vocabulary.text(token);
    }
  }
}

}  // namespace
}  // namespace sr::testing
