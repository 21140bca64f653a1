// host/plugins/backend.h - calls to a model backend. Thread rules: state_runtime/backend.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/plugins/instance.h"
#include "state_runtime/backend.h"

namespace sr::host {

class LoadedBackend;

// Owns one sequence; closing it is a [worker] call, so let it go on the backend's worker.
struct SequenceCloser {
  std::shared_ptr<Instance> instance;
  void operator()(sr_sequence* s) const noexcept;
};
using SequencePtr = std::unique_ptr<sr_sequence, SequenceCloser>;

class LoadedBackend {
 public:
  explicit LoadedBackend(std::shared_ptr<Instance> instance);

  sr_backend_info describe() const;
  const sr_vocabulary& vocabulary() const;
  Result<std::vector<std::int32_t>> tokenize(std::string_view text, bool specials) const;

  Result<SequencePtr> open();
  Result<SequencePtr> fork(sr_sequence* from);
  std::uint64_t length(const sr_sequence*) const;
  Status forward(std::span<sr_forward_item* const> items);
  Status sample(std::span<sr_pick* const> picks);
  Status keep(sr_sequence*, std::size_t count);
  Result<std::string> save(const sr_sequence*) const;
  Result<SequencePtr> load(std::string_view bytes);
  void interrupt();
  // False when the backend has no use for it.
  Result<bool> pin(sr_sequence*, std::uint64_t count);

  const std::string& label() const { return instance_->label(); }

 private:
  std::shared_ptr<Instance> instance_;
  const sr_backend* table_;
};

// The bytes of a token; empty for special tokens.
inline std::string_view token_bytes(const sr_vocabulary& v, std::int32_t id) {
  return {reinterpret_cast<const char*>(v.bytes) + v.offsets[id], v.offsets[id + 1] - v.offsets[id]};
}

}  // namespace sr::host
