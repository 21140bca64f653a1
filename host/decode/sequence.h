// host/decode/sequence.h - a sequence of a backend, owned from the host's side.
//
// Move-only. May be let go on any thread: the backend's worker closes it.
#pragma once

#include <memory>
#include <utility>

#include "host/plugins/backend.h"

namespace sr::host {

// Closes sequences on the worker; shared by all sequences of one scheduler.
class SequenceGraveyard {
 public:
  virtual ~SequenceGraveyard() = default;
  virtual void bury(SequencePtr) noexcept = 0;
};

class Sequence {
 public:
  Sequence() = default;
  Sequence(std::shared_ptr<SequenceGraveyard> graveyard, SequencePtr sequence)
      : graveyard_(std::move(graveyard)), sequence_(std::move(sequence)) {}
  Sequence(Sequence&& other) noexcept { *this = std::move(other); }
  Sequence& operator=(Sequence&& other) noexcept {
    reset();
    graveyard_ = std::move(other.graveyard_);
    sequence_ = std::move(other.sequence_);
    return *this;
  }
  ~Sequence() { reset(); }

  sr_sequence* get() const noexcept { return sequence_.get(); }
  explicit operator bool() const noexcept { return sequence_ != nullptr; }
  void reset() noexcept {
    if (sequence_) graveyard_->bury(std::move(sequence_));
  }

 private:
  std::shared_ptr<SequenceGraveyard> graveyard_;
  SequencePtr sequence_;
};

using SharedSequence = std::shared_ptr<Sequence>;

}  // namespace sr::host
