// dense.h - products of row-major float32 and bfloat16 weights with float32 activations.
// Included by the kernels only (simd.h).
#pragma once

#include "kernels.h"
#include "simd.h"

namespace sr::cpu {
namespace {

// R rows and T tokens; R * T <= kLanes is a power of two. Each sum is over columns i, i + kLanes,
// … in order for each lane and then over lanes, whatever R and T are.
template <std::size_t R, std::size_t T, class E>
SR_INLINE F tile(const E* w, std::size_t columns, const float* x, std::size_t stride) {
  F sums[R * T];
  SR_UNROLL for (std::size_t i = 0; i < R * T; ++i) sums[i] = F{};
  const auto add = [&](const auto& weights, const auto& activations)
                       __attribute__((always_inline)) {
    F row[R];
    SR_UNROLL for (std::size_t r = 0; r < R; ++r) row[r] = weights(w + r * columns);
    SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
      const F in = activations(x + t * stride);
      SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
        sums[r * T + t] = madd(row[r], in, sums[r * T + t]);
      }
    }
  };
  std::size_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) {
    // The rows that come next: they lie apart, so that the processor does not fetch them itself.
    SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
      __builtin_prefetch(w + (R + r) * columns + i, 0, 2);
    }
    add([&](const E* from) { return load(from + i); },
        [&](const float* from) { return load(from + i); });
  }
  if (const auto rest = columns - i; rest > 0) {
    add([&](const E* from) { return load_part(from + i, rest); },
        [&](const float* from) { return load_part(from + i, rest); });
  }
  return lane_sums<R * T>(sums);
}

template <std::size_t R, std::size_t T, class E>
void tile_rows(const E* w, std::size_t columns, const float* x, std::size_t stride,
               std::size_t token, std::size_t row, const Target& to) {
  const F sums = tile<R, T>(w + row * columns, columns, x + token * stride, stride);
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t t = 0; t < T; ++t) {
      const float start = to.bias == nullptr ? 0 : to.bias[row + r];
      to.y[(token + t) * to.stride + row + r] = start + sums[r * T + t];
    }
  }
}

template <class E>
void dense(const E* w, std::size_t columns, const float* x, std::size_t stride, std::size_t tokens,
           std::size_t first, std::size_t last, const Target& to) {
  constexpr std::size_t kTokens = 4, kRows = kLanes / kTokens;  // what the registers hold
  constexpr std::size_t kAlone = kLanes < 8 ? kLanes : 8;       // rows for one token
  constexpr std::size_t kNear = 16;  // rows that stay in the cache while the tokens pass
  for (auto begin = first; begin < last; begin += kNear) {
    const auto end = begin + kNear < last ? begin + kNear : last;
    std::size_t t = 0;
    for (; t + kTokens <= tokens; t += kTokens) {
      auto row = begin;
      for (; row + kRows <= end; row += kRows) {
        tile_rows<kRows, kTokens>(w, columns, x, stride, t, row, to);
      }
      for (; row < end; ++row) tile_rows<1, kTokens>(w, columns, x, stride, t, row, to);
    }
    for (; t < tokens; ++t) {
      auto row = begin;
      for (; row + kAlone <= end; row += kAlone) {
        tile_rows<kAlone, 1>(w, columns, x, stride, t, row, to);
      }
      for (; row < end; ++row) tile_rows<1, 1>(w, columns, x, stride, t, row, to);
    }
  }
}

}  // namespace
}  // namespace sr::cpu
