// Experts in groups, of which only the best stay open: the same as experts without groups wherever
// the same ones are chosen.
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "fixture.h"

namespace sr::cpu::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A copy of nemotron_h, which has four experts of which each token takes two.
class Experts : public testing::Test {
 protected:
  ~Experts() override { fs::remove_all(folder_); }

  std::vector<float> logits(int groups, int open, const std::vector<float>& choice_bias) {
    fs::remove_all(folder_);
    fs::copy(kModels + "nemotron_h", folder_);
    auto config = Json::parse(std::ifstream(folder_ / "config.json"));
    config["n_group"] = groups;
    config["topk_group"] = open;
    std::ofstream(folder_ / "config.json") << config;
    if (!choice_bias.empty()) set_bias(choice_bias);
    const auto model = Model::load(folder_, Format::kF32, {});
    State state(model->layout());
    return read(*model, state, expected_.ids, 0, expected_.ids.size(), 10);
  }

  const Expected expected_{kModels + "nemotron_h"};

 private:
  void set_bias(const std::vector<float>& values) {
    std::fstream file(folder_ / "model.safetensors",
                      std::ios::binary | std::ios::in | std::ios::out);
    std::uint64_t size = 0;
    file.read(reinterpret_cast<char*>(&size), sizeof size);
    std::string header(size, '\0');
    file.read(header.data(), static_cast<std::streamsize>(size));
    const auto tensor =
        Json::parse(header).at("backbone.layers.1.mixer.gate.e_score_correction_bias");
    ASSERT_EQ(tensor.at("shape").at(0), values.size());
    const auto first = tensor["data_offsets"][0].get<std::size_t>();
    file.seekp(static_cast<std::streamoff>(8 + size + first));
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(4 * values.size()));
    ASSERT_TRUE(file.flush());
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("sr-experts-" + std::to_string(::getpid()));
};

TEST_F(Experts, all_groups_open_are_no_groups) {
  EXPECT_LT(expected_.distance(logits(2, 2, {}), 0), 2e-4);
  EXPECT_LT(expected_.distance(logits(4, 4, {}), 0), 2e-4);
}

TEST_F(Experts, groups_of_one_expert_are_its_score) {
  EXPECT_LT(expected_.distance(logits(4, 2, {}), 0), 2e-4);
}

TEST_F(Experts, the_group_whose_best_two_add_up_highest_stays_open) {
  // Biases that outweigh every score decide: the first two experts are 18 together, the others -1.
  const std::vector<float> biases{10, 8, 9, -10};
  const auto first_two = logits(1, 1, {10, 9, -10, -10});
  const auto without = logits(1, 1, biases);
  EXPECT_EQ(logits(2, 1, biases), first_two);
  EXPECT_NE(without, first_two);
  EXPECT_EQ(logits(2, 2, biases), without);
  // One expert far ahead does not open its group against two that are good.
  EXPECT_EQ(logits(2, 1, {7, 7, 12, -10}), first_two);
}

}  // namespace
}  // namespace sr::cpu::test
