// dot_avx512.h - sums of four products of bytes a lane, with AVX-512-VNNI (dot_portable.h).
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::int32_t kInt8Offset = 128;
constexpr std::uint32_t kMostNibble = 255;

SR_INLINE I dot_int8(I sum, B w, std::int32_t x) {
  return reinterpret_cast<I>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum),
                                                 reinterpret_cast<__m512i>(w),
                                                 _mm512_set1_epi32(x)));
}
SR_INLINE I dot_nibbles(I sum, B w, std::int32_t x) { return dot_int8(sum, w, x); }

}  // namespace
}  // namespace sr::cpu
