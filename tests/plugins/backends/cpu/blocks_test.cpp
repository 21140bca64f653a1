// Attention's blocks: shared by forks, copied before they are written, let go behind the window.
#include <set>

#include "fixture.h"

namespace sr::cpu::test {
namespace {

class Blocks : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<const Model> load(Window window = {}) {
    return Model::load(folder_, Format::kF32, window);
  }
  // `count` tokens, others for each `salt`.
  std::vector<std::int32_t> tokens(std::size_t count, std::size_t salt = 0) const {
    std::vector<std::int32_t> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(expected_.ids[(i * (salt + 1) + salt) % expected_.ids.size()]);
    }
    return out;
  }
  static std::vector<float> append(const Model& model, State& state,
                                   const std::vector<std::int32_t>& ids, std::size_t chunk) {
    return read(model, state, ids, 0, ids.size(), chunk);
  }
  static std::size_t distinct(std::initializer_list<const State*> states) {
    std::set<const float*> seen;
    for (const auto* state : states) {
      for (const auto& block : state->blocks) seen.insert(block.get());
    }
    return seen.size();
  }

  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
};

TEST_P(Blocks, a_fork_shares_all_and_copies_the_partial_one_when_it_writes) {
  const auto model = load();
  State state(model->layout());
  append(*model, state, tokens(150), 50);
  ASSERT_EQ(state.blocks.size(), 3U);
  State fork = state, second = state;
  EXPECT_EQ(distinct({&state, &fork, &second}), 3U);
  append(*model, fork, tokens(1, 1), 1);
  EXPECT_EQ(fork.blocks[0], state.blocks[0]);
  EXPECT_EQ(fork.blocks[1], state.blocks[1]);
  EXPECT_NE(fork.blocks[2], state.blocks[2]);
  EXPECT_EQ(second.blocks[2], state.blocks[2]);
  append(*model, fork, tokens(60, 1), 7);
  append(*model, second, tokens(3, 2), 3);
  // Two full ones are everybody's; behind them the parent has one, its forks two and one.
  EXPECT_EQ(distinct({&state, &fork, &second}), 2U + 1 + 2 + 1);
  const auto* const last = state.blocks[2].get();
  append(*model, state, tokens(2, 3), 2);
  EXPECT_EQ(state.blocks[2].get(), last) << "nobody else holds it any more";
}

TEST_P(Blocks, a_fork_on_a_blocks_edge_copies_nothing) {
  const auto model = load();
  State state(model->layout());
  append(*model, state, tokens(128), 64);
  State fork = state;
  append(*model, fork, tokens(2, 1), 1);
  append(*model, state, tokens(2, 2), 1);
  EXPECT_EQ(distinct({&state, &fork}), 2U + 1 + 1);
}

TEST_P(Blocks, forks_and_their_parent_do_not_see_each_other) {
  const auto model = load();
  for (const std::size_t at : {1U, 63U, 64U, 65U, 130U}) {
    SCOPED_TRACE(at);
    const auto prefix = tokens(at), mine = tokens(80, 1), yours = tokens(80, 2);
    const auto alone = [&](const std::vector<std::int32_t>& rest) {
      State state(model->layout());
      append(*model, state, prefix, 40);
      return append(*model, state, rest, 16);
    };
    State parent(model->layout());
    append(*model, parent, prefix, 40);
    State first = parent, second = parent;
    std::vector<float> of_first, of_second;
    for (std::size_t i = 0; i < mine.size(); i += 16) {
      for (auto [state, ids, out] : {std::tuple{&first, &mine, &of_first},
                                     std::tuple{&second, &yours, &of_second}}) {
        const auto logits = read(*model, *state, *ids, i, i + 16, 5);
        out->insert(out->end(), logits.begin(), logits.end());
      }
    }
    EXPECT_EQ(of_first, alone(mine));
    EXPECT_EQ(of_second, alone(yours));
    EXPECT_EQ(append(*model, parent, mine, 80), of_first);
  }
}

TEST_P(Blocks, undoing_behind_a_fork_leaves_the_fork_alone) {
  const auto model = load();
  State state(model->layout());
  append(*model, state, tokens(100), 50);
  const Undo undo(state);
  append(*model, state, tokens(90, 1), 90);
  State fork = state, second = state;
  undo.restore(state);
  const auto wanted = append(*model, fork, tokens(10, 2), 3);
  append(*model, state, tokens(90, 3), 20);
  EXPECT_EQ(append(*model, second, tokens(10, 2), 3), wanted) << "it lost what it shares";
  State again(model->layout());
  append(*model, again, tokens(100), 50);
  append(*model, again, tokens(90, 1), 90);
  EXPECT_EQ(append(*model, again, tokens(10, 2), 3), wanted);
  undo.restore(state);
  append(*model, state, tokens(90, 1), 45);
  EXPECT_EQ(append(*model, state, tokens(10, 2), 10), wanted);
}

TEST_P(Blocks, behind_the_window_they_are_let_go_and_nothing_else_changes) {
  const auto model = load({100, 70});
  const auto ids = tokens(1000, 4);
  State whole(model->layout());
  const auto wanted = append(*model, whole, ids, ids.size());
  State state(model->layout());
  std::vector<float> got;
  for (std::size_t i = 0; i < ids.size(); i += 10) {
    const auto logits = read(*model, state, ids, i, i + 10, 10);
    got.insert(got.end(), logits.begin(), logits.end());
    // Two hold pinned tokens; the window and ten new tokens touch at most three more.
    EXPECT_LE(state.blocks.size(), 5U);
  }
  EXPECT_EQ(got, wanted);
  EXPECT_GT(state.dropped, 10U);
  std::weak_ptr<float[]> last = state.blocks.back();
  State fork = state;
  append(*model, state, tokens(400), 10);
  EXPECT_FALSE(last.expired()) << "the fork needs it";
  append(*model, fork, tokens(400), 10);
  EXPECT_TRUE(last.expired());
}

TEST_P(Blocks, saved_and_loaded_behind_the_window) {
  const auto model = load({100, 70});
  State state(model->layout());
  append(*model, state, tokens(500), 10);
  const auto bytes = saved(*model, state);
  EXPECT_LT(bytes.size(), 400 + model->layout().fixed_floats * 4 +
                              model->layout().token_bytes() * kBlockTokens * 5);
  auto again = loaded(*model, bytes);
  EXPECT_EQ(again.dropped, state.dropped);
  EXPECT_EQ(append(*model, again, tokens(300, 1), 7), append(*model, state, tokens(300, 1), 50));
}

TEST_P(Blocks, pinned_tokens_stay_and_it_is_never_too_early_to_pin) {
  const auto pinned = load({100, 150}), later = load({100, 0});
  const auto ids = tokens(600, 1);
  State first(pinned->layout()), second(later->layout()), plain(later->layout());
  const auto wanted = append(*pinned, first, ids, 30);
  EXPECT_NE(append(*later, plain, ids, 30), wanted);
  ASSERT_TRUE(second.pin(150));
  EXPECT_EQ(append(*later, second, ids, 30), wanted);
  State fork = second;
  EXPECT_TRUE(fork.pin(150));
  EXPECT_FALSE(fork.pin(151)) << "tokens may be gone";
  EXPECT_EQ(append(*later, fork, ids, 40), append(*pinned, first, ids, 40));
}

INSTANTIATE_TEST_SUITE_P(, Blocks, testing::Values("llama", "jamba_dense", "qwen3_next"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cpu::test
