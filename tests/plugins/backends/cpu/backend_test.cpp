// The cpu backend through its C table, as the host sees it.
#include <sys/resource.h>

#include <fstream>
#include <map>

#include "fixture.h"
#include "tests/plugins/backends/cpu/plugin_host.h"
#include "tests/plugins/backends/hybrid/tiny_tokenizer.h"

namespace sr::cpu::test {
namespace {

namespace fs = std::filesystem;

using hybrid::test::tokenizer_json;

class CpuPlugin : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sr-cpu-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
    fs::copy(kModels + "granite_dense", folder_);
    write("tokenizer.json", tokenizer_json(90));
  }
  void TearDown() override {
    if (instance_ != nullptr) component().destroy(instance_);
    fs::remove_all(folder_);
  }
  const sr_backend& table() { return *static_cast<const sr_backend*>(component().vtable); }
  void write(const std::string& file, const std::string& text) {
    std::ofstream(folder_ + "/" + file, std::ios::binary) << text;
  }
  sr_code create(std::map<std::string, std::string> given = {}) {
    given.try_emplace("model", folder_);
    given.try_emplace("weights", "f32");
    const auto config = options(std::move(given));
    error_ = {};
    return component().create(&api_, &config, &instance_, &error_);
  }
  sr_sequence* open() {
    sr_sequence* out = nullptr;
    EXPECT_EQ(table().open(instance_, &out, &error_), SR_OK);
    return out;
  }
  sr_code forward(sr_sequence* s, std::vector<std::int32_t> ids, std::uint32_t logits) {
    sr_forward_item item{sizeof item, logits, s, ids.data(), ids.size(), &error_};
    sr_forward_item* items[] = {&item};
    sr_error call{};
    EXPECT_EQ(table().forward(instance_, items, 1, &call), SR_OK) << call.message;
    return error_.code;
  }
  sr_pick pick(sr_sequence* s, std::size_t position) {
    sr_pick out{};
    out.struct_size = sizeof out;
    out.sequence = s;
    out.position = position;
    out.error = &error_;
    return out;
  }
  sr_code sample(sr_pick& pick) {
    sr_pick* picks[] = {&pick};
    EXPECT_EQ(table().sample(instance_, picks, 1, nullptr), SR_OK);
    return error_.code;
  }
  // The logits that the reference has for a position, of the tokens that have a text.
  std::span<const float> reference(std::size_t position) {
    return std::span(expected_.logits).subspan(position * expected_.vocabulary, 90);
  }

  sr_host_api api_ = host_api();
  AbiError error_;
  sr_instance* instance_ = nullptr;
  std::string folder_;
  Expected expected_{kModels + "granite_dense"};
};

TEST_F(CpuPlugin, warns_of_a_norm_that_the_configuration_leaves_open) {
  std::string warnings;
  api_.host = reinterpret_cast<sr_host*>(&warnings);
  api_.log = [](sr_host* host, std::int32_t level, sr_str line) noexcept {
    if (level == SR_LOG_WARN) *reinterpret_cast<std::string*>(host) += view(line);
  };
  ASSERT_EQ(create(), SR_OK) << error_.message;
  EXPECT_TRUE(warnings.starts_with("[" + folder_ + "/config.json] does not say")) << warnings;
  EXPECT_NE(warnings.find("needs \"norm_by_group\": true"), std::string::npos) << warnings;
  component().destroy(instance_);
  instance_ = nullptr;
  warnings.clear();
  std::ifstream file(folder_ + "/config.json");
  std::string config(std::istreambuf_iterator<char>(file), {});
  write("config.json", config.replace(config.find('{'), 1, "{\"norm_by_group\": true,"));
  ASSERT_EQ(create(), SR_OK) << error_.message;
  EXPECT_EQ(warnings, "");
}

TEST_F(CpuPlugin, describes_the_model_in_numbers_that_add_up) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  sr_backend_info info{};
  info.struct_size = sizeof info;
  table().describe(instance_, &info);
  EXPECT_EQ(view(info.family), "granitemoehybrid");
  // Three Mamba-2 layers: 3 rows of 128 convolution inputs, 8 heads x 8 x 16 cells; one attention.
  EXPECT_EQ(info.session_bytes, 3U * (3 * 128 + 8 * 8 * 16) * 4);
  EXPECT_EQ(info.token_bytes, 2U * 2 * 8 * 4);
  EXPECT_EQ(info.context_limit, 2048U);
  const auto& vocabulary = *table().vocabulary(instance_);
  EXPECT_EQ(vocabulary.size, 90);
  EXPECT_EQ(vocabulary.end_token, 2);
  std::int32_t ids[8];
  std::size_t count = 0;
  ASSERT_EQ(table().tokenize(instance_, str("a<|end|>b"), 1, ids, 8, &count, &error_), SR_OK);
  ASSERT_EQ(count, 3U);
  EXPECT_EQ(ids[1], 2);
}

TEST_F(CpuPlugin, picks_what_the_reference_would) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  auto* const s = open();
  ASSERT_EQ(forward(s, expected_.ids, SR_LOGITS_ALL), SR_OK) << error_.message;
  for (std::size_t at = 0; at < expected_.ids.size(); ++at) {
    const auto row = reference(at);
    auto greedy = pick(s, at);
    ASSERT_EQ(sample(greedy), SR_OK);
    EXPECT_EQ(greedy.token, std::ranges::max_element(row) - row.begin()) << at;
    const std::uint32_t mask[3] = {0x00F0F0F0, 0, 0x3};
    auto masked = pick(s, at);
    masked.mask = mask;
    ASSERT_EQ(sample(masked), SR_OK);
    EXPECT_TRUE((mask[masked.token / 32] >> (masked.token % 32)) & 1U);
    const std::int32_t both[2] = {4, 70};
    float scores[2];
    auto scored = pick(s, at);
    scored.score_tokens = both;
    scored.scores = scores;
    scored.score_count = 2;
    ASSERT_EQ(sample(scored), SR_OK);
    EXPECT_NEAR(scores[0] - scores[1], row[4] - row[70], 1e-3);
  }
  auto outside = pick(s, expected_.ids.size());
  EXPECT_EQ(sample(outside), SR_INVALID_ARGUMENT);
  table().close(instance_, s);
}

TEST_F(CpuPlugin, keeps_a_prefix_of_the_last_forward) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  auto* const s = open();
  const std::vector<std::int32_t> ids = expected_.ids;
  ASSERT_EQ(forward(s, {ids.begin(), ids.begin() + 10}, SR_LOGITS_NONE), SR_OK);
  ASSERT_EQ(forward(s, {ids[10], ids[11], ids[12], 5, 6}, SR_LOGITS_ALL), SR_OK);
  sr_sequence* fork = nullptr;
  ASSERT_EQ(table().fork(instance_, s, &fork, &error_), SR_OK);
  EXPECT_EQ(table().keep(instance_, s, 6, &error_), SR_INVALID_ARGUMENT);
  ASSERT_EQ(table().keep(instance_, s, 3, &error_), SR_OK) << error_.message;
  EXPECT_EQ(table().length(instance_, s), 13U);
  auto stays = pick(s, 2), gone = pick(s, 3);
  EXPECT_EQ(sample(stays), SR_OK);
  EXPECT_EQ(sample(gone), SR_INVALID_ARGUMENT);
  ASSERT_EQ(table().keep(instance_, fork, 0, &error_), SR_OK);
  EXPECT_EQ(table().length(instance_, fork), 10U);
  ASSERT_EQ(forward(fork, {ids.begin() + 10, ids.end()}, SR_LOGITS_LAST), SR_OK);
  ASSERT_EQ(forward(s, {ids.begin() + 13, ids.end()}, SR_LOGITS_LAST), SR_OK);
  const auto row = reference(ids.size() - 1);
  for (auto* sequence : {s, fork}) {
    auto p = pick(sequence, 0);
    ASSERT_EQ(sample(p), SR_OK);
    EXPECT_EQ(p.token, std::ranges::max_element(row) - row.begin());
    table().close(instance_, sequence);
  }
}

TEST_F(CpuPlugin, pinned_tokens_stay_in_sight_of_forks_too) {
  const std::vector<std::int32_t> preamble(150, 5), rest(400, 7);
  const auto scores = [&](sr_sequence* s) {
    std::vector<std::int32_t> all;
    for (std::int32_t i = 0; i < 90; ++i) all.push_back(i);
    std::vector<float> out(all.size());
    auto p = pick(s, 0);
    p.score_tokens = all.data();
    p.scores = out.data();
    p.score_count = all.size();
    EXPECT_EQ(sample(p), SR_OK) << error_.message;
    return out;
  };
  const auto read = [&](sr_sequence* s) {
    for (std::size_t i = 0; i < rest.size(); i += 50) {
      EXPECT_EQ(forward(s, {rest.begin(), rest.begin() + 50}, SR_LOGITS_LAST), SR_OK);
    }
    return scores(s);
  };
  ASSERT_EQ(create({{"attention_window", "64"}, {"attention_pinned", "150"}}), SR_OK);
  auto* s = open();
  ASSERT_EQ(forward(s, preamble, SR_LOGITS_NONE), SR_OK);
  const auto wanted = read(s);
  table().close(instance_, s);
  component().destroy(instance_);
  instance_ = nullptr;

  ASSERT_EQ(create({{"attention_window", "64"}}), SR_OK);
  s = open();
  auto* const plain = open();
  ASSERT_EQ(table().pin(instance_, s, preamble.size(), &error_), SR_OK) << error_.message;
  ASSERT_EQ(forward(s, preamble, SR_LOGITS_NONE), SR_OK);
  ASSERT_EQ(forward(plain, preamble, SR_LOGITS_NONE), SR_OK);
  sr_sequence* fork = nullptr;
  ASSERT_EQ(table().fork(instance_, s, &fork, &error_), SR_OK);
  EXPECT_EQ(read(s), wanted);
  EXPECT_EQ(read(fork), wanted);
  EXPECT_NE(read(plain), wanted);
  EXPECT_EQ(table().pin(instance_, plain, 1, &error_), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.message, "it is too late to pin 1 tokens: some may be out of sight already");
  for (auto* each : {s, fork, plain}) table().close(instance_, each);
}

TEST_F(CpuPlugin, a_seed_decides_and_parameters_narrow) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  auto* const s = open();
  ASSERT_EQ(forward(s, {5, 6, 7}, SR_LOGITS_LAST), SR_OK);
  auto greedy = pick(s, 0);
  ASSERT_EQ(sample(greedy), SR_OK);
  std::map<std::int32_t, int> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    sr_sampling how{sizeof how, 0, 3.0F, 1.0F, seed};
    auto p = pick(s, 0), again = pick(s, 0);
    p.sampling = again.sampling = &how;
    ASSERT_EQ(sample(p), SR_OK);
    ASSERT_EQ(sample(again), SR_OK);
    EXPECT_EQ(p.token, again.token);
    ++seen[p.token];
    how.top_k = 1;
    ASSERT_EQ(sample(p), SR_OK);
    EXPECT_EQ(p.token, greedy.token);
  }
  EXPECT_GT(seen.size(), 10U);
  table().close(instance_, s);
}

TEST_F(CpuPlugin, what_does_not_fit_is_the_items_own_error) {
  ASSERT_EQ(create({{"max_context", "8"}}), SR_OK) << error_.message;
  auto* const s = open();
  EXPECT_EQ(forward(s, {96}, SR_LOGITS_NONE), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.message, "token 96 is not in the vocabulary of 96 tokens");
  EXPECT_EQ(forward(s, {-1}, SR_LOGITS_NONE), SR_INVALID_ARGUMENT);
  EXPECT_EQ(forward(s, std::vector<std::int32_t>(9, 4), SR_LOGITS_NONE), SR_EXHAUSTED);
  EXPECT_EQ(table().length(instance_, s), 0U);
  auto p = pick(s, 0);
  EXPECT_EQ(sample(p), SR_INVALID_ARGUMENT);
  table().close(instance_, s);
}

TEST_F(CpuPlugin, a_tokenizer_of_another_model_is_refused) {
  auto text = tokenizer_json(90);
  const std::string one = "\"#\":3,";
  write("tokenizer.json", text.replace(text.find(one), one.size(), "\"#\":96,"));
  EXPECT_EQ(create(), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(error_.option, "model");
  EXPECT_EQ(std::string(error_.message),
            "[" + folder_ + "/tokenizer.json] has 97 tokens, but the embedding has 96; it belongs "
            "to another model");
}

TEST_F(CpuPlugin, what_is_no_number_stops_the_load) {
  const auto file = folder_ + "/model.safetensors";
  std::uint64_t header = 0;
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.read(reinterpret_cast<char*>(&header), 8);
  const float bad = NAN;
  stream.seekp(static_cast<std::streamoff>(8 + header));
  stream.write(reinterpret_cast<const char*>(&bad), 4);
  stream.close();
  EXPECT_EQ(create(), SR_INVALID_ARGUMENT);
  const std::string why = error_.message;
  EXPECT_EQ(why.find("[" + file + "] tensor "), 0U) << why;
  EXPECT_NE(why.find(" holds nan at element 0; the file is damaged"), std::string::npos) << why;
}

using CpuPluginDeathTest = CpuPlugin;

// Lets this process have `more` bytes than it has now; negative: as many as it wants.
void bound_memory(std::int64_t more) {
  rlimit bound{};
  ::getrlimit(RLIMIT_AS, &bound);
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  bound.rlim_cur = more < 0 ? bound.rlim_max : static_cast<rlim_t>(pages * 4096 + more);
  if (::setrlimit(RLIMIT_AS, &bound) != 0) std::_Exit(1);
}

TEST_F(CpuPluginDeathTest, a_forward_without_memory_leaves_the_sequence_as_it_was) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take memory themselves";
#endif
  const auto run_short = [&] {
    if (create({{"threads", "1"}}) != SR_OK) std::_Exit(1);
    auto* const s = open();
    if (forward(s, {5, 6, 7}, SR_LOGITS_LAST) != SR_OK) std::_Exit(1);
    const std::vector<std::int32_t> many(2000, 4);
    bound_memory(0);
    const auto code = forward(s, many, SR_LOGITS_ALL);
    const std::string why = error_.message;
    bound_memory(-1);
    const auto length = table().length(instance_, s);
    const auto again = forward(s, many, SR_LOGITS_ALL);
    std::fprintf(stderr, "%d %s, %d, %d\n", code, why.c_str(), static_cast<int>(length), again);
    std::_Exit(0);
  };
  EXPECT_EXIT(run_short(), testing::ExitedWithCode(0), "^8 out of memory, 3, 0\n$");
}

TEST_F(CpuPluginDeathTest, too_little_memory_is_said_and_survived) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take memory themselves";
#endif
  const auto run_short = [&] {
    bound_memory(2 << 20);  // weights are taken 4 MiB at a time
    const auto code = create({{"weights", "int8"}, {"threads", "1"}});
    std::fprintf(stderr, "%d %s: %s\n", code, error_.option, error_.message);
    std::_Exit(0);
  };
  EXPECT_EXIT(run_short(), testing::ExitedWithCode(0),
              "^8 model: .*does not fit into the memory that is left, with weights: int8");
}

TEST_F(CpuPlugin, a_folder_that_is_not_whole_is_refused_by_name) {
  const auto refused = [&] {
    EXPECT_EQ(create(), SR_INVALID_ARGUMENT);
    EXPECT_STREQ(error_.option, "model");
    EXPECT_EQ(instance_, nullptr);
    return std::string(error_.message);
  };
  write("tokenizer.json", tokenizer_json(90) + "x");
  EXPECT_NE(refused().find("tokenizer.json"), std::string::npos);
  fs::remove(folder_ + "/tokenizer.json");
  EXPECT_NE(refused().find("tokenizer.json"), std::string::npos);
  fs::remove(folder_ + "/model.safetensors");
  EXPECT_NE(refused().find("has neither model.safetensors nor"), std::string::npos);
  fs::remove(folder_ + "/config.json");
  refused();
}

}  // namespace
}  // namespace sr::cpu::test
