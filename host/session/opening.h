// host/session/opening.h - what the first turns of all sessions have in common.
//
// Every session begins with the same preamble and the same event, so a model that chooses greedily
// answers it the same way: it is asked once. Until its first event a session borrows the sequence
// that has read all this. What is shown differs as the facts change; a few screens are kept.
// Executor thread.
#pragma once

#include <vector>

#include "host/decode/scheduler.h"

namespace sr::host {

struct Opening {
  std::vector<std::int32_t> prompt;  // read after the preamble
  Decoded decoded;                   // the answer; its stats are those of whoever asked
  SharedSequence sequence;           // has read both, but for decoded.unread

  // What `sequence` becomes when it reads on.
  struct Shown {
    std::vector<std::int32_t> tokens;
    SharedSequence sequence;
  };
  std::vector<Shown> shown;

  // None when nobody has read these tokens.
  SharedSequence after(const std::vector<std::int32_t>& tokens) const;
  // Whether another one may be kept; lets go of one that no session uses.
  bool has_room();
};

}  // namespace sr::host
