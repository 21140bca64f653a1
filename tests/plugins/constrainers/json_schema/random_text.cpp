#include "random_text.h"

#include <gtest/gtest.h>

namespace sr::testing {

std::string random_text(MatcherHandle& m, const TestVocabulary& vocabulary, std::mt19937& dice,
                        const Taste& taste) {
  std::string text;
  for (int step = 0; step < taste.most_steps; ++step) {
    if (m.status() == SR_MATCH_DONE) return text;
    const auto mask = m.mask();
    std::int32_t chosen = -1;
    std::uint32_t weight = 0;
    for (std::int32_t token = 0; token < vocabulary.size(); ++token) {
      if (token == vocabulary.end() || !m.allows(mask, token)) continue;
      const auto& bytes = vocabulary.text(token);
      const bool closes = bytes.find_first_of("\"]}") != std::string::npos;
      const auto one = closes             ? (step < taste.patience ? taste.closing : taste.closing_late)
                       : bytes.size() > 1 ? taste.long_token
                                          : 1U;
      weight += one;
      if (dice() % weight < one) chosen = token;
    }
    if (chosen < 0) {
      EXPECT_EQ(m.status(), SR_MATCH_MAY_END) << "stuck behind " << text;
      return text;
    }
    EXPECT_EQ(m.accept(chosen), "");
    text += vocabulary.text(chosen);
  }
  return "";
}

}  // namespace sr::testing
