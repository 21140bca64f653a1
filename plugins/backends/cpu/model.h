// model.h - a loaded hybrid decoder: weights, and the forward pass over a batch of sequences.
//
// Nothing but its working memory changes after load(); forward() is [worker], one call at a time.
// Errors while loading: BadOption("model", "[file] what").
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mixers.h"
#include "model_tools.h"

namespace sr::cpu {

using hybrid::Logits;
using hybrid::Undo;
using hybrid::Window;

// New tokens for one sequence. After forward(), logits holds (kept positions, vocabulary).
struct Run {
  State* state = nullptr;
  std::span<const std::int32_t> tokens;
  Logits wanted = Logits::kNone;
  std::vector<float> logits;
  const float* before = nullptr;  // the state's recurrent part where state->fixed holds no such
};

// What the arithmetic runs on.
struct Machine {
  int threads = 1;
  const Kernels* kernels = usable_kernels().front();
};

class Model {
 public:
  // `say` hears how far it is when it takes long.
  static std::unique_ptr<const Model> load(const std::string& folder, Format format, Window window,
                                           const Machine& machine = {},
                                           const hybrid::Progress::Say& say = {});

  // Appends each run's tokens to its state. The tokens must be in the vocabulary and the states
  // distinct. Returns false, with the states half changed, once `stop` is set. Allocates only what
  // the states, the logits and a call larger than any before need.
  bool forward(std::span<Run> runs, const std::atomic<bool>& stop) const;

  const hybrid::Description& description() const noexcept { return description_; }
  const Layout& layout() const noexcept { return layout_; }
  std::uint64_t weight_bytes() const noexcept { return weights_.bytes(); }
  int threads() const noexcept { return team_->threads(); }
  const char* kernels() const noexcept { return kernels_.name; }
  // Of configuration, weights, their format and the window: ties snapshots to all of them.
  const std::string& fingerprint() const noexcept { return fingerprint_; }
  hybrid::Loaded facts() const noexcept {
    return {description_, layout_, fingerprint_, weight_bytes()};
  }

 private:
  Model(const std::string& folder, hybrid::Checkpoint checkpoint, Format format, Window window,
        const Machine& machine, const hybrid::Progress::Say& say);

  struct Row {  // a run's tokens in one slice
    Run* run;
    int first, count;  // tokens of the run
  };
  bool forward_slice(std::span<const Row> rows, const std::atomic<bool>& stop) const;
  void write_logits(const Compute&, std::span<const Row> rows, const float* x) const;

  hybrid::Checkpoint checkpoint_;
  hybrid::Description description_;
  const Kernels& kernels_;
  std::unique_ptr<Team> team_;
  Weights weights_;
  Layout layout_;
  std::unique_ptr<Workspace> work_;
  std::string fingerprint_;
};

}  // namespace sr::cpu
