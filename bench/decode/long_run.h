// bench/decode/long_run.h - many turns on one sequence: is the last as fast as the first, and is
// what was carried the same as what a fresh sequence reads from the start?
#pragma once

#include <iosfwd>

#include "bench/decode/models.h"

namespace sr::bench {

// Turns of 40 tokens on a sequence with an attention window. In between, the same tokens on a fork
// of a sequence that has only just filled its window: what else the machine does is in both.
// Prints the medians of each tenth; returns the row.
host::Json long_run(const Models& models, const How& how, int turns, std::ostream& out);

}  // namespace sr::bench
