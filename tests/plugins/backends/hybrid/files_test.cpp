// Damaged and hostile model folders: each is refused with a sentence that names file and tensor.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config_file.h"
#include "description.h"
#include "state_runtime/plugin.hpp"

namespace sr::hybrid {
namespace {

namespace fs = std::filesystem;
const std::string kModels = SR_SOURCE_DIR "/tests/fixtures/models/";

class Files : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sr-hybrid-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void take(const std::string& fixture) {
    fs::copy(kModels + fixture, folder_,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  std::string text(const std::string& file) {
    std::ostringstream out;
    out << std::ifstream(folder_ + "/" + file, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& file, const std::string& text) {
    std::ofstream(folder_ + "/" + file, std::ios::binary) << text;
  }
  // A safetensors file of one header and `data` bytes of data.
  void header(const std::string& json, std::size_t data) {
    std::string out;
    for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(json.size() >> (8 * i)));
    write("model.safetensors", out + json + std::string(data, '\0'));
  }
  void replace(const std::string& file, const std::string& from, const std::string& to) {
    auto all = text(file);
    const auto at = all.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write(file, all.replace(at, from.size(), to));
  }
  std::string refusal() {
    try {
      const auto checkpoint = Checkpoint::open(folder_);
      describe(folder_, checkpoint);
    } catch (const BadOption& e) {
      EXPECT_EQ(e.field(), "model");
      EXPECT_EQ(std::string(e.what()).find("[" + folder_), 0U) << e.what();
      return e.what();
    }
    return "was taken";
  }
  void expect(const std::string& part) {
    const auto why = refusal();
    EXPECT_NE(why.find(part), std::string::npos) << why;
  }

  std::string folder_;
};

TEST_F(Files, headers_are_checked_before_they_are_believed) {
  take("llama");
  write("model.safetensors", "short");
  expect("fewer than 8 bytes");
  write("model.safetensors", std::string(8, '\xff'));
  expect("its header should have 18446744073709551615 bytes, and 0 follow");
  header("[1]", 4);
  expect("not a JSON object");
  header(R"({"a":{"dtype":"F32","shape":[2]}})", 8);
  expect("tensor a lacks dtype, shape or data_offsets");
  header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4);
  expect("tensor a lies at bytes 0 to 8, outside the file's 4 bytes");
  header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8);
  expect("tensor a lies at bytes 8 to 0");
  header(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8);
  expect("tensor a has 8 bytes, but F32 [3] needs 12");
  header(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", 8);
  expect("tensor a has a shape that no file can hold");
  header(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}})", 8);
  expect("tensor a has a shape or offset that is not a whole number");
  header(R"({"a":{"dtype":"X1","shape":[8],"data_offsets":[0,8]}})", 8);
  expect("tensor a has the unknown type X1");
}

TEST_F(Files, every_cut_of_a_real_file_is_refused) {
  take("llama");
  const auto whole = text("model.safetensors");
  for (std::size_t size = 0; size < whole.size(); size += 4001) {
    write("model.safetensors", whole.substr(0, size));
    EXPECT_NE(refusal(), "was taken") << size;
  }
}

TEST_F(Files, missing_extra_and_misshapen_tensors_are_named) {
  take("llama");
  replace("model.safetensors", "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.up_porj.weight");
  expect("tensor model.layers.1.mlp.up_proj.weight [56, 32] is missing");
  take("llama");
  replace("config.json", "\"intermediate_size\": 56", "\"intermediate_size\": 57");
  expect("tensor model.layers.0.mlp.gate_proj.weight has shape [56, 32], but config.json asks for [57, 32]");
  take("llama");
  replace("config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
  expect("tensor model.layers.2.input_layernorm.weight [32] is not part of a llama model");
  take("llama");
  replace("model.safetensors", "\"F32\"", "\"I32\"");
  expect("is stored as I32; F32, F16 and BF16 can be read");
}

TEST_F(Files, configurations_that_cannot_be_are_refused) {
  take("llama");
  replace("config.json", "\"llama\"", "\"lama\"");
  expect("model_type \"lama\" is not a family this backend knows; it knows bamba, ");
  take("llama");
  replace("config.json", "\"silu\"", "\"tanh\"");
  expect("hidden_act tanh is not supported");
  take("llama");
  replace("config.json", "\"hidden_size\": 32", "\"hidden_size\": -32");
  expect("hidden_size must be a whole number from 1 to");
  take("llama");
  replace("config.json", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3");
  expect("num_attention_heads 4 is no multiple of 3 key-value heads");
  take("llama");
  replace("config.json", "\"default\"", "\"ntk\"");
  expect("RoPE type ntk is not supported; default, linear, llama3 and yarn are");
  take("llama");
  replace("config.json", "\"default\"", "\"dynamic\"");
  expect("RoPE type dynamic depends on how long the whole text is");
  take("llama");
  replace("config.json", "\"default\"", "\"yarn\", \"mscale\": 1.0");
  expect("RoPE's mscale is not supported");
  take("jamba_moe");
  fs::remove(folder_ + "/model.safetensors");
  take("jamba_moe");
  replace("config.json", "\"num_experts_per_tok\": 2", "\"num_experts_per_tok\": 9");
  expect("asks for 9 of 4 experts");
  write("config.json", "{");
  expect("config.json] is not a JSON object");
}

TEST_F(Files, shards_must_all_be_there) {
  take("jamba_dense");
  EXPECT_EQ(refusal(), "was taken");
  fs::remove(folder_ + "/model-00002-of-00004.safetensors");
  expect("model-00002-of-00004.safetensors] cannot be opened");
  take("jamba_dense");
  replace("model.safetensors.index.json", "model-00001-of-00004.safetensors", "../../etc/passwd");
  expect("is mapped to something that is no file name");
  fs::remove(folder_ + "/model.safetensors.index.json");
  expect("has neither model.safetensors nor model.safetensors.index.json");
}

TEST_F(Files, pythons_numbers_and_legacy_names_are_read) {
  take("granite_dense");
  replace("config.json", "\"linear_attention\"", "\"mamba\"");
  replace("config.json", "\"full_attention\"", "\"attention\"");
  auto config = text("config.json");
  const auto at = config.find("{\n      \"__float__\"");
  ASSERT_NE(at, std::string::npos);
  config.replace(at, config.find('}', at) + 1 - at, "Infinity");
  write("config.json", config);
  EXPECT_EQ(refusal(), "was taken");
  const auto file = ConfigFile::load(folder_ + "/config.json");
  EXPECT_EQ(file.reals("time_step_limit", 2, 99), (std::vector<float>{0, 99}));
}

// Heads of 8 with theta 10000. The numbers are the paper's formulas (arXiv 2309.00071, section 3.2
// and equation 22) worked out apart from this code.
TEST_F(Files, yarn_slows_what_turns_slowly) {
  const auto stretched = [&](const std::string& more) {
    take("llama");
    replace("config.json", "\"default\"",
            "\"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 64" + more);
    const auto checkpoint = Checkpoint::open(folder_);
    const auto description = describe(folder_, checkpoint);
    return std::get<Attention>(description.layers[1].branches[0].mixer);
  };
  const auto expect_near = [](const std::vector<float>& got, const std::vector<double>& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6 * wanted[i]);
  };
  const auto usual = stretched("");
  expect_near(usual.frequencies, {1, 0.0625, 0.0025, 0.00025});
  EXPECT_FLOAT_EQ(usual.rotated_scale, 1.1386294F);
  const auto other = stretched(", \"beta_fast\": 4, \"beta_slow\": 0.01, "
                               "\"attention_factor\": 1.5");
  expect_near(other.frequencies, {1, 0.08125, 0.00625, 0.0004375});
  EXPECT_FLOAT_EQ(other.rotated_scale, 1.5F);
}

TEST_F(Files, parameters_are_counted_once) {
  take("mamba");
  const auto checkpoint = Checkpoint::open(folder_);
  std::uint64_t wanted = 0;
  for (const auto& [name, tensor] : checkpoint.tensors()) wanted += tensor.bytes / 4;
  EXPECT_EQ(parameters(describe(folder_, checkpoint)), wanted);
}

}  // namespace
}  // namespace sr::hybrid
