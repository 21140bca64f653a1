// Every fixture, in every way of reading it, against the logits of transformers in float32 and
// against the cpu backend, whose saved sequences it goes on with.
#include "tests/plugins/backends/cuda/cpu_model.h"
#include "tests/plugins/backends/cuda/fixture.h"

namespace sr::cuda::test {
namespace {

struct Bits {
  Format format;
  double bound, other_expert;  // as the cpu backend's tests have them
};
constexpr Bits kFewerBits[] = {
    {Format::kBF16, 0.04, 0.2}, {Format::kInt8, 0.12, 0.25}, {Format::kInt4, 0.4, 0.4}};

class CudaFamilies : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!no_device().empty()) GTEST_SKIP() << no_device();
    model_ = load(folder_, Format::kF32);
  }
  DeviceSequence open() { return DeviceSequence(model_->empty()); }

  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
  std::unique_ptr<Model> model_;
  std::size_t size_ = expected_.ids.size();
};

TEST_P(CudaFamilies, whole_token_by_token_and_in_odd_chunks) {
  for (const std::size_t chunk : {size_, std::size_t{1}, std::size_t{3}, std::size_t{7},
                                  std::size_t{11}}) {
    SCOPED_TRACE(chunk);
    auto sequence = open();
    EXPECT_LT(expected_.distance(read(*model_, sequence, expected_.ids, 0, size_, chunk), 0),
              kBound);
    EXPECT_EQ(sequence.state.length, size_);
  }
}

TEST_P(CudaFamilies, a_fork_in_the_middle_goes_its_own_way) {
  auto sequence = open();
  read(*model_, sequence, expected_.ids, 0, 13, 13);
  auto fork = sequence, second = sequence;
  const std::vector<std::int32_t> other(9, 5);
  read(*model_, fork, other, 0, other.size(), 4);
  EXPECT_LT(expected_.distance(read(*model_, sequence, expected_.ids, 13, size_, 4), 13), kBound);
  EXPECT_LT(expected_.distance(read(*model_, second, expected_.ids, 13, size_, 16), 13), kBound);
}

TEST_P(CudaFamilies, keeping_a_part_of_a_forward_forgets_the_rest) {
  auto sequence = open();
  read(*model_, sequence, expected_.ids, 0, 10, 10);
  std::vector<std::int32_t> some(expected_.ids.begin() + 10, expected_.ids.begin() + 14);
  some.insert(some.end(), 6, 7);
  read(*model_, sequence, some, 0, some.size(), some.size());
  auto none = sequence;
  model_->keep(sequence, 4);
  EXPECT_EQ(sequence.state.length, 14U);
  EXPECT_EQ(sequence.logits.size(), 4U);
  EXPECT_LT(expected_.distance(read(*model_, sequence, expected_.ids, 14, size_, 19), 14), kBound);
  model_->keep(none, 0);
  EXPECT_LT(expected_.distance(read(*model_, none, expected_.ids, 10, size_, 5), 10), kBound);
}

TEST_P(CudaFamilies, two_sequences_of_different_lengths_in_one_call) {
  auto ahead = open(), behind = open();
  read(*model_, ahead, expected_.ids, 0, 17, 17);
  const auto ids = std::span(expected_.ids);
  const cuda::Run runs[2] = {{&behind, ids.subspan(0, 11), Logits::kAll},
                       {&ahead, ids.subspan(17, 4), Logits::kLast}};
  const std::atomic<bool> stop = false;
  for (int round = 0; round < 3; ++round) {  // launched, recorded, and run from the recording
    auto first = behind, second = ahead;
    const cuda::Run again[2] = {{&first, runs[0].tokens, Logits::kAll},
                          {&second, runs[1].tokens, Logits::kLast}};
    ASSERT_TRUE(model_->forward(again, stop));
    EXPECT_LT(expected_.distance(logits_of(*model_, first), 0), kBound);
    EXPECT_LT(expected_.distance(logits_of(*model_, second), 20), kBound);
    EXPECT_LT(expected_.distance(read(*model_, first, expected_.ids, 11, size_, 18), 11), kBound);
    EXPECT_LT(expected_.distance(read(*model_, second, expected_.ids, 21, size_, 8), 21), kBound);
  }
}

TEST_P(CudaFamilies, sequences_change_from_the_cpu_to_the_device_and_back) {
  const auto host = CpuModel::load(folder_, Format::kF32);
  EXPECT_EQ(model_->fingerprint(), host->fingerprint());
  const auto bytes = host->saved_after(expected_.ids, 14);
  auto sequence = loaded(*model_, bytes);
  EXPECT_EQ(saved(*model_, sequence), bytes) << "what was loaded is saved to the last bit";
  EXPECT_LT(expected_.distance(read(*model_, sequence, expected_.ids, 14, size_, 5), 14), kBound);
  auto other = open();
  read(*model_, other, expected_.ids, 0, 20, 7);
  EXPECT_LT(expected_.distance(host->logits_after(saved(*model_, other), expected_.ids, 20), 20),
            kBound);
}

TEST_P(CudaFamilies, fewer_bits_stay_near) {
  for (const auto& [format, bound, other_expert] : kFewerBits) {
    SCOPED_TRACE(hybrid::name_of(format));
    const auto model = load(folder_, format);
    for (const std::size_t chunk : {size_, std::size_t{1}, std::size_t{6}}) {
      DeviceSequence sequence(model->empty());
      const auto deviation =
          expected_.deviation(read(*model, sequence, expected_.ids, 0, size_, chunk));
      RecordProperty(hybrid::name_of(format), std::to_string(deviation));
      EXPECT_LT(deviation, GetParam() == "qwen3_next" ? other_expert : bound) << chunk;
    }
  }
}

// A step is one kernel where the model and the device allow it, and many otherwise.
TEST_P(CudaFamilies, a_step_as_many_kernels_says_the_same) {
  for (const auto format : {Format::kF32, Format::kBF16, Format::kInt8, Format::kInt4}) {
    SCOPED_TRACE(hybrid::name_of(format));
    const auto one = load(folder_, format), many = load(folder_, format, {}, {0, false});
    DeviceSequence first(one->empty()), second(many->empty());
    const auto got = read(*one, first, expected_.ids, 0, size_, 1);
    const auto wanted = read(*many, second, expected_.ids, 0, size_, 1);
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto difference = std::abs(static_cast<double>(got[i]) - wanted[i]);
      worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    }
    // Rounding to whole numbers may fall to the other side where sums differ in their last bits.
    const bool whole = format == Format::kInt8 || format == Format::kInt4;
    EXPECT_LT(worst / expected_.spread, whole ? 0.1 : 5 * kBound);
  }
}

// Several slices, many blocks, with and without a window: as the cpu backend reads it.
TEST_P(CudaFamilies, a_long_text_is_read_as_the_cpu_backend_does) {
  std::vector<std::int32_t> ids;
  std::uint32_t seed = 7;
  for (int i = 0; i < 700; ++i) {
    seed = seed * 1664525U + 1013904223U;
    ids.push_back(static_cast<std::int32_t>((seed >> 8) % expected_.vocabulary));
  }
  for (const auto window : {Window{}, Window{100, 70}}) {
    const auto host = CpuModel::load(folder_, Format::kF32, window);
    const auto wanted = host->logits(ids);
    const auto model = load(folder_, Format::kF32, window);
    for (const std::size_t chunk : {std::size_t{700}, std::size_t{150}, std::size_t{33}}) {
      DeviceSequence sequence(model->empty());
      const auto got = read(*model, sequence, ids, 0, ids.size(), chunk);
      double worst = 0;
      for (std::size_t i = 0; i < got.size(); ++i) {
        const auto difference = std::abs(static_cast<double>(got[i]) - wanted[i]);
        worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
      }
      EXPECT_LT(worst / expected_.spread, 5 * kBound) << chunk << ", window " << window.size;
      if (window.size == 0 || model->layout().caches.empty() || chunk != 33) continue;
      EXPECT_LE(sequence.state.blocks.size(), 6U) << "blocks behind the window are let go";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, CudaFamilies, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cuda::test
