// dot_avx2.h - sums of four products of bytes a lane, with AVX2 (dot_portable.h).
//
// vpmaddubsw adds two products in 16 bits and saturates, which weights up to 255 would do. So the
// weight's sign goes to the activation: both stay within 127 (hybrid/quant.h), and 2 * 127 * 127
// fits.
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::int32_t kInt8Offset = 0;
constexpr std::uint32_t kMostNibble = 15;

SR_INLINE I widened(__m256i pairs) {
  return reinterpret_cast<I>(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
SR_INLINE I dot_int8(I sum, B w, std::int32_t x) {
  const __m256i v = _mm256_xor_si256(reinterpret_cast<__m256i>(w), _mm256_set1_epi8(-128));
  return sum + widened(_mm256_maddubs_epi16(_mm256_abs_epi8(v),
                                            _mm256_sign_epi8(_mm256_set1_epi32(x), v)));
}
SR_INLINE I dot_nibbles(I sum, B w, std::int32_t x) {
  return sum + widened(_mm256_maddubs_epi16(reinterpret_cast<__m256i>(w), _mm256_set1_epi32(x)));
}

}  // namespace
}  // namespace sr::cpu
