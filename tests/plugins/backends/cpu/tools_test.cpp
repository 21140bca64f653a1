// The cpu backend's model tools through their C table, as `state-runtime model` calls them.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "fixture.h"
#include "state_runtime/model_tools.h"
#include "state_runtime/plugin.hpp"
#include "tests/plugins/backends/cpu/plugin_host.h"

namespace sr::cpu::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Tools : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sr-tools-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  const sr_model_tools& table() {
    return *static_cast<const sr_model_tools*>(component().get_extension(SR_MODEL_TOOLS_ID));
  }
  sr_code inspect(const std::string& model, const std::string& weights = "bf16") {
    const auto config = options({{"model", model}, {"weights", weights}});
    return table().inspect(&api_, &config, &writer_, &error_);
  }
  sr_code logits(const std::string& model, const std::vector<std::int32_t>& ids,
                 const std::string& weights = "f32") {
    const auto config = options({{"model", model}, {"weights", weights}});
    return table().logits(&api_, &config, ids.data(), ids.size(), &writer_, &error_);
  }
  sr_code random(const std::string& config, const std::string& to, const std::string& type = "bf16",
                 const std::string& tokenizer = "") {
    const sr_random_model asked{sizeof asked, str(config), str(to), str(tokenizer), str(type), 5};
    return table().random(&api_, &asked, &writer_, &error_);
  }
  std::vector<float> numbers() const {
    std::vector<float> out(written_.size() / 4);
    std::memcpy(out.data(), written_.data(), written_.size());
    return out;
  }

  // A copy of a fixture whose config.json is changed.
  std::string changed(const std::string& fixture, const Json& change) {
    const auto to = folder_ + "/changed";
    fs::remove_all(to);
    fs::copy(kModels + fixture, to);
    auto config = Json::parse(std::ifstream(to + "/config.json"));
    config.merge_patch(change);
    std::ofstream(to + "/config.json") << config;
    return to;
  }

  sr_host_api api_ = host_api();
  AbiError error_;
  std::string written_, folder_;
  sr_writer writer_{&written_, [](void* to, const void* data, std::size_t size) noexcept {
                      static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
                      return 0;
                    }};
};

TEST_F(Tools, inspect_says_what_the_arithmetic_says) {
  ASSERT_EQ(inspect(kModels + "granite_dense"), SR_OK) << error_.message;
  const auto model = Json::parse(written_);
  EXPECT_EQ(model["family"], "granitemoehybrid");
  EXPECT_EQ(model["layers"], Json::parse(R"({"count": 4, "mixers": {"mamba2": 3, "attention": 1},
                                             "feed_forward": {"mlp": 4}})"));
  std::uint64_t parameters = 0;
  const auto checkpoint = hybrid::Checkpoint::open(kModels + "granite_dense");
  for (const auto& [name, tensor] : checkpoint.tensors()) parameters += tensor.bytes / 4;
  EXPECT_EQ(model["parameters"], parameters);
  EXPECT_EQ(model["session_bytes"], 3 * (3 * 128 + 8 * 8 * 16) * 4);
  EXPECT_EQ(model["token_bytes"], 2 * 2 * 8 * 4);
  EXPECT_EQ(model["context"], 2048);
  EXPECT_EQ(model["weights"], "bf16");
  EXPECT_TRUE(model["tokenizer"].is_null());
  EXPECT_EQ(model["fingerprint"],
            Model::load(kModels + "granite_dense", Format::kBF16, {})->fingerprint());
}

TEST_F(Tools, what_the_norm_of_several_groups_goes_over) {
  struct Case {
    const char* fixture;
    const char* change;
    bool by_group, known;
  };
  const Case cases[] = {{"mamba2", "{}", false, false},
                        {"mamba2", R"({"rms_norm": true})", false, false},
                        {"mamba2", R"({"norm_before_gate": false})", true, true},
                        {"mamba2", R"({"ssm_cfg": {"layer": "Mamba2"}})", true, true},
                        {"mamba2", R"({"norm_by_group": true})", true, true},
                        {"mamba2", R"({"norm_by_group": false})", false, true},
                        {"mamba2_grouped", "{}", true, true},
                        {"mamba2_grouped", R"({"norm_by_group": false})", false, true},
                        {"bamba", "{}", false, false},
                        {"bamba", R"({"norm_by_group": true})", true, true},
                        {"granite_dense", "{}", false, false},
                        {"granite_dense", R"({"norm_by_group": true})", true, true},
                        {"falcon_h1", "{}", true, true},
                        {"falcon_h1", R"({"norm_by_group": false})", false, true},
                        {"nemotron_h", "{}", true, true}};
  for (const auto& [fixture, change, by_group, known] : cases) {
    SCOPED_TRACE(std::string(fixture) + " with " + change);
    const auto model = changed(fixture, Json::parse(change));
    written_.clear();
    ASSERT_EQ(inspect(model), SR_OK) << error_.message;
    const auto norm = Json::parse(written_)["group_norm"];
    EXPECT_EQ(norm["groups"], 2);
    EXPECT_EQ(norm["by_group"], by_group);
    EXPECT_EQ(norm["known"], known);
    EXPECT_FALSE(norm["why"].get<std::string>().empty());
  }
  // One group, a family without Mamba-2, and Mamba-2 without a norm: there is nothing to choose.
  for (const auto& model : {std::string("llama"), std::string("falcon_h1_plain")}) {
    written_.clear();
    ASSERT_EQ(inspect(kModels + model), SR_OK) << error_.message;
    EXPECT_TRUE(Json::parse(written_)["group_norm"].is_null()) << model;
  }
  EXPECT_EQ(inspect(changed("mamba2", Json::parse(R"({"norm_by_group": 2})"))),
            SR_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error_.message), "[" + folder_ + "/changed/config.json] norm_by_group must "
                                         "be true or false, not 2");
}

TEST_F(Tools, the_configuration_chooses_between_two_references) {
  const Expected one(kModels + "mamba2"), grouped(kModels + "mamba2_grouped");
  for (const bool by_group : {false, true}) {
    written_.clear();
    const auto model = changed("mamba2", {{"norm_by_group", by_group}});
    ASSERT_EQ(logits(model, one.ids), SR_OK) << error_.message;
    EXPECT_LT((by_group ? grouped : one).distance(numbers(), 0), 2e-4);
    EXPECT_GT((by_group ? one : grouped).distance(numbers(), 0), 0.1);
  }
}

TEST_F(Tools, logits_are_those_of_the_reference) {
  const Expected expected(kModels + "jamba_moe");
  ASSERT_EQ(logits(kModels + "jamba_moe", expected.ids), SR_OK) << error_.message;
  ASSERT_EQ(numbers().size(), expected.logits.size());
  EXPECT_LT(expected.distance(numbers(), 0), 2e-4);
  const auto exact = numbers();
  written_.clear();
  ASSERT_EQ(logits(kModels + "jamba_moe", expected.ids, "bf16"), SR_OK);
  EXPECT_NE(numbers(), exact);
}

TEST_F(Tools, long_texts_are_read_in_pieces_that_change_nothing) {
  const auto model = Model::load(kModels + "jamba_moe", Format::kF32, {});
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(i * 7 % 90);
  State state(model->layout());
  const auto wanted = read(*model, state, ids, 0, ids.size(), ids.size());
  ASSERT_EQ(logits(kModels + "jamba_moe", ids), SR_OK) << error_.message;
  EXPECT_EQ(numbers(), wanted);
}

TEST_F(Tools, mistakes_are_one_sentence) {
  EXPECT_EQ(logits(kModels + "llama", {5, 96}), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.message, "token 96 is not in the vocabulary of 96 tokens");
  EXPECT_EQ(inspect(folder_), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.option, "model");
  EXPECT_EQ(random(kModels + "llama/config.json", folder_ + "/new", "f16"), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.message, "the type of the tensors can be bf16 or f32, not \"f16\"");
  const std::string tokenizer = SR_SOURCE_DIR "/tests/cases/tokenizer/llama3.json";
  EXPECT_EQ(random(kModels + "llama/config.json", folder_ + "/new", "f32", tokenizer),
            SR_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error_.message),
            "[" + tokenizer + "] has 393 tokens, but the embedding has 96; it belongs to another "
            "model");
  EXPECT_FALSE(fs::exists(folder_ + "/new"));
}

class RandomFamilies : public Tools, public testing::WithParamInterface<std::string> {};

TEST_P(RandomFamilies, logits_neither_vanish_nor_explode) {
  const auto to = folder_ + "/model";
  ASSERT_EQ(random(kModels + GetParam() + "/config.json", to), SR_OK) << error_.message;
  const auto vocabulary = Json::parse(std::ifstream(to + "/config.json"))["vocab_size"];
  written_.clear();
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 200; ++i) ids.push_back(i * i % vocabulary.get<int>());
  ASSERT_EQ(logits(to, ids), SR_OK) << error_.message;
  const auto all = numbers();
  const auto width = all.size() / ids.size();
  for (std::size_t row = 0; row < ids.size(); ++row) {
    double squares = 0;
    for (std::size_t i = 0; i < width; ++i) squares += std::pow(all[row * width + i], 2);
    const auto spread = std::sqrt(squares / static_cast<double>(width));
    ASSERT_GT(spread, 0.5) << row;
    ASSERT_LT(spread, 2.0) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(, RandomFamilies, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

TEST_F(Tools, the_models_of_the_measurements_have_their_sizes) {
  const auto plan_of = [](const char* name) {
    return hybrid::plan(SR_SOURCE_DIR "/bench/models/" + std::string(name) + "/config.json");
  };
  EXPECT_NEAR(static_cast<double>(hybrid::parameters(plan_of("jamba-26m").description)), 26.16e6,
              0.01e6);
  EXPECT_NEAR(static_cast<double>(hybrid::parameters(plan_of("jamba-3b").description)), 3029e6,
              1e6);
}

TEST_F(Tools, every_byte_and_the_tags_are_tokens_of_a_random_model) {
  const auto to = folder_ + "/model";
  ASSERT_EQ(random(SR_SOURCE_DIR "/bench/models/jamba-26m/config.json", to), SR_OK)
      << error_.message;
  const auto made = Json::parse(written_);
  EXPECT_EQ(made["tokenizer"], 263);
  const auto config = options({{"model", to}});
  sr_instance* instance = nullptr;
  ASSERT_EQ(component().create(&api_, &config, &instance, &error_), SR_OK) << error_.message;
  const auto& backend = *static_cast<const sr_backend*>(component().vtable);
  const auto& vocabulary = *backend.vocabulary(instance);
  EXPECT_EQ(vocabulary.size, 263);
  EXPECT_EQ(vocabulary.end_token, 262);
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const auto& text : {all, std::string("caf\xC3\xA9 \"<|app|>\"\n"), std::string(3, '\0')}) {
    std::vector<std::int32_t> ids(text.size());
    std::size_t count = 0;
    ASSERT_EQ(backend.tokenize(instance, str(text), 0, ids.data(), ids.size(), &count, &error_),
              SR_OK);
    ASSERT_EQ(count, text.size());
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(ids[i], static_cast<unsigned char>(text[i]));
      EXPECT_EQ(vocabulary.bytes[vocabulary.offsets[ids[i]]], static_cast<unsigned char>(text[i]));
    }
  }
  const std::string tags = "<|app|><|event|><|emit|><|result|><|shown|><|refused|><|end|>";
  std::int32_t ids[7];
  std::size_t count = 0;
  ASSERT_EQ(backend.tokenize(instance, str(tags), 1, ids, 7, &count, &error_), SR_OK);
  ASSERT_EQ(count, 7U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(ids[i], 256 + i);
  component().destroy(instance);
}

}  // namespace
}  // namespace sr::cpu::test
