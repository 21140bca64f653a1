// What can go wrong with a device, as the host hears it: through the plugin's C table, on a device
// that fails when it is told to. Runs where there is no GPU.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "loading.h"
#include "random_model.h"
#include "tests/plugins/backends/cuda/cpu_model.h"
#include "tests/plugins/backends/cuda/fake_device.h"
#include "tests/plugins/backends/hybrid/plugin_host.h"
#include "tests/plugins/backends/hybrid/reference.h"
#include "tests/plugins/backends/hybrid/tiny_tokenizer.h"

extern "C" const sr_plugin* sr_plugin_v1_cuda() noexcept;

namespace sr::cuda::test {
namespace {

namespace fs = std::filesystem;
using hybrid::test::AbiError;
using hybrid::test::kModels;

FakeState* fake = nullptr;

class CudaFaults : public testing::Test {
 protected:
  void SetUp() override {
    fake = &state_;
    open_device_with = [](int) -> std::unique_ptr<Device> {
      return std::make_unique<FakeDevice>(*fake);
    };
    char name[] = "/tmp/sr-cuda-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
    fs::copy(kModels + "granite_dense", folder_);
    std::ofstream(folder_ + "/tokenizer.json") << hybrid::test::tokenizer_json(90);
  }
  void TearDown() override {
    for (auto* sequence : open_) table().close(instance_, sequence);
    if (instance_ != nullptr) component().destroy(instance_);
    open_device_with = &open_device;
    fs::remove_all(folder_);
    EXPECT_EQ(state_.used, 0U) << "memory of the device is given back";
  }
  static const sr_component& component() { return *sr_plugin_v1_cuda()->components[0]; }
  static const sr_backend& table() { return *static_cast<const sr_backend*>(component().vtable); }

  sr_code create(std::map<std::string, std::string> given = {}) {
    given.try_emplace("model", folder_);
    given.try_emplace("weights", "f32");
    const auto config = hybrid::test::options(component(), std::move(given));
    error_ = {};
    return component().create(&api_, &config, &instance_, &error_);
  }
  sr_sequence* open() {
    sr_sequence* out = nullptr;
    EXPECT_EQ(table().open(instance_, &out, &error_), SR_OK) << error_.message;
    open_.push_back(out);
    return out;
  }
  sr_code forward(sr_sequence* s, std::vector<std::int32_t> ids) {
    sr_forward_item item{sizeof item, SR_LOGITS_LAST, s, ids.data(), ids.size(), &error_};
    sr_forward_item* items[] = {&item};
    EXPECT_EQ(table().forward(instance_, items, 1, nullptr), SR_OK);
    return error_.code;
  }
  sr_code sample(sr_sequence* s) {
    sr_pick pick{};
    pick.struct_size = sizeof pick;
    pick.sequence = s;
    pick.error = &error_;
    sr_pick* picks[] = {&pick};
    EXPECT_EQ(table().sample(instance_, picks, 1, nullptr), SR_OK);
    return error_.code;
  }
  sr_sequence* load(std::string_view bytes) {
    sr_sequence* out = nullptr;
    const auto reader = hybrid::test::reader_of(bytes);
    EXPECT_EQ(table().load(instance_, &reader, &out, &error_), SR_OK) << error_.message;
    open_.push_back(out);
    return out;
  }
  std::string save(sr_sequence* s) {
    std::string out;
    const auto writer = hybrid::test::writer_to(out);
    EXPECT_EQ(table().save(instance_, s, &writer, &error_), SR_OK) << error_.message;
    return out;
  }

  FakeState state_;
  sr_host_api api_ = hybrid::test::host_api();
  AbiError error_;
  sr_instance* instance_ = nullptr;
  std::vector<sr_sequence*> open_;
  std::string folder_;
};

TEST_F(CudaFaults, a_machine_without_such_a_device_is_told_so_at_the_option) {
  open_device_with = [](int number) -> std::unique_ptr<Device> {
    throw DeviceError(DeviceError::Kind::kMissing,
                      "there is no device " + std::to_string(number) + ": the driver shows none");
  };
  EXPECT_EQ(create({{"device", "3"}}), SR_UNAVAILABLE);
  EXPECT_STREQ(error_.option, "device");
  EXPECT_STREQ(error_.message, "there is no device 3: the driver shows none");
}

TEST_F(CudaFaults, this_machine_has_a_device_or_says_what_is_missing) {
  open_device_with = &open_device;
  if (create() == SR_OK) return;
  EXPECT_EQ(error_.code, SR_UNAVAILABLE);
  const std::string why = error_.message;
  EXPECT_TRUE(why.find("this machine has no NVIDIA driver") == 0 ||
              why.find("this machine's NVIDIA driver is for CUDA") == 0 ||
              why.find("there is no device 0") == 0)
      << why;
}

TEST_F(CudaFaults, a_model_that_does_not_fit_says_what_would) {
  state_.memory = 60000;
  EXPECT_EQ(create(), SR_EXHAUSTED);
  EXPECT_STREQ(error_.option, "model");
  const std::string why = error_.message;
  EXPECT_EQ(why.find("[" + folder_ + "] needs 1 MiB for its weights as f32 and 1 MiB for each "
                     "session on the device, and Fake GPU has 1 MiB free"),
            0U)
      << why;
}

TEST_F(CudaFaults, a_model_with_larger_parts_than_the_kernels_take_is_refused_in_one_sentence) {
  struct {
    std::string model, key, value, why;
  } const cases[] = {
      {"llama", "head_dim", "320",
       "layer 0 has attention heads of 320 numbers, and the cuda backend takes at most 256"},
      {"mamba", "state_size", "132",
       "layer 0 has a Mamba state of 132 numbers, and the cuda backend takes at most 128"},
      {"mamba2", "state_size", "288",
       "layer 0 has a Mamba-2 state of 288 numbers, and the cuda backend takes at most 256"},
      {"qwen3_next", "linear_key_head_dim", "264",
       "layer 0 has delta-rule keys of 264 numbers, and the cuda backend takes at most 256"},
  };
  for (const auto& [model, key, value, why] : cases) {
    const auto place = folder_ + "/" + model, config = folder_ + "/" + model + ".json";
    std::stringstream text;
    text << std::ifstream(kModels + model + "/config.json").rdbuf();
    auto changed = nlohmann::json::parse(text.str());
    changed[key] = std::stoi(value);
    std::ofstream(config) << changed;
    hybrid::write_random_model(
        {.config = config, .folder = place, .tokenizer = hybrid::test::tokenizer_json(90)}, {});
    EXPECT_EQ(create({{"model", place}}), SR_INVALID_ARGUMENT);
    EXPECT_STREQ(error_.option, "model");
    EXPECT_EQ(error_.message, "[" + place + "] " + why + "; the cpu backend takes more");
    EXPECT_EQ(state_.launches, 0U);
  }
}

TEST_F(CudaFaults, sequences_move_out_for_others_and_are_the_same_when_they_are_back) {
  const auto host = CpuModel::load(folder_, hybrid::Format::kF32);
  const std::vector<std::int32_t> ids{5, 6, 7, 8, 9, 10, 11, 12};
  ASSERT_EQ(create({{"resident", "1"}}), SR_OK) << error_.message;
  std::vector<std::string> bytes;
  std::vector<sr_sequence*> sequences;
  for (std::size_t i = 1; i <= 6; ++i) {
    bytes.push_back(host->saved_after(ids, i));
    sequences.push_back(load(bytes.back()));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      // What a forward adds is taken back; until then what was before it had to make room.
      ASSERT_EQ(forward(sequences[i], {4}), SR_OK) << error_.message;
      ASSERT_EQ(sample(sequences[i]), SR_OK) << error_.message;
      ASSERT_EQ(table().keep(instance_, sequences[i], 0, &error_), SR_OK) << error_.message;
      EXPECT_EQ(save(sequences[i]), bytes[i]);
    }
  }
}

TEST_F(CudaFaults, memory_that_runs_out_moves_sequences_and_ends_no_turn) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  std::vector<sr_sequence*> sequences;
  ASSERT_EQ(forward(open(), {5, 6, 7}), SR_OK) << error_.message;
  state_.memory = state_.used;  // nothing more from now on
  for (int i = 0; i < 3000; ++i) {
    auto* const s = open();
    ASSERT_EQ(forward(s, {5}), SR_OK) << i << ": " << error_.message;
    ASSERT_EQ(sample(s), SR_OK) << i << ": " << error_.message;
  }
}

TEST_F(CudaFaults, a_forward_that_cannot_have_its_memory_leaves_the_sequence_as_it_was) {
  ASSERT_EQ(create({{"max_context", "1000000"}}), SR_OK) << error_.message;
  auto* const s = open();
  ASSERT_EQ(forward(s, {5, 6, 7}), SR_OK) << error_.message;
  state_.memory = state_.used;
  const std::vector<std::int32_t> many(200000, 4);  // more keys and values than one chunk holds
  EXPECT_EQ(forward(s, many), SR_EXHAUSTED);
  EXPECT_EQ(table().length(instance_, s), 3U);
  state_.memory = std::uint64_t{1} << 40;
  EXPECT_EQ(forward(s, many), SR_OK) << error_.message;
  EXPECT_EQ(table().length(instance_, s), 200003U);
}

TEST_F(CudaFaults, a_lost_device_is_said_by_every_call_and_nothing_else_breaks) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  auto *const s = open(), *const other = open();
  ASSERT_EQ(forward(s, {5, 6, 7}), SR_OK);
  state_.lose_at_wait = true;
  EXPECT_EQ(sample(s), SR_UNAVAILABLE);
  EXPECT_STREQ(error_.message, "the device is lost, and the backend must be started again; device "
                               "0: it fell off the bus");
  EXPECT_EQ(forward(other, {5}), SR_UNAVAILABLE);
  EXPECT_EQ(table().length(instance_, other), 0U);
  std::string out;
  const auto writer = hybrid::test::writer_to(out);
  EXPECT_EQ(table().save(instance_, s, &writer, &error_), SR_UNAVAILABLE);
  EXPECT_EQ(table().keep(instance_, s, 1, &error_), SR_UNAVAILABLE);
}

TEST_F(CudaFaults, a_device_that_is_lost_in_the_middle_of_a_forward_ends_it) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  for (const int launches : {0, 1, 7}) {
    auto* const s = open();
    state_.lost = false;
    state_.launches_left = launches;
    EXPECT_EQ(forward(s, {5, 6, 7}), SR_UNAVAILABLE);
    EXPECT_EQ(table().length(instance_, s), 0U);
  }
}

TEST_F(CudaFaults, a_step_that_was_seen_before_is_one_recording) {
  ASSERT_EQ(create(), SR_OK) << error_.message;
  auto* const s = open();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(forward(s, {5}), SR_OK);
  const auto launches = state_.launches, graphs = state_.graphs;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(forward(s, {5}), SR_OK);
  EXPECT_EQ(state_.launches, launches);
  EXPECT_EQ(state_.graphs, graphs + 5);
}

}  // namespace
}  // namespace sr::cuda::test
