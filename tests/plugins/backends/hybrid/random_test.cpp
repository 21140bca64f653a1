// Random checkpoints: every family's, as their own loader reads them; and what cannot be made.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "random_fill.h"
#include "random_model.h"
#include "state_runtime/plugin.hpp"

namespace sr::hybrid {
namespace {

namespace fs = std::filesystem;
const std::string kModelsFolder = SR_SOURCE_DIR "/tests/fixtures/models/";

std::vector<std::string> fixtures() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kModelsFolder)) {
    if (entry.is_directory()) out.push_back(entry.path().filename());
  }
  std::ranges::sort(out);
  return out;
}

std::string text(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

class Random : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sr-random-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  RandomModel asked(const std::string& fixture, const std::string& to) {
    RandomModel out;
    out.config = kModelsFolder + fixture + "/config.json";
    out.folder = folder_ + "/" + to;
    return out;
  }
  static RandomFiles make(const RandomModel& model) {
    return write_random_model(model, [](const std::string& line) { FAIL() << line; });
  }
  std::string refusal(const RandomModel& model) {
    try {
      make(model);
    } catch (const BadOption& e) {
      return e.what();
    }
    return "was made";
  }

  std::string folder_;
};

TEST_P(Random, has_the_tensors_that_the_family_asks_for) {
  const auto files = make(asked(GetParam(), "one"));
  EXPECT_EQ(files.shards, 1U);
  const auto checkpoint = Checkpoint::open(folder_ + "/one");
  const auto description = describe(folder_ + "/one", checkpoint);  // refuses too few and too many
  std::uint64_t bytes = 0;
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    EXPECT_EQ(tensor.type, DType::kBF16) << name;
    bytes += tensor.bytes;
  }
  EXPECT_EQ(files.bytes, bytes);
  EXPECT_EQ(files.parameters, bytes / 2);
  EXPECT_EQ(text(folder_ + "/one/config.json"), text(kModelsFolder + GetParam() + "/config.json"));
  EXPECT_FALSE(fs::exists(folder_ + "/one/tokenizer.json"));
}

TEST_P(Random, a_seed_decides_whatever_the_shards_are) {
  auto model = asked(GetParam(), "whole");
  model.type = DType::kF32;
  model.seed = 7;
  make(model);
  auto parts = model;
  parts.folder = folder_ + "/parts";
  parts.shard_bytes = 40'000;
  EXPECT_GT(make(parts).shards, 1U);
  auto other = model;
  other.folder = folder_ + "/other";
  other.seed = 8;
  make(other);
  const auto one = Checkpoint::open(model.folder), many = Checkpoint::open(parts.folder);
  const auto different = Checkpoint::open(other.folder);
  describe(parts.folder, many);
  ASSERT_EQ(one.tensors().size(), many.tensors().size());
  for (const auto& [name, tensor] : one.tensors()) {
    const auto same = [&](const Checkpoint& checkpoint) {
      return std::memcmp(tensor.data, checkpoint.find(name)->data, tensor.bytes) == 0;
    };
    EXPECT_TRUE(same(many)) << name;
    EXPECT_FALSE(same(different)) << name;
    for (std::size_t i = 0; i < tensor.bytes; i += 4) {
      float value;
      std::memcpy(&value, tensor.data + i, 4);
      ASSERT_TRUE(std::isfinite(value)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Random, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

using RandomRefusals = Random;

TEST_P(RandomRefusals, say_what_is_in_the_way) {
  auto model = asked("llama", "taken");
  fs::create_directories(model.folder);
  std::ofstream(model.folder + "/notes.txt") << "mine";
  EXPECT_EQ(refusal(model), "[" + model.folder + "] is not an empty folder; choose another");
  EXPECT_EQ(text(model.folder + "/notes.txt"), "mine");
  model.folder = folder_ + "/taken/notes.txt/below";
  EXPECT_NE(refusal(model).find("cannot be made"), std::string::npos);
  model.config = folder_ + "/none.json";
  EXPECT_NE(refusal(model).find("none.json] cannot be read"), std::string::npos);
  std::ofstream(model.config) << R"({"model_type": "lama"})";
  model.folder = folder_ + "/new";
  EXPECT_NE(refusal(model).find("model_type \"lama\""), std::string::npos);
  EXPECT_FALSE(fs::exists(model.folder));
}

INSTANTIATE_TEST_SUITE_P(, RandomRefusals, testing::Values("any"));

TEST(RandomFill, numbers_are_spread_as_asked) {
  std::vector<float> numbers(100'000);
  fill({Fill::Kind::kUniform, 1, 0.5F}, 3, 0, numbers);
  double sum = 0, squares = 0;
  for (const float x : numbers) {
    ASSERT_LE(std::abs(x - 1), 0.5F);
    sum += x - 1;
    squares += (x - 1) * (x - 1);
  }
  const auto count = static_cast<double>(numbers.size());
  EXPECT_NEAR(sum / count, 0, 0.005);
  EXPECT_NEAR(squares / count, 0.25 / 3, 0.002);
  std::vector<float> later(10);
  fill({Fill::Kind::kUniform, 1, 0.5F}, 3, 501, later);
  EXPECT_TRUE(std::ranges::equal(later, std::span(numbers).subspan(501, 10)));
  fill({Fill::Kind::kDecay}, 3, 0, numbers);
  const auto [least, most] = std::ranges::minmax(numbers);
  EXPECT_NEAR(least, 0, 0.01);
  EXPECT_NEAR(most, std::log(16.0), 0.01);
  fill({Fill::Kind::kStep}, 3, 0, numbers);
  for (const float x : numbers) {
    const double step = std::log1p(std::exp(x));
    ASSERT_GT(step, 0.00099);
    ASSERT_LT(step, 0.101);
  }
}

}  // namespace
}  // namespace sr::hybrid
