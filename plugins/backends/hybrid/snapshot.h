// snapshot.h - a State as bytes. [worker].
//
// "SRHYBRD3", checksum (8) of all that follows, length, pinned, dropped (8 each), the fingerprint's
// size (8) and text, the fixed floats, then each block that is held, cache by cache and head by head:
// of its tokens the keys, number by number of the head, and the values. Little-endian, float32.
#pragma once

#include <string>

#include "state.h"
#include "state_runtime/backend.h"

namespace sr::hybrid {

// Throws Failure(SR_UNAVAILABLE) when the writer fails.
void save(const std::string& fingerprint, const Layout& layout, const State& state,
          const sr_writer& to);

// Throws Failure(SR_CORRUPT) for what is damaged, cut short, or of another model, other weights, or
// another window. Asks for no more memory than there are bytes.
State load(const std::string& fingerprint, const Layout& layout, const sr_reader& from);

}  // namespace sr::hybrid
