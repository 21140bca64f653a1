// Every fixture, in every way of reading it, against the logits of transformers in float32.
#include "fixture.h"

namespace sr::cpu::test {
namespace {

using hybrid::test::kBound;

// Fewer bits: the root of the mean square over all logits. A rounded router chooses another expert
// for a few tokens, of which these tiny models have few.
struct Bits {
  Format format;
  double bound, other_expert;
};
constexpr Bits kFewerBits[] = {
    {Format::kBF16, 0.04, 0.2}, {Format::kInt8, 0.12, 0.25}, {Format::kInt4, 0.4, 0.4}};

class Families : public testing::TestWithParam<std::string> {
 protected:
  bool experts() const { return GetParam() == "qwen3_next"; }

  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
  std::unique_ptr<const Model> model_ = Model::load(folder_, Format::kF32, {});
  State state_{model_->layout()};
  std::size_t size_ = expected_.ids.size();
};

TEST_P(Families, the_whole_prompt) {
  const auto logits = read(*model_, state_, expected_.ids, 0, size_, size_);
  ASSERT_EQ(logits.size(), expected_.logits.size());
  EXPECT_LT(expected_.distance(logits, 0), kBound);
  EXPECT_EQ(state_.length, size_);
}

TEST_P(Families, token_by_token_and_in_odd_chunks) {
  for (const std::size_t chunk : {1U, 3U, 7U, 11U}) {
    SCOPED_TRACE(chunk);
    State state(model_->layout());
    EXPECT_LT(expected_.distance(read(*model_, state, expected_.ids, 0, size_, chunk), 0), kBound);
  }
}

TEST_P(Families, chunks_change_nothing_at_all) {
  const auto whole = read(*model_, state_, expected_.ids, 0, size_, size_);
  State state(model_->layout());
  EXPECT_EQ(read(*model_, state, expected_.ids, 0, size_, 5), whole);
  EXPECT_EQ(state.fixed, state_.fixed);
}

TEST_P(Families, a_fork_in_the_middle_goes_its_own_way) {
  read(*model_, state_, expected_.ids, 0, 13, 13);
  State fork = state_;
  const std::vector<std::int32_t> other(9, 5);
  read(*model_, fork, other, 0, other.size(), 4);
  State second = state_;
  EXPECT_LT(expected_.distance(read(*model_, state_, expected_.ids, 13, size_, 4), 13), kBound);
  EXPECT_LT(expected_.distance(read(*model_, second, expected_.ids, 13, size_, 16), 13), kBound);
}

TEST_P(Families, undoing_a_forward_leaves_no_trace) {
  read(*model_, state_, expected_.ids, 0, 10, 10);
  const Undo undo(state_);
  const std::vector<std::int32_t> other(6, 7);
  read(*model_, state_, other, 0, other.size(), 6);
  undo.restore(state_);
  EXPECT_LT(expected_.distance(read(*model_, state_, expected_.ids, 10, size_, 19), 10), kBound);
}

TEST_P(Families, a_state_is_read_where_it_was_taken_to_and_written_whole) {
  read(*model_, state_, expected_.ids, 0, 10, 10);
  for (const std::size_t count : {1U, 2U, 9U, 70U}) {  // the last in two slices
    State taken = state_;
    Undo undo;
    undo.prepare(taken);
    std::ranges::fill(undo.fixed, NAN);
    undo.take(taken);
    const std::vector<std::int32_t> tokens(count, 7);
    const std::atomic<bool> never = false;
    cpu::Run run{&state_, tokens, Logits::kLast, {}}, same{&taken, tokens, Logits::kLast, {}};
    same.before = undo.fixed.data();
    ASSERT_TRUE(model_->forward({&run, 1}, never) && model_->forward({&same, 1}, never));
    EXPECT_EQ(taken.fixed, state_.fixed);
    EXPECT_EQ(same.logits, run.logits);
  }
}

TEST_P(Families, saved_and_loaded_in_the_middle) {
  read(*model_, state_, expected_.ids, 0, 14, 14);
  const auto bytes = saved(*model_, state_);
  const auto again = Model::load(folder_, Format::kF32, {});
  auto state = loaded(*again, bytes);
  EXPECT_EQ(state.length, 14U);
  EXPECT_LT(expected_.distance(read(*again, state, expected_.ids, 14, size_, 5), 14), kBound);
}

TEST_P(Families, two_sequences_of_different_lengths_in_one_call) {
  State ahead(model_->layout());
  read(*model_, ahead, expected_.ids, 0, 17, 17);
  const auto ids = std::span(expected_.ids);
  cpu::Run runs[2] = {{&state_, ids.subspan(0, 11), Logits::kAll, {}},
                 {&ahead, ids.subspan(17, 4), Logits::kLast, {}}};
  const std::atomic<bool> stop = false;
  ASSERT_TRUE(model_->forward(runs, stop));
  EXPECT_EQ(runs[0].logits.size(), 11 * expected_.vocabulary);
  EXPECT_EQ(runs[1].logits.size(), expected_.vocabulary);
  EXPECT_LT(expected_.distance(runs[0].logits, 0), kBound);
  EXPECT_LT(expected_.distance(runs[1].logits, 20), kBound);
  EXPECT_LT(expected_.distance(read(*model_, state_, expected_.ids, 11, size_, 18), 11), kBound);
  EXPECT_LT(expected_.distance(read(*model_, ahead, expected_.ids, 21, size_, 8), 21), kBound);
}

TEST_P(Families, fewer_bits_stay_near_and_chunks_change_nothing_there_either) {
  auto bytes = model_->weight_bytes();
  for (const auto& [format, bound, other_expert] : kFewerBits) {
    SCOPED_TRACE(name_of(format));
    const auto model = Model::load(folder_, format, {});
    State whole(model->layout()), pieces(model->layout());
    const auto logits = read(*model, whole, expected_.ids, 0, size_, size_);
    const auto deviation = expected_.deviation(logits);
    RecordProperty(name_of(format), std::to_string(deviation));
    EXPECT_GT(deviation, kBound);
    EXPECT_LT(deviation, experts() ? other_expert : bound);
    EXPECT_EQ(read(*model, pieces, expected_.ids, 0, size_, 5), logits);
    EXPECT_EQ(pieces.fixed, whole.fixed);
    EXPECT_LE(model->weight_bytes(), bytes);
    bytes = model->weight_bytes();
  }
}

TEST_P(Families, threads_change_nothing_and_neither_does_a_prompt_of_several_slices) {
  std::vector<std::int32_t> ids;
  for (int round = 0; round < 6; ++round) {
    ids.insert(ids.end(), expected_.ids.begin(), expected_.ids.end());
  }
  ids.resize(150);
  for (const auto format : {Format::kF32, Format::kInt8}) {
    const auto alone = Model::load(folder_, format, {}, {.threads = 1});
    const auto team = Model::load(folder_, format, {}, {.threads = 3});
    State one(alone->layout()), many(team->layout());
    const auto wanted = read(*alone, one, ids, 0, ids.size(), 11);
    EXPECT_EQ(read(*team, many, ids, 0, ids.size(), ids.size()), wanted);
    EXPECT_EQ(many.fixed, one.fixed);
  }
}

TEST_P(Families, every_instruction_set_gives_the_reference) {
  for (const auto* kernels : usable_kernels()) {
    SCOPED_TRACE(kernels->name);
    const auto model = Model::load(folder_, Format::kF32, {}, {.kernels = kernels});
    State state(model->layout());
    EXPECT_LT(expected_.distance(read(*model, state, expected_.ids, 0, size_, 7), 0), kBound);
  }
}

INSTANTIATE_TEST_SUITE_P(, Families, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cpu::test
