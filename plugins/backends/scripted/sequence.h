// sequence.h - one sequence: a reading, and the last forward for keep() and for positions.
// [worker] only. Copies share the last forward; nothing else is shared but the event's answers.
#pragma once

#include <memory>
#include <span>

#include "reading.h"
#include "state_runtime/backend.hpp"

namespace sr::scripted {

class TextSequence : public Sequence {
 public:
  TextSequence() = default;
  explicit TextSequence(Reading reading) : now_(std::move(reading)) {}

  const Reading& now() const noexcept { return now_; }

  // The reading with the tokens appended; commit() then makes it the sequence's own.
  Reading extended(std::span<const std::int32_t> tokens) const;
  void commit(Reading next, std::span<const std::int32_t> tokens, std::uint32_t logits);

  // Throws Failure(SR_INVALID_ARGUMENT) when the last forward kept less than `count` tokens.
  void keep(std::size_t count);
  // The reading after a position of the last forward. Throws Failure(SR_INVALID_ARGUMENT) for one
  // whose logits were not kept.
  Reading at(std::size_t position) const;

 private:
  struct Last {
    Reading before;
    std::vector<std::int32_t> tokens;
    std::uint32_t logits = 0;
  };
  Reading replayed(std::size_t count) const;

  Reading now_;
  std::shared_ptr<const Last> last_;
  std::size_t kept_ = 0;  // tokens of the last forward that are still there
};

}  // namespace sr::scripted
