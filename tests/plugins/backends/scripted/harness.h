// harness.h - the scripted backend through its C table, as the host sees it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "state_runtime/backend.h"
#include "state_runtime/plugin.hpp"

extern "C" const sr_plugin* sr_plugin_v1_scripted() noexcept;

// Options as YAML would write them; what is not given has its default.
struct sr_config {
  std::map<std::string, std::string> values;
};

namespace sr::test {

using Options = std::map<std::string, std::string>;
using Mask = std::vector<std::uint32_t>;

inline Mask mask_of(std::string_view bytes, bool end = false) {
  Mask mask((257 + 31) / 32, 0);
  for (const char c : bytes) {
    const auto token = static_cast<unsigned char>(c);
    mask[token / 32] |= 1U << (token % 32);
  }
  if (end) mask[8] |= 1U;
  return mask;
}

struct TestError : sr_error {
  TestError() : sr_error{} { struct_size = sizeof(sr_error); }
};

inline sr_host_api host_api() {
  sr_host_api api{};
  api.struct_size = sizeof api;
  api.log_enabled = [](sr_host*, std::int32_t) noexcept { return 0; };
  api.log = [](sr_host*, std::int32_t, sr_str) noexcept {};
  api.get_string = [](const sr_config* c, const char* name, sr_str* out) noexcept -> sr_code {
    const auto value = c->values.find(name);
    if (value == c->values.end()) return SR_NOT_FOUND;
    *out = str(value->second);
    return SR_OK;
  };
  api.get_int = [](const sr_config* c, const char* name, std::int64_t* out) noexcept -> sr_code {
    const auto value = c->values.find(name);
    if (value == c->values.end()) return SR_NOT_FOUND;
    *out = std::strtoll(value->second.c_str(), nullptr, 10);  // durations are in ms here
    return SR_OK;
  };
  return api;
}

// A file that goes away with the test.
class RulesFile {
 public:
  explicit RulesFile(const std::string& text) {
    char name[] = "/tmp/scripted-rules-XXXXXX";
    const int file = ::mkstemp(name);
    EXPECT_GE(file, 0);
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~RulesFile() { std::filesystem::remove(path_); }
  RulesFile(const RulesFile&) = delete;
  RulesFile& operator=(const RulesFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Closer {
  const sr_backend* table;
  sr_instance* instance;
  void operator()(sr_sequence* s) const { table->close(instance, s); }
};
using SequencePtr = std::unique_ptr<sr_sequence, Closer>;

class TestBackend {
 public:
  explicit TestBackend(Options options) {
    const auto& component = *sr_plugin_v1_scripted()->components[0];
    sr_config config{std::move(options)};
    for (const auto* const* o = component.options; *o != nullptr; ++o) {
      if ((*o)->default_value != nullptr) {
        config.values.try_emplace((*o)->name, (*o)->default_value);
      }
    }
    created_ = component.create(&api_, &config, &instance_, &error_);
    table_ = static_cast<const sr_backend*>(component.vtable);
    component_ = &component;
  }
  ~TestBackend() {
    if (instance_ != nullptr) component_->destroy(instance_);
  }
  TestBackend(const TestBackend&) = delete;
  TestBackend& operator=(const TestBackend&) = delete;

  sr_code created() const { return created_; }
  const TestError& error() const { return error_; }
  const sr_backend& table() const { return *table_; }
  sr_instance* get() const { return instance_; }

  SequencePtr open() {
    sr_sequence* out = nullptr;
    EXPECT_EQ(table_->open(instance_, &out, &error_), SR_OK);
    return own(out);
  }
  SequencePtr fork(const SequencePtr& from) {
    sr_sequence* out = nullptr;
    EXPECT_EQ(table_->fork(instance_, from.get(), &out, &error_), SR_OK);
    return own(out);
  }
  SequencePtr own(sr_sequence* s) { return SequencePtr(s, Closer{table_, instance_}); }
  std::uint64_t length(const SequencePtr& s) { return table_->length(instance_, s.get()); }

  static std::vector<std::int32_t> tokens(std::string_view text) {
    std::vector<std::int32_t> out;
    for (const char c : text) out.push_back(static_cast<unsigned char>(c));
    return out;
  }

  sr_code forward(const SequencePtr& s, std::string_view text,
                  std::uint32_t logits = SR_LOGITS_LAST) {
    return forward_tokens(s, tokens(text), logits);
  }
  sr_code forward_tokens(const SequencePtr& s, const std::vector<std::int32_t>& ids,
                         std::uint32_t logits = SR_LOGITS_LAST) {
    error_ = TestError();
    sr_forward_item item{sizeof item, logits, s.get(), ids.data(), ids.size(), &error_};
    sr_forward_item* items[] = {&item};
    TestError call;
    EXPECT_EQ(table_->forward(instance_, items, 1, &call), SR_OK) << call.message;
    return error_.code;
  }

  sr_pick pick(const SequencePtr& s, const Mask* mask = nullptr, std::size_t position = 0) {
    sr_pick out{};
    out.struct_size = sizeof out;
    out.sequence = s.get();
    out.position = position;
    out.mask = mask != nullptr ? mask->data() : nullptr;
    out.error = &error_;
    return out;
  }
  sr_code sample(sr_pick& pick) {
    error_ = TestError();
    pick.error = &error_;
    sr_pick* picks[] = {&pick};
    TestError call;
    EXPECT_EQ(table_->sample(instance_, picks, 1, &call), SR_OK) << call.message;
    return error_.code;
  }
  std::int32_t next(const SequencePtr& s, const Mask* mask = nullptr, std::size_t position = 0) {
    auto p = pick(s, mask, position);
    EXPECT_EQ(sample(p), SR_OK) << error_.message;
    return p.token;
  }

  // Decodes greedily to the end token; `mask` is asked before each token. At most `limit` bytes.
  using MaskFn = std::function<Mask(const std::string& said)>;
  std::string say(const SequencePtr& s, const MaskFn& mask = {}, std::size_t limit = 10000) {
    std::string said;
    while (said.size() < limit) {
      const auto allowed = mask ? mask(said) : Mask();
      const auto token = next(s, mask ? &allowed : nullptr);
      if (token < 0 || token > 255) return said;
      said.push_back(static_cast<char>(token));
      EXPECT_EQ(forward_tokens(s, {token}), SR_OK);
    }
    ADD_FAILURE() << "did not end: " << said.substr(0, 200);
    return said;
  }
  // Reads an event and opens the model's turn.
  void ask(const SequencePtr& s, const std::string& event) {
    ASSERT_EQ(forward(s, "event " + event + "\nemit "), SR_OK) << error_.message;
  }

  sr_code keep(const SequencePtr& s, std::size_t count) {
    error_ = TestError();
    return table_->keep(instance_, s.get(), count, &error_);
  }
  std::string save(const SequencePtr& s) {
    std::string out;
    const sr_writer writer{&out, [](void* to, const void* data, std::size_t size) noexcept {
                             static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
                             return 0;
                           }};
    EXPECT_EQ(table_->save(instance_, s.get(), &writer, &error_), SR_OK) << error_.message;
    return out;
  }
  sr_code load(std::string_view bytes, SequencePtr& out) {
    const sr_reader reader{&bytes, [](void* from, void* data, std::size_t size) noexcept {
                             auto& left = *static_cast<std::string_view*>(from);
                             if (size > left.size()) return 1;
                             std::copy_n(left.begin(), size, static_cast<char*>(data));
                             left.remove_prefix(size);
                             return 0;
                           }};
    sr_sequence* made = nullptr;
    error_ = TestError();
    const auto code = table_->load(instance_, &reader, &made, &error_);
    out = own(made);
    return code;
  }

 private:
  sr_host_api api_ = host_api();
  TestError error_;
  sr_code created_ = SR_INTERNAL;
  const sr_component* component_ = nullptr;
  const sr_backend* table_ = nullptr;
  sr_instance* instance_ = nullptr;
};

inline std::string cases_dir() { return SR_SOURCE_DIR "/tests/plugins/backends/scripted/cases/"; }
inline std::string sample_rules() { return cases_dir() + "clicks.rules.yaml"; }

}  // namespace sr::test
