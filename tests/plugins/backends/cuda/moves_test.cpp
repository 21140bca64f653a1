// Sequences that move out of the device and back, and what happens when it has no room.
#include "tests/plugins/backends/cuda/fixture.h"

namespace sr::cuda::test {
namespace {

class CudaMoves : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!no_device().empty()) GTEST_SKIP() << no_device();
  }
  std::string folder_ = kModels + GetParam();
  Expected expected_{folder_};
};

TEST_P(CudaMoves, many_sessions_on_a_device_with_room_for_two) {
  const auto model = load(folder_, Format::kF32, {}, {.resident = 2});
  const auto size = expected_.ids.size();
  std::vector<DeviceSequence> sessions(9, DeviceSequence(model->empty()));
  for (std::size_t first = 0; first + 4 <= size; first += 4) {
    for (auto& session : sessions) {
      EXPECT_LT(expected_.distance(read(*model, session, expected_.ids, first, first + 4, 4),
                                   first),
                kBound);
    }
  }
  if (model->layout().fixed_floats > 0) {
    EXPECT_GT(model->moved_out(), 0U);
  }
}

TEST_P(CudaMoves, more_sequences_at_once_than_there_is_room_for_are_refused_and_unharmed) {
  const auto model = load(folder_, Format::kF32, {}, {.resident = 2});
  if (model->layout().fixed_floats == 0) GTEST_SKIP() << "it has no recurrence";
  std::vector<DeviceSequence> sessions(5, DeviceSequence(model->empty()));
  for (auto& session : sessions) read(*model, session, expected_.ids, 0, 5, 5);
  std::vector<cuda::Run> runs;
  for (auto& session : sessions) {
    runs.push_back({&session, std::span(expected_.ids).subspan(5, 3), Logits::kLast});
  }
  const std::atomic<bool> stop = false;
  try {
    model->forward(runs, stop);
    FAIL() << "was done";
  } catch (const Failure& e) {
    EXPECT_EQ(e.code(), SR_EXHAUSTED);
    EXPECT_NE(std::string(e.what()).find("fewer sequences at once"), std::string::npos) << e.what();
  }
  for (auto& session : sessions) {
    EXPECT_EQ(session.state.length, 5U);
    EXPECT_LT(expected_.distance(
                  read(*model, session, expected_.ids, 5, expected_.ids.size(), 8), 5),
              kBound);
  }
}

INSTANTIATE_TEST_SUITE_P(, CudaMoves,
                         testing::Values("jamba_dense", "granite_dense", "qwen3_next", "llama"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cuda::test
