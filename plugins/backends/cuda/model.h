// model.h - a hybrid decoder on a device: weights, the pools that sequences hold pieces of, the
// forward over a batch of them, and the choice of tokens.
//
// [worker], one call at a time. forward() enqueues and returns; what goes wrong on the device later
// is thrown by the next call that waits for it. Errors: BadOption("model", "[file] what") while
// loading; DeviceError; Failure(SR_EXHAUSTED).
#pragma once

#include <atomic>
#include <map>
#include <span>
#include <tuple>

#include "forward.h"
#include "model_tools.h"
#include "sequence.h"

namespace sr::cuda {

struct Limits {
  std::size_t resident = 0;  // sequences on the device at once; 0: as many as it has room for
  bool one_kernel = true;    // a step of one token is one kernel where that can be; false: to compare
};

// New tokens for one sequence.
struct Run {
  DeviceSequence* sequence = nullptr;
  std::span<const std::int32_t> tokens;
  hybrid::Logits wanted = hybrid::Logits::kNone;
};

class Model {
 public:
  // `say` hears how far it is when it takes long.
  static std::unique_ptr<Model> load(std::unique_ptr<Device> device, const std::string& folder,
                                     hybrid::Format format, hybrid::Window window, Limits limits,
                                     const hybrid::Progress::Say& say = {});
  ~Model();

  DeviceState empty() const;
  // Appends each run's tokens to its sequence, all or none. Returns false once `stop` is set, with
  // the sequences as they were.
  bool forward(std::span<const Run> runs, const std::atomic<bool>& stop);
  // Lets go of all but the first `count` tokens of the sequence's last forward.
  void keep(DeviceSequence& sequence, std::size_t count);

  // Greedy choices and scores, on the device: each pick's token, or its scores; its error when the
  // mask allows nothing. The tokens to score are in the vocabulary. What is thrown concerns all.
  struct Choice {
    Piece* logits;
    sr_pick* pick;
  };
  void choose(std::span<const Choice> choices, int vocabulary);
  // A row of logits, on the host.
  std::vector<float> logits(const Piece& row) const;

  // To the host's memory and back; the state comes to the device with its next forward.
  hybrid::State take_out(const DeviceState& state) const;
  DeviceState put_back(const hybrid::State& state);

  void wait() { device_->wait(); }
  const hybrid::Description& description() const noexcept { return description_; }
  const hybrid::Layout& layout() const noexcept { return layout_; }
  const std::string& fingerprint() const noexcept { return fingerprint_; }
  const Device::Facts& device() const noexcept { return device_->facts(); }
  hybrid::Loaded facts() const noexcept {
    return {description_, layout_, fingerprint_, weights_.bytes()};
  }
  std::uint64_t moved_out() const noexcept { return fixed_.moved_out() + blocks_.moved_out(); }

 private:
  Model(std::unique_ptr<Device> device, const std::string& folder, hybrid::Checkpoint checkpoint,
        hybrid::Format format, hybrid::Window window, Limits limits,
        const hybrid::Progress::Say& say);

  // A run on its way through the slices of a call.
  struct Going {
    const Run* run;
    PiecePtr now;  // the recurrence after the slices so far
    std::size_t done = 0;
    std::vector<PiecePtr> logits;
  };
  struct Row {  // a run's tokens in one slice
    Going* going;
    std::size_t first, count;
  };
  // What a slice needs on the device beside the weights, in one piece of memory there and here.
  class Staged;
  struct Key {
    int rows, parts, wanted;
    auto operator<=>(const Key&) const = default;
  };
  struct Recorded {
    int uses = 0;
    std::unique_ptr<Device::Graph> graph;
  };

  void forward_slice(std::span<Row> rows);
  std::byte* staging(std::size_t bytes);

  std::unique_ptr<Device> device_;
  hybrid::Description description_;
  hybrid::Layout layout_;
  std::string fingerprint_;
  Weights weights_;
  Forward forward_;
  Pool fixed_, blocks_, rows_;
  Memory zeros_;   // what an empty sequence follows from
  Memory spare_;   // a row of logits that nobody asked for
  Memory inputs_;  // of a slice, or of choices
  std::vector<void*> hosts_;  // memory of the host that inputs are copied from, in turn
  std::size_t host_size_ = 0, turn_ = 0;
  std::map<Key, Recorded> recorded_;
};

}  // namespace sr::cuda
