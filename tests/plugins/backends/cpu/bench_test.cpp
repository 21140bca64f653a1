// `state-runtime bench decode` on a small random model: what its rows say, but for the times.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/decode/bench_decode.h"
#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/plugins/model_tools.h"
#include "host/runtime/services.h"

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;

Json read_json(const fs::path& path) { return Json::parse(std::ifstream(path)); }

// The shape of the model that the measurements use, a good deal smaller.
class BenchDecode : public testing::Test {
 protected:
  void SetUp() override {
    registry_.load_directories({fs::path(SR_BUILD_DIR) / "plugins"});
    auto config = read_json(fs::path(SR_SOURCE_DIR) / "bench/models/jamba-26m/config.json");
    config["hidden_size"] = 128;
    config["num_attention_heads"] = 4;
    config["num_hidden_layers"] = 6;
    config["intermediate_size"] = 192;
    config["vocab_size"] = 512;
    std::ofstream(folder_.path() / "config.json") << config;
    boost::asio::io_context io;
    const Services services(io);
    const auto tools = ModelTools::find(registry_, "cpu", services.api());
    ASSERT_TRUE(tools) << tools.error().text();
    args_.model = folder_.path() / "model";
    args_.json_file = folder_.path() / "rows.json";
    const auto made = tools->random({folder_.path() / "config.json", args_.model, {}, "bf16", 1});
    ASSERT_TRUE(made) << made.error().text();
    args_.weights = {"int8"};
    args_.tokens = 32;
  }
  Json rows() {
    std::ostringstream out, err;
    EXPECT_EQ(bench_decode_command(args_, registry_, out, err), 0) << err.str();
    return read_json(args_.json_file).at("rows");
  }

  ScratchFolder folder_;
  Registry registry_;
  BenchDecodeArgs args_;
};

TEST_F(BenchDecode, single_tokens_beside_the_memory) {
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& row : all) {
    EXPECT_EQ(row.at("model"), "model");
    EXPECT_EQ(row.at("weights"), "int8");
    const auto bytes = row.at("weight_bytes").get<double>();
    EXPECT_NEAR(row.at("gb_per_s").get<double>(),
                bytes / row.at("ms_per_token").get<double>() / 1e6, 1e-6);
    EXPECT_GT(row.at("bandwidth_gb_per_s").get<double>(), 0);
    EXPECT_GT(row.at("fraction").get<double>(), 0);
    EXPECT_LE(row.at("best_ms_per_token"), row.at("ms_per_token"));
    EXPECT_NEAR(row.at("run16_steps").get<double>(),
                row.at("run16_ms").get<double>() / row.at("ms_per_token").get<double>(), 1e-9);
  }
  EXPECT_EQ(all[0].at("threads"), 1);
  EXPECT_EQ(all[1].at("threads"), 2);
  EXPECT_EQ(all[0].at("weight_bytes"), all[1].at("weight_bytes"));
}

TEST_F(BenchDecode, a_written_turn_counts_what_was_forced) {
  args_.threads = {2};
  args_.written = 30;
  const auto row = rows().at(0);
  EXPECT_EQ(row.at("read"), 43);
  // Every byte is a token: {"kind":"sql","sql":" and "} are forced, 7 are chosen, each with a
  // forward before it.
  EXPECT_EQ(row.at("written"), 30);
  EXPECT_EQ(row.at("forced"), 23);
  EXPECT_EQ(row.at("steps"), 7);
  EXPECT_GE(row.at("turn_ms").get<double>(), row.at("best_turn_ms").get<double>());
}

TEST_F(BenchDecode, many_turns_end_where_a_fresh_sequence_does) {
  args_.threads = {2};
  args_.turns = 40;
  args_.window = 64;
  const auto row = rows().at(0);
  EXPECT_EQ(row.at("median_ms").size(), 10U);
  EXPECT_EQ(row.at("young_median_ms").size(), 10U);
  EXPECT_EQ(row.at("carried_against_replayed"), 0);
  EXPECT_NEAR(row.at("last_against_second").get<double>(),
              row["median_ms"][9].get<double>() / row["median_ms"][1].get<double>(), 1e-9);
}

TEST_F(BenchDecode, beside_a_busy_thread_every_number_of_threads_has_its_row) {
  args_.busy = 1;
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("threads"), 1);
  EXPECT_EQ(all[1].at("threads"), 2);
  for (const auto& row : all) {
    EXPECT_EQ(row.at("busy"), 1);
    EXPECT_GT(row.at("alone_ms").get<double>(), 0);
    EXPECT_GT(row.at("beside_mean_ms").get<double>(), 0);
  }
}

TEST_F(BenchDecode, a_model_that_is_not_there_is_refused) {
  args_.model = folder_.path() / "nothing";
  std::ostringstream out, err;
  EXPECT_ANY_THROW(bench_decode_command(args_, registry_, out, err));
}

}  // namespace
}  // namespace sr::host::test
