// dot_portable.h - sums of four products of bytes a lane, in plain C++.
//
// Each target's header has the same two functions and two constants:
//   dot_int8     adds to each lane four products of weights w - 128 and the four activations in x,
//   dot_nibbles  the same of weights as they are, at most kMostNibble;
// dot_int8 leaves kInt8Offset * (sum of the activations) in each lane for the caller to take off.
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::int32_t kInt8Offset = 0;
constexpr std::uint32_t kMostNibble = 255;

SR_INLINE I dot_bytes(I sum, B w, std::int32_t x, std::int32_t offset) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t i = 0; i < 4; ++i) {
      const auto activation = static_cast<std::int8_t>(static_cast<std::uint32_t>(x) >> (8 * i));
      sum[lane] += (w[4 * lane + i] - offset) * activation;
    }
  }
  return sum;
}
SR_INLINE I dot_int8(I sum, B w, std::int32_t x) { return dot_bytes(sum, w, x, 128); }
SR_INLINE I dot_nibbles(I sum, B w, std::int32_t x) { return dot_bytes(sum, w, x, 0); }

}  // namespace
}  // namespace sr::cpu
