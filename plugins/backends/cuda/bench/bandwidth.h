// bandwidth.h - how fast the device reads its memory: what a token that reads all weights is
// measured against. Errors: DeviceError.
#pragma once

#include <cstdint>

#include "device.h"

namespace sr::cuda {

// Enqueues one pass over `bytes`, a multiple of 16, from `at` on; `out`: a number nobody needs.
void read_all(Device& device, const void* at, std::uint64_t bytes, float* out);

}  // namespace sr::cuda
