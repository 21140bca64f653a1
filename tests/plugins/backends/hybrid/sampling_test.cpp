// The choice of a token, and by how much it was ahead.
#include "plugins/backends/hybrid/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sr::hybrid {
namespace {

struct Chosen {
  std::int32_t token;
  float margin;
};

Chosen chosen(const std::vector<float>& logits, std::uint32_t mask, float temperature = 0,
              std::uint64_t step = 0) {
  const sr_sampling sampling{sizeof(sr_sampling), 0, temperature, 1.0F, 7};
  sr_pick pick{};
  pick.struct_size = sizeof(pick);
  pick.mask = &mask;
  pick.sampling = &sampling;
  pick.margin = INFINITY;
  choose(logits, step, pick);
  return {pick.token, pick.margin};
}

TEST(Margin, IsWhatTheTokenIsAheadOfTheLikeliestOther) {
  const std::vector<float> logits{1, 4, 2.5, 3, -2};
  EXPECT_EQ(chosen(logits, 0b11111).token, 1);
  EXPECT_EQ(chosen(logits, 0b11111).margin, 1);
  EXPECT_EQ(chosen(logits, 0b10110).margin, 1.5);
  EXPECT_EQ(chosen(logits, 0b10001).token, 0);
  EXPECT_EQ(chosen(logits, 0b10001).margin, 3);
  EXPECT_EQ(chosen({2, 2}, 0b11).token, 0);
  EXPECT_EQ(chosen({2, 2}, 0b11).margin, 0);
}

TEST(Margin, OfTheOnlyTokenIsInfinite) { EXPECT_TRUE(std::isinf(chosen({1, 4, 2}, 0b100).margin)); }

TEST(Margin, OfOneThatWasDrawnAgainstALikelierIsLessThanNothing) {
  bool against = false;
  for (std::uint64_t step = 0; step < 50; ++step) {
    const auto one = chosen({1, 1.5}, 0b11, 1.0F, step);
    EXPECT_EQ(one.margin, one.token == 1 ? 0.5 : -0.5);
    against = against || one.token == 0;
  }
  EXPECT_TRUE(against);
}

TEST(Margin, IsNotWrittenForAHostThatDoesNotKnowIt) {
  const std::vector<float> logits{1, 4};
  sr_pick pick{};
  pick.struct_size = offsetof(sr_pick, margin);
  pick.margin = 99;
  choose(logits, 0, pick);
  EXPECT_EQ(pick.token, 1);
  EXPECT_EQ(pick.margin, 99);
}

}  // namespace
}  // namespace sr::hybrid
