// `state-runtime model`, and a deployment on a model of random numbers.
#include <gtest/gtest.h>
#include <signal.h>

#include <cmath>
#include <fstream>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/wire/client_view.h"
#include "tests/end_to_end/child.h"

namespace sr::test {
namespace {

namespace fs = std::filesystem;
using host::Json;
using host::ScratchFolder;

const std::string kSource = SR_SOURCE_DIR;
const std::string kFixtures = kSource + "/tests/fixtures/models/";

class ModelTest : public ::testing::Test {
 protected:
  // A Jamba of two layers that knows every byte.
  std::string random_model() {
    const auto config = path("config.json");
    std::ofstream(config) << R"({"model_type": "jamba", "hidden_size": 32, "vocab_size": 264,
      "num_hidden_layers": 2, "attn_layer_period": 2, "attn_layer_offset": 1, "num_experts": 1,
      "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 48,
      "mamba_d_state": 8, "mamba_dt_rank": 4, "max_position_embeddings": 100000,
      "eos_token_id": 262, "tie_word_embeddings": true})";
    const auto made = run({"model", "random", config, path("model"), "--seed", "3"});
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_NE(made.out.find("jamba with "), std::string::npos) << made.out;
    return path("model");
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  ScratchFolder folder_;
};

TEST_F(ModelTest, InspectSaysWhatAModelTakes) {
  const auto model = random_model();
  const auto done = run({"model", "inspect", model, "--json"});
  ASSERT_EQ(done.status, 0) << done.err;
  const auto json = Json::parse(done.out);
  EXPECT_EQ(json["family"], "jamba");
  EXPECT_EQ(json["layers"]["mixers"], Json::parse(R"({"mamba1":1,"attention":1})"));
  // One Mamba layer: 64 channels of 3 tokens and 8 cells; one attention layer: a head of 16.
  EXPECT_EQ(json["session_bytes"], 64 * (3 + 8) * 4);
  EXPECT_EQ(json["token_bytes"], 2 * 16 * 4);
  EXPECT_EQ(json["tokenizer"]["tokens"], 263);
  const auto text = run({"model", "inspect", model});
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("layers        2: 1 mamba1, 1 attention; 2 mlp\n"), std::string::npos)
      << text.out;
  EXPECT_NE(text.out.find("context       100 000 tokens\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("fingerprint   " + json["fingerprint"].get<std::string>()),
            std::string::npos)
      << text.out;
}

TEST_F(ModelTest, InspectSaysWhatANormOfSeveralGroupsGoesOver) {
  const auto text = run({"model", "inspect", kFixtures + "mamba2_grouped"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("mamba2 norm   over each of 2 groups: its norm_before_gate"),
            std::string::npos)
      << text.out;
}

TEST_F(ModelTest, LogitsComeBackToTheLastBit) {
  const auto folder = kFixtures + "llama";
  const auto done = run({"model", "logits", folder, "--ids", "5,9,12", "--weights", "f32"});
  ASSERT_EQ(done.status, 0) << done.err;
  const auto json = Json::parse(done.out);
  EXPECT_EQ(json["ids"], Json::parse("[5,9,12]"));
  ASSERT_EQ(json["logits"].size(), 3U);
  for (const auto& row : json["logits"]) {
    ASSERT_EQ(row.size(), 96U);
    for (const auto& value : row) EXPECT_TRUE(std::isfinite(value.get<float>()));
  }
  // A prefix says the same, and other weights almost the same.
  const auto prefix = run({"model", "logits", folder, "--ids", "5,9", "--weights", "f32"});
  EXPECT_EQ(Json::parse(prefix.out)["logits"][1], json["logits"][1]);
  const auto near = run({"model", "logits", folder, "--ids", "5,9,12", "--weights", "f32",
                         "--window", "1", "--pinned", "1"});
  const auto seen = Json::parse(near.out)["logits"];
  EXPECT_EQ(seen[1], json["logits"][1]);  // sees the pinned token and itself: all there is
  EXPECT_NE(seen[2], json["logits"][2]);
  const auto half = run({"model", "logits", folder, "--ids", "5,9,12", "--weights", "bf16"});
  EXPECT_NE(Json::parse(half.out)["logits"], json["logits"]);
}

TEST_F(ModelTest, MistakesAreOneSentence) {
  const auto fails = [](const Arguments& arguments, const std::string& sentence) {
    const auto done = run(arguments);
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.err, "error: " + sentence + "\n");
  };
  const auto llama = kFixtures + "llama";
  fails({"model", "logits", llama, "--ids", "5,96"},
        "token 96 is not in the vocabulary of 96 tokens");
  fails({"model", "inspect", llama, "--weights", "int3"},
        "weights must be one of f32, bf16, int8, int4, not \"int3\"");
  fails({"model", "inspect", llama, "--backend", "scripted"},
        "backend \"scripted\" reads no models from folders; name another with --backend");
  fails({"model", "inspect", folder_.path().string()},
        "[" + folder_.path().string() +
            "] has neither model.safetensors nor model.safetensors.index.json");
  fails({"model", "random", llama + "/config.json", llama},
        "[" + llama + "] is not an empty folder; choose another");
}

TEST_F(ModelTest, ADeploymentThatShipsTakesAnyModel) {
  const auto file = kSource + "/configs/alerts.yaml";
  const auto done = run({"check", file, "--set", "backends.main.model=" + random_model()});
  EXPECT_EQ(done.status, 0) << done.err;
}

TEST_F(ModelTest, TheModelThatShipsPlaysTheAppThatShips) {
  const auto done = run({"test", kSource + "/configs/alerts.yaml"});
  EXPECT_EQ(done.status, 0) << done.out << done.err;
  EXPECT_NE(done.out.find("4 passed, 0 failed"), std::string::npos) << done.out;
}

TEST_F(ModelTest, ABackendThatCannotLoadStopsOnlyWhatNeedsIt) {
  fs::create_directories(path("broken"));
  fs::copy_file(kFixtures + "llama/config.json", path("broken/config.json"));
  std::ofstream(path("broken/model.safetensors")) << "cut";
  const auto file = path("two.yaml");
  std::ofstream(file) << "version: 1\napp: " << kSource << "/configs/apps/alerts\n"
                      << "backends:\n"
                      << "  main: { type: scripted, rules: " << kSource
                      << "/configs/apps/alerts/scripted.yaml }\n"
                      << "  large: { type: cpu, model: broken }\n"
                      << "stores: { facts: { type: sqlite, path: facts.db } }\n"
                      << "transports: { lines: { type: stdio } }\n"
                      << "constrainers: { json: { type: json_schema } }\n"
                      << "pipeline: { backend: main, store: facts, constrainer: json }\n";
  const auto init = run({"store", "init", file});
  ASSERT_EQ(init.status, 0) << init.err;
  const auto why = ": backends.large.model: [" + path("broken/model.safetensors") +
                   "] is not a safetensors file: it has fewer than 8 bytes";
  const auto place = fs::path(file).filename().string() + ":5:30";
  {
    Child child({"run", file});
    child.say(R"({"type":"hello"})");
    const auto line = child.line();
    ASSERT_TRUE(line) << child.err();
    EXPECT_EQ(Json::parse(*line)["type"], "welcome");
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait(), 0) << child.err();
    EXPECT_NE(child.err().find(why + "; nothing uses it, so the rest starts without it"),
              std::string::npos)
        << child.err();
  }
  const auto done = run({"run", file, "--set", "pipeline.backend=large"});
  EXPECT_EQ(done.status, 78);
  EXPECT_NE(done.err.find(place + ": error" + why), std::string::npos) << done.err;
}

// What random numbers say is nonsense, but the grammar makes it a screen. Some turns never come to
// an end; one of a few does.
TEST_F(ModelTest, RandomNumbersUnderAGrammarPaintScreens) {
  const auto file = path("deployment.yaml");
  std::ofstream(file) << "version: 1\napp: " << kSource << "/configs/apps/alerts\n"
                      << "backends: { main: { type: cpu, weights: f32, attention_window: 256, "
                         "model: "
                      << random_model() << " } }\n"
                      << "stores: { facts: { type: sqlite, path: facts.db } }\n"
                      << "transports: { lines: { type: stdio } }\n"
                      << "constrainers: { json: { type: json_schema } }\n"
                      << "pipeline: { backend: main, store: facts, constrainer: json }\n";
  const auto init = run({"store", "init", file});
  ASSERT_EQ(init.status, 0) << init.err;
  Child child({"run", file});
  host::wire::ClientView view;
  // The answer to a turn: the patch, or the error. Everything on the way must be well formed.
  const auto answer = [&](const std::string& id) {
    for (;;) {
      const auto line = child.line();
      if (!line) return Json(nullptr);
      auto message = Json::parse(*line);
      const auto taken = view.take(message);
      EXPECT_TRUE(taken.ok()) << taken.error().text();
      const bool ended = message["type"] == "patch" ? message["cause"] == id
                                                    : message["type"] == "error";
      if (ended) return message;
    }
  };
  child.say(R"({"type":"hello"})");
  Json heard = answer("open");
  for (int i = 0; i < 20 && heard["type"] == "error"; ++i) {
    EXPECT_TRUE(heard["code"] == "model_failed" || heard["code"] == "not_allowed") << heard.dump();
    const auto id = "c" + std::to_string(i);
    child.say(Json{{"type", "event"}, {"id", id}, {"kind", "command"},
                   {"payload", {{"command", "try number " + std::to_string(i)}}}}.dump());
    heard = answer(id);
  }
  EXPECT_EQ(heard["type"], "patch") << heard.dump();
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0) << child.err();
}

}  // namespace
}  // namespace sr::test
