// simd.h - vectors as wide as the target has them, in the compiler's own vector types.
//
// Included by the kernels only, once for each target that they are compiled for; everything lies in
// an unnamed namespace, since each target makes its own code of it, and no standard header with
// code in it may be included for the same reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace sr::cpu {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kLanes = 16;
#elif defined(__AVX2__)
constexpr std::size_t kLanes = 8;
#else
constexpr std::size_t kLanes = 4;
#endif

#define SR_INLINE inline __attribute__((always_inline))

typedef float F __attribute__((vector_size(4 * kLanes)));          // floats
typedef std::int32_t I __attribute__((vector_size(4 * kLanes)));   // integers
typedef std::uint32_t U __attribute__((vector_size(4 * kLanes)));  // bits
typedef std::uint16_t H __attribute__((vector_size(2 * kLanes)));  // bfloat16
typedef std::uint8_t B __attribute__((vector_size(4 * kLanes)));   // bytes, four to a lane

SR_INLINE U bits(F x) { return reinterpret_cast<U>(x); }
SR_INLINE F from_bits(U x) { return reinterpret_cast<F>(x); }

SR_INLINE F splat(float x) { return x - F{}; }
SR_INLINE I splat(std::int32_t x) { return x - I{}; }

template <class V, class T>
SR_INLINE V load_as(const T* from) {
  V out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}
SR_INLINE F load(const float* from) { return load_as<F>(from); }
SR_INLINE void store(float* to, F x) { __builtin_memcpy(to, &x, sizeof x); }

// bfloat16 in memory.
SR_INLINE F load(const std::uint16_t* from) {
#if defined(__AVX512F__)
  const auto wide = reinterpret_cast<U>(_mm512_cvtepu16_epi32(load_as<__m256i>(from)));
#elif defined(__AVX2__)
  const auto wide = reinterpret_cast<U>(_mm256_cvtepu16_epi32(load_as<__m128i>(from)));
#else
  const auto wide = __builtin_convertvector(load_as<H>(from), U);
#endif
  return from_bits(wide << 16);
}

// The first `count` < kLanes numbers; zeros for the rest.
SR_INLINE F load_part(const float* from, std::size_t count) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1), from);
#else
  float out[kLanes] = {};
  for (std::size_t i = 0; i < count; ++i) out[i] = from[i];
  return load(out);
#endif
}
SR_INLINE F load_part(const std::uint16_t* from, std::size_t count) {
#if defined(__AVX512F__)
  const auto mask = static_cast<__mmask16>((1U << count) - 1);
  const auto wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
  return from_bits(reinterpret_cast<U>(wide) << 16);
#else
  std::uint16_t out[kLanes] = {};
  for (std::size_t i = 0; i < count; ++i) out[i] = from[i];
  return load(out);
#endif
}
SR_INLINE void store_part(float* to, F x, std::size_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << count) - 1), x);
#else
  float out[kLanes];
  store(out, x);
  for (std::size_t i = 0; i < count; ++i) to[i] = out[i];
#endif
}

// a * b + c, rounded once where the target can.
SR_INLINE F madd(F a, F b, F c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

SR_INLINE F larger(F a, F b) { return a > b ? a : b; }
SR_INLINE F smaller(F a, F b) { return a < b ? a : b; }
SR_INLINE F absolute(F x) { return from_bits(bits(x) & 0x7FFFFFFFU); }
SR_INLINE F to_floats(I x) { return __builtin_convertvector(x, F); }

// Before a loop over a few accumulators: they stay in registers once it is unrolled.
#define SR_UNROLL _Pragma("GCC unroll 16")

// Weights that are read once are fetched kAhead bytes before they are needed, and behind `end` from
// `next` on.
class Ahead {
 public:
  Ahead(const void* end, const void* next)
      : end_(reinterpret_cast<std::uintptr_t>(end)),
        jump_(next == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(next) - end_) {}
  // What is needed that long after `size` bytes at `now`.
  template <std::size_t size>
  SR_INLINE void fetch(const void* now) const {
    auto at = reinterpret_cast<std::uintptr_t>(now) + kAhead;
    at += at >= end_ ? jump_ : 0;
    SR_UNROLL for (std::size_t line = 0; line < size; line += 64) {
      __builtin_prefetch(reinterpret_cast<const void*>(at + line));
    }
  }

 private:
  static constexpr std::uintptr_t kAhead = 8192;
  std::uintptr_t end_, jump_;
};

// One level of the sum over lanes: lane i of the result is a sum of two neighbouring runs of W
// lanes, from `a` and `b` in turn.
template <std::size_t W>
SR_INLINE F pair_sums(F a, F b) {
  return [&]<int... i>(std::integer_sequence<int, i...>) {
    constexpr int w = static_cast<int>(W), lanes = static_cast<int>(kLanes);
    return __builtin_shufflevector(a, b, (i / w % 2 * lanes + i / (2 * w) * 2 * w + i % w)...) +
           __builtin_shufflevector(a, b, (i / w % 2 * lanes + i / (2 * w) * 2 * w + i % w + w)...);
  }(std::make_integer_sequence<int, static_cast<int>(kLanes)>());
}

// Lane i of the result is the sum of the lanes of p[i], for i < N; N is a power of two, at most
// kLanes. The order of the additions is the same for every N.
template <std::size_t N, std::size_t W = 1>
SR_INLINE F lane_sums(F* p) {
  if constexpr (W == kLanes) {
    return p[0];
  } else if constexpr (N == 1) {
    p[0] = pair_sums<W>(p[0], p[0]);
    return lane_sums<1, 2 * W>(p);
  } else {
    SR_UNROLL for (std::size_t i = 0; i < N / 2; ++i) p[i] = pair_sums<W>(p[2 * i], p[2 * i + 1]);
    return lane_sums<N / 2, 2 * W>(p);
  }
}

SR_INLINE float lane_sum(F x) { return lane_sums<1>(&x)[0]; }

}  // namespace
}  // namespace sr::cpu
