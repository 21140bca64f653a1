// bench/decode/bandwidth.h - how fast this machine reads memory, in the same run as what is measured
// against it.
#pragma once

#include <cstddef>

#include "bench/common/samples.h"

namespace sr::bench {

// Milliseconds to read `bytes` once with so many threads, for each of some passes. The memory is
// in huge pages where the system has them, and was read before.
Samples read_times(std::size_t bytes, int threads);

}  // namespace sr::bench
