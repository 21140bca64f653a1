// conduct.h - misbehaving on purpose, so that a host can be tried against a bad model.
//
// Whether an attempt at an event misbehaves is decided once, when the model's turn is reached.
// [worker] only, except the constructor [control].
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "gate.h"
#include "pattern.h"
#include "reading.h"
#include "state_runtime/plugin.hpp"

namespace sr::scripted {

class Conduct {
 public:
  explicit Conduct(const Config& config);

  // Called with a reading in the model's turn, in forward() and in sample(): stalls or fails when
  // the attempt is to. Throws Failure(SR_INTERNAL) for a crash, Failure(SR_CANCELLED) for a stall
  // that was interrupted.
  void meet(const Reading& reading, Gate& gate);

  // What the attempt says in place of its rule's answer, if it misbehaves like that.
  const std::string* wrong_output(const Reading& reading);
  bool babbles(const Reading& reading);
  bool hesitates(const Reading& reading);

  bool enabled() const noexcept { return mode_ != Mode::kNone; }

 private:
  enum class Mode { kNone, kWrongOutput, kNonsense, kStall, kCrashSequence, kHesitate };
  bool misbehaves(const Reading& reading);

  Mode mode_ = Mode::kNone;
  std::shared_ptr<const Regex> on_;  // nullptr: on every event
  std::uint64_t times_ = 0, done_ = 0;
  std::string say_;
  std::optional<std::chrono::microseconds> stall_for_;
};

}  // namespace sr::scripted
