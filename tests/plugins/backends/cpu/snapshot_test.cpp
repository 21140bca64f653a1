// Saved sequences: damaged, cut short and foreign ones are refused.
#include "fixture.h"
#include "state_runtime/plugin.hpp"

namespace sr::cpu::test {
namespace {

class Snapshots : public testing::Test {
 protected:
  void SetUp() override { read(*model_, state_, expected_.ids, 0, 9, 9); }
  std::string refusal(const Model& model, std::string_view bytes) {
    try {
      loaded(model, bytes);
    } catch (const Failure& e) {
      EXPECT_EQ(e.code(), SR_CORRUPT);
      return e.what();
    }
    return "was taken";
  }

  Expected expected_{kModels + "granite_dense"};
  std::unique_ptr<const Model> model_ = Model::load(kModels + "granite_dense", Format::kF32, {});
  State state_{model_->layout()};
};

TEST_F(Snapshots, every_cut_is_noticed) {
  const auto bytes = saved(*model_, state_);
  for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 509) {
    EXPECT_NE(refusal(*model_, std::string_view(bytes).substr(0, size)), "was taken") << size;
  }
}

TEST_F(Snapshots, every_flipped_bit_is_noticed) {
  const auto bytes = saved(*model_, state_);
  for (std::size_t at = 0; at < bytes.size(); at += at < 200 ? 1 : 127) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1 << at % 8);
    EXPECT_NE(refusal(*model_, damaged), "was taken") << at;
  }
}

TEST_F(Snapshots, other_models_weights_and_windows_are_refused) {
  const auto bytes = saved(*model_, state_);
  const auto halves = Model::load(kModels + "granite_dense", Format::kBF16, {});
  const auto windowed = Model::load(kModels + "granite_dense", Format::kF32, {8, 2});
  const auto other = Model::load(kModels + "granite_moe", Format::kF32, {});
  for (const auto* model : {&halves, &windowed, &other}) {
    EXPECT_NE(refusal(**model, bytes).find("and this backend is"), std::string::npos);
  }
  EXPECT_EQ(refusal(*model_, bytes), "was taken");
}

}  // namespace
}  // namespace sr::cpu::test
