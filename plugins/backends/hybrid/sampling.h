// sampling.h - one token, or scores of given ones, out of a row of logits. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "state_runtime/backend.h"

namespace sr::hybrid {

// The distribution is over the tokens that the pick's mask allows. Fills pick.token and
// pick.margin, or pick.scores when scores are asked for; a forbidden token scores -infinity. Among
// equals the lowest id wins. With a temperature, `step` and the seed decide. Throws
// Failure(SR_INVALID_ARGUMENT) for a mask that allows nothing, tokens outside of the logits, and
// parameters that mean nothing.
void choose(std::span<const float> logits, std::uint64_t step, sr_pick& pick);

}  // namespace sr::hybrid
