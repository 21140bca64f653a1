// bench/decode/busy.h - tokens beside threads that keep a core busy.
#pragma once

#include <iosfwd>
#include <vector>

#include "bench/decode/models.h"

namespace sr::bench {

// Single tokens for each number of threads, in turn with each other and with and without `busy`
// threads that compute beside them. Prints a line for each; returns the rows.
host::Json beside_busy(const Models& models, const std::string& weights,
                       const std::vector<int>& threads, int busy, int tokens, std::ostream& out);

}  // namespace sr::bench
