// snapshot.h - a State as bytes. [worker].
//
// "SRHYBRD1", checksum (8) of all that follows, length (8), dropped (8), the fingerprint's size (8)
// and text, the fixed floats, then keys and values of each cache. Little-endian, float32.
#pragma once

#include "model.h"
#include "state_runtime/backend.h"

namespace sr::cpu {

// Throws Failure(SR_UNAVAILABLE) when the writer fails.
void save(const Model& model, const State& state, const sr_writer& to);

// Throws Failure(SR_CORRUPT) for what is damaged, cut short, or of another model, other weights, or
// another window. Asks for no more memory than there are bytes.
State load(const Model& model, const sr_reader& from);

}  // namespace sr::cpu
