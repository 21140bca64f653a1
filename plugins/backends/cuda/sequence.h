// sequence.h - what a sequence carries, in pieces on the device or moved out of it.
//
// A forward writes the recurrence's array to a new piece and never changes the old one, so that forks
// share it and what was before a forward stays for taking it back. Blocks are shared as state.h says.
// Thread rule: pool.h.
#pragma once

#include <vector>

#include "pool.h"
#include "state.h"
#include "state_runtime/backend.hpp"

namespace sr::cuda {

struct DeviceState : hybrid::Cached<Piece> {
  PiecePtr fixed;  // none: all zeros
};

class DeviceSequence final : public Sequence {
 public:
  explicit DeviceSequence(DeviceState start) : state(std::move(start)) {}

  DeviceState state;
  PiecePtr before;               // the recurrence before the last forward,
  std::uint64_t length_before = 0;  // and how many tokens had been read
  std::vector<std::int32_t> last_tokens;  // of the last forward, as far as they are kept
  hybrid::Logits kept = hybrid::Logits::kNone;
  std::vector<PiecePtr> logits;  // (kept positions), a row each
};

}  // namespace sr::cuda
