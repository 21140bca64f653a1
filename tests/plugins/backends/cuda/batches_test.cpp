// Many sequences in one call: each as if it were alone.
#include "tests/plugins/backends/cuda/fixture.h"

namespace sr::cuda::test {
namespace {

class CudaBatches : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!no_device().empty()) GTEST_SKIP() << no_device();
  }
  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
};

TEST_P(CudaBatches, sequences_join_and_leave_between_steps) {
  const auto model = load(folder_, Format::kF32);
  const auto size = expected_.ids.size();
  const std::atomic<bool> stop = false;
  std::vector<DeviceSequence> sessions;
  // One more at each step, each at its own place in the text; who is through leaves.
  for (std::size_t step = 0; step < size + 20; ++step) {
    if (sessions.size() < 20) sessions.emplace_back(model->empty());
    std::vector<cuda::Run> runs;
    std::vector<std::size_t> at;
    for (auto& session : sessions) {
      const auto length = static_cast<std::size_t>(session.state.length);
      if (length >= size) continue;
      const auto count = std::min<std::size_t>(1 + (step + length) % 3 / 2, size - length);
      runs.push_back({&session, std::span(expected_.ids).subspan(length, count), Logits::kLast});
      at.push_back(length + count - 1);
    }
    if (runs.empty()) break;
    ASSERT_TRUE(model->forward(runs, stop));
    for (std::size_t i = 0; i < runs.size(); ++i) {
      EXPECT_LT(expected_.distance(logits_of(*model, *runs[i].sequence), at[i]), kBound);
    }
  }
}

TEST_P(CudaBatches, the_best_token_under_a_mask_and_scores) {
  const auto model = load(folder_, Format::kF32);
  const auto vocabulary = static_cast<int>(expected_.vocabulary);
  DeviceSequence sequence(model->empty());
  const std::atomic<bool> stop = false;
  const cuda::Run run{&sequence, expected_.ids, Logits::kAll};
  ASSERT_TRUE(model->forward({&run, 1}, stop));
  std::vector<std::uint32_t> mask((expected_.vocabulary + 31) / 32, 0x0F0F3355U);
  std::vector<std::int32_t> all(expected_.vocabulary);
  for (int i = 0; i < vocabulary; ++i) all[static_cast<std::size_t>(i)] = i;
  for (std::size_t at = 0; at < expected_.ids.size(); ++at) {
    const auto row = model->logits(*sequence.logits[at]);
    std::vector<float> scores(all.size());
    sr_error error{};
    error.struct_size = sizeof error;
    sr_pick greedy{};
    greedy.struct_size = sizeof greedy;
    greedy.error = &error;
    sr_pick masked = greedy, scored = greedy, only = greedy;
    masked.mask = mask.data();
    std::vector<std::uint32_t> one(mask.size());
    one[0] = 1U << 5;
    only.mask = one.data();
    only.margin = INFINITY;
    scored.mask = mask.data();
    scored.score_tokens = all.data();
    scored.scores = scores.data();
    scored.score_count = all.size();
    auto* const line = sequence.logits[at].get();
    const Model::Choice choices[] = {
        {line, &greedy}, {line, &masked}, {line, &scored}, {line, &only}};
    model->choose(choices, vocabulary);
    const auto allowed = [&](std::size_t i) { return (mask[i / 32] >> (i % 32) & 1U) != 0; };
    std::size_t best = 0, best_allowed = 0;
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i] > row[best]) best = i;
      if (allowed(i) && (!allowed(best_allowed) || row[i] > row[best_allowed])) best_allowed = i;
      if (allowed(i)) sum += std::exp(static_cast<double>(row[i]));
    }
    EXPECT_EQ(greedy.token, static_cast<std::int32_t>(best));
    EXPECT_EQ(masked.token, static_cast<std::int32_t>(best_allowed));
    float next = -INFINITY, next_allowed = -INFINITY;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != best) next = std::max(next, row[i]);
      if (allowed(i) && i != best_allowed) next_allowed = std::max(next_allowed, row[i]);
    }
    EXPECT_EQ(greedy.margin, row[best] - next);
    EXPECT_EQ(masked.margin, row[best_allowed] - next_allowed);
    EXPECT_EQ(only.token, 5);
    EXPECT_EQ(only.margin, INFINITY);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (allowed(i)) {
        EXPECT_NEAR(scores[i], row[i] - std::log(sum), 1e-4);
      } else {
        EXPECT_EQ(scores[i], -INFINITY);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, CudaBatches, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cuda::test
