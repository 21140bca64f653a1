// Attention with pinned tokens and a window: bounded, and the same however the tokens came.
#include "fixture.h"

namespace sr::cpu::test {
namespace {

constexpr Window kWindow{6, 3};

class Windows : public testing::TestWithParam<std::string> {
 protected:
  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
  std::unique_ptr<const Model> model_ = Model::load(folder_, Format::kF32, kWindow);
};

TEST_P(Windows, chunks_and_forks_change_nothing) {
  State whole(model_->layout()), pieces(model_->layout());
  const auto size = expected_.ids.size();
  const auto wanted = read(*model_, whole, expected_.ids, 0, size, size);
  const std::vector<float> early(wanted.begin(), wanted.begin() + 9 * expected_.vocabulary);
  EXPECT_LT(expected_.distance(early, 0), 2e-4)
      << "nothing is out of sight yet";
  EXPECT_GT(expected_.distance(wanted, 0), 1e-3) << "the window is not used";
  for (const std::size_t chunk : {1U, 2U, 5U, 13U}) {
    State state(model_->layout());
    EXPECT_EQ(read(*model_, state, expected_.ids, 0, size, chunk), wanted) << chunk;
  }
}

TEST_P(Windows, blocks_stay_bounded_and_a_forward_can_be_undone) {
  State state(model_->layout());
  const auto& ids = expected_.ids;
  for (int round = 0; round < 20; ++round) {
    State before = state;
    const auto wanted = read(*model_, before, ids, 0, ids.size(), 4);
    const Undo undo(state);
    const std::vector<std::int32_t> other(7, 9);
    read(*model_, state, other, 0, 7, 7);
    undo.restore(state);
    EXPECT_EQ(read(*model_, state, ids, 0, ids.size(), 4), wanted) << round;
    // That of the pinned tokens, and at most two in which the window and the new tokens lie.
    EXPECT_LE(state.blocks.size(), 3U);
  }
  EXPECT_EQ(state.length, 20 * ids.size());
}

INSTANTIATE_TEST_SUITE_P(, Windows,
                         testing::Values("llama", "granite_dense", "jamba_dense", "qwen3_next"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cpu::test
