// dot_avxvnni.h - sums of four products of bytes a lane, with AVX-VNNI (dot_portable.h).
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::int32_t kInt8Offset = 128;
constexpr std::uint32_t kMostNibble = 255;

SR_INLINE I dot_int8(I sum, B w, std::int32_t x) {
  return reinterpret_cast<I>(_mm256_dpbusd_avx_epi32(reinterpret_cast<__m256i>(sum),
                                                     reinterpret_cast<__m256i>(w),
                                                     _mm256_set1_epi32(x)));
}
SR_INLINE I dot_nibbles(I sum, B w, std::int32_t x) { return dot_int8(sum, w, x); }

}  // namespace
}  // namespace sr::cpu
