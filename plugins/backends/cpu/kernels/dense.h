// dense.h - products of row-major float32 and bfloat16 weights with float32 activations.
// Included by the kernels only (simd.h).
//
// The order of additions is fixed by the column alone: in pieces of kPiece columns, four sums a lane
// of vectors 0, 4, 8, …, then 1, 5, …; these together; pieces in order; lanes last.
#pragma once

#include "kernels.h"
#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::size_t kSums = 4;      // beside each other, to hide how long an addition takes
constexpr std::size_t kPiece = 1024;  // columns; those of a few tokens stay in the nearest cache

// Adds columns [0, size) of one row to the totals of T tokens.
template <std::size_t T, class E>
SR_INLINE void add_piece(const E* w, std::size_t size, const float* x, std::size_t stride,
                         const Ahead& ahead, F* totals) {
  F sums[T][kSums];
  SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
    SR_UNROLL for (std::size_t s = 0; s < kSums; ++s) sums[t][s] = F{};
  }
  std::size_t i = 0;
  for (; i + kSums * kLanes <= size; i += kSums * kLanes) {
    ahead.fetch<kSums * kLanes * sizeof(E)>(w + i);
    SR_UNROLL for (std::size_t s = 0; s < kSums; ++s) {
      const F weights = load(w + i + s * kLanes);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        sums[t][s] = madd(weights, load(x + t * stride + i + s * kLanes), sums[t][s]);
      }
    }
  }
  if (i < size) ahead.fetch<64>(w + i);
  SR_UNROLL for (std::size_t s = 0; s < kSums; ++s) {  // less than that is left
    const auto at = i + s * kLanes;
    if (at + kLanes <= size) {
      const F weights = load(w + at);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        sums[t][s] = madd(weights, load(x + t * stride + at), sums[t][s]);
      }
    } else if (at < size) {
      const F weights = load_part(w + at, size - at);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        sums[t][s] = madd(weights, load_part(x + t * stride + at, size - at), sums[t][s]);
      }
    }
  }
  SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
    totals[t] += (sums[t][0] + sums[t][1]) + (sums[t][2] + sums[t][3]);
  }
}

// At most kNear rows, T tokens. Tokens pass over a piece of columns while it is near.
constexpr std::size_t kNear = 16;
template <std::size_t T, class E>
void near_rows(const E* w, std::size_t columns, const float* x, std::size_t stride,
               std::size_t token, std::size_t first, std::size_t last, const Ahead& ahead,
               const Target& to) {
  F totals[kNear * T];
  for (std::size_t i = 0; i < kNear * T; ++i) totals[i] = F{};
  const float* const in = x + token * stride;
  // For one token the weights are read in the order in which they lie.
  const auto piece = T == 1 ? columns : kPiece;
  for (std::size_t outer = 0; outer < columns; outer += piece) {
    for (auto row = first; row < last; ++row) {
      const auto end = outer + piece < columns ? outer + piece : columns;
      for (auto at = outer; at < end; at += kPiece) {
        add_piece<T>(w + row * columns + at, end - at < kPiece ? end - at : kPiece, in + at, stride,
                     ahead, totals + (row - first) * T);
      }
    }
  }
  constexpr std::size_t kTogether = kLanes < 8 ? kLanes : 8;
  float sums[kNear * T];
  for (std::size_t i = 0; i < kNear * T; i += kTogether) {
    const F summed = lane_sums<kTogether>(totals + i);
    for (std::size_t lane = 0; lane < kTogether; ++lane) sums[i + lane] = summed[lane];
  }
  for (auto row = first; row < last; ++row) {
    const float start = to.bias == nullptr ? 0 : to.bias[row];
    for (std::size_t t = 0; t < T; ++t) {
      to.y[(token + t) * to.stride + row] = start + sums[(row - first) * T + t];
    }
  }
}

template <class E>
void dense(const E* w, std::size_t columns, const float* x, std::size_t stride, std::size_t tokens,
           const Rows& rows, const Target& to) {
  constexpr std::size_t kTokens = kLanes == 16 ? 4 : 2;  // what the registers hold
  const Ahead ahead(w + rows.last * columns, rows.next);
  for (auto begin = rows.first; begin < rows.last; begin += kNear) {
    const auto end = begin + kNear < rows.last ? begin + kNear : rows.last;
    std::size_t t = 0;
    for (; t + kTokens <= tokens; t += kTokens) {
      near_rows<kTokens>(w, columns, x, stride, t, begin, end, ahead, to);
    }
    for (; t < tokens; ++t) near_rows<1>(w, columns, x, stride, t, begin, end, ahead, to);
  }
}

}  // namespace
}  // namespace sr::cpu
