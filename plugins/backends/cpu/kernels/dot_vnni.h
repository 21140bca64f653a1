// dot_vnni.h - sums of four products of bytes a lane, with AVX-512-VNNI or AVX-VNNI
// (dot_portable.h).
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::int32_t kInt8Offset = 128;
constexpr std::uint32_t kMostNibble = 255;

SR_INLINE I dot_int8(I sum, B w, std::int32_t x) {
#if defined(__AVX512F__)
  return reinterpret_cast<I>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum),
                                                 reinterpret_cast<__m512i>(w),
                                                 _mm512_set1_epi32(x)));
#else
  return reinterpret_cast<I>(_mm256_dpbusd_avx_epi32(reinterpret_cast<__m256i>(sum),
                                                     reinterpret_cast<__m256i>(w),
                                                     _mm256_set1_epi32(x)));
#endif
}
SR_INLINE I dot_nibbles(I sum, B w, std::int32_t x) { return dot_int8(sum, w, x); }

}  // namespace
}  // namespace sr::cpu
