// maths.h - exp, exp2, softplus and silu of whole vectors, to within a few units in the last place.
// Included by the kernels only (simd.h).
#pragma once

#include "simd.h"

namespace sr::cpu {
namespace {

// Below -87 it stays at the smallest normal number, above 88 near the largest.
SR_INLINE F exp(F x) {
  x = smaller(larger(x, splat(-87.0F)), splat(88.0F));
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
  const F magic = splat(12582912.0F);
  const F shifted = madd(x, splat(1.44269504F), magic);
  const F n = shifted - magic;
  F r = madd(n, splat(-0.693145752F), x);  // ln 2 in two parts
  r = madd(n, splat(-1.42860677e-6F), r);
  F p = splat(1.9875691500e-4F);
  p = madd(p, r, splat(1.3981999507e-3F));
  p = madd(p, r, splat(8.3334519073e-3F));
  p = madd(p, r, splat(4.1665795894e-2F));
  p = madd(p, r, splat(1.6666665459e-1F));
  p = madd(p, r, splat(5.0000001201e-1F));
  p = madd(p * r, r, r + 1.0F);
  const U power = (bits(shifted) - (0x4B400000U - 127U)) << 23;
  return p * from_bits(power);
}

// 2 to the power of x < 128, which is taken as -125 below that.
SR_INLINE F exp2(F x) {
  x = larger(x, splat(-125.0F));
  const F magic = splat(12582912.0F);
  const F shifted = x + magic;
  const F r = x - (shifted - magic);  // within a half
  F p = splat(1.32647273e-3F);
  p = madd(p, r, splat(9.67151299e-3F));
  p = madd(p, r, splat(5.55073358e-2F));
  p = madd(p, r, splat(0.240222424F));
  p = madd(p, r, splat(0.693147004F));
  p = madd(p, r, splat(1.0F));
  return from_bits(bits(p) + (bits(shifted) << 23));  // the whole part goes to the exponent
}

SR_INLINE F silu(F x) { return x / (1.0F + exp(-x)); }

// log(1 + exp(x)) = max(x, 0) + log(1 + t) with t = exp(-|x|), and
// log(1 + t) = 2 atanh(s) with s = t / (2 + t) <= 1/3.
SR_INLINE F softplus(F x) {
  const F t = exp(-absolute(x));
  const F s = t / (2.0F + t), s2 = s * s;
  F p = splat(2.0F / 15);
  p = madd(p, s2, splat(2.0F / 13));
  p = madd(p, s2, splat(2.0F / 11));
  p = madd(p, s2, splat(2.0F / 9));
  p = madd(p, s2, splat(2.0F / 7));
  p = madd(p, s2, splat(2.0F / 5));
  p = madd(p, s2, splat(2.0F / 3));
  p = madd(p, s2, splat(2.0F));
  return madd(p, s, larger(x, F{}));
}

}  // namespace
}  // namespace sr::cpu
