// model.h - a loaded hybrid decoder: weights, and the forward pass over a batch of sequences.
//
// Immutable after load(); forward() is [worker], one call at a time. Errors while loading:
// BadOption("model", "[file] what").
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mixers.h"

namespace sr::cpu {

enum class Logits { kNone, kLast, kAll };

// New tokens for one sequence. After forward(), logits holds (kept positions, vocabulary).
struct Run {
  State* state = nullptr;
  std::span<const std::int32_t> tokens;
  Logits wanted = Logits::kNone;
  std::vector<float> logits;
};

class Model {
 public:
  static std::unique_ptr<const Model> load(const std::string& folder, Format format, Window window);

  // Appends each run's tokens to its state. The tokens must be in the vocabulary and the states
  // distinct. Returns false, with the states half changed, once `stop` is set.
  bool forward(std::span<Run> runs, const std::atomic<bool>& stop) const;

  const hybrid::Description& description() const noexcept { return description_; }
  const Layout& layout() const noexcept { return layout_; }
  std::uint64_t weight_bytes() const noexcept { return weights_.bytes(); }
  // Of configuration, weights, their format and the window: ties snapshots to all of them.
  const std::string& fingerprint() const noexcept { return fingerprint_; }

 private:
  Model(const std::string& folder, hybrid::Checkpoint checkpoint, Format format, Window window);

  hybrid::Checkpoint checkpoint_;
  hybrid::Description description_;
  Weights weights_;
  Layout layout_;
  std::string fingerprint_;
};

}  // namespace sr::cpu
