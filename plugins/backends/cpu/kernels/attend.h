// attend.h - queries that share their keys and values, over one block of these, added to what they
// read before. Included by the kernels only (simd.h).
//
// Both products go through the same small matrix product: keys lie transposed, so that a vector
// holds the same number of several keys, and values as they are. The order of additions is fixed by
// the positions of keys and by the dimensions alone, and a key that a query does not see adds
// nothing to its sums: what a query yields does not depend on the others.
#pragma once

#include "kernels.h"
#include "maths.h"

namespace sr::cpu {
namespace {

// Rows of the small product whose sums the registers hold, two vectors each.
constexpr std::size_t kTileRows = kLanes == 16 ? 8 : kLanes == 8 ? 6 : 4;

constexpr float kNothing = -3e38F;  // the score of a key that is not seen
constexpr float kSlack = 8;         // by which a score may exceed `most` before all is rescaled

struct Operands {
  const float* a;  // (rows, a_row)
  const float* b;  // (depth, b_row)
  float* c;        // (rows, c_row)
  std::size_t a_row, b_row, c_row, depth;
};

// c = a b of R rows and V vectors of columns, or c += a b.
template <std::size_t R, std::size_t V, bool kAdd>
SR_INLINE void tile_product(const Operands& o) {
  F sums[R][V];
  SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) {
      sums[r][v] = kAdd ? load(o.c + r * o.c_row + v * kLanes) : F{};
    }
  }
  for (std::size_t d = 0; d < o.depth; ++d) {
    F columns[V];
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) columns[v] = load(o.b + d * o.b_row + v * kLanes);
    SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
      const F x = splat(o.a[r * o.a_row + d]);
      SR_UNROLL for (std::size_t v = 0; v < V; ++v) sums[r][v] = madd(x, columns[v], sums[r][v]);
    }
  }
  SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) store(o.c + r * o.c_row + v * kLanes, sums[r][v]);
  }
}

// All columns of R rows; `columns` is a multiple of kLanes.
template <std::size_t R, bool kAdd>
void rows_product(Operands o, std::size_t columns) {
  for (; columns >= 2 * kLanes; columns -= 2 * kLanes) {
    tile_product<R, 2, kAdd>(o);
    o.b += 2 * kLanes;
    o.c += 2 * kLanes;
  }
  if (columns > 0) tile_product<R, 1, kAdd>(o);
}

template <bool kAdd, std::size_t R = kTileRows>
void product(Operands o, std::size_t rows, std::size_t columns) {
  for (; rows >= R; rows -= R) {
    rows_product<R, kAdd>(o, columns);
    o.a += R * o.a_row;
    o.c += R * o.c_row;
  }
  if constexpr (R > 1) {
    if (rows > 0) product<kAdd, R - 1>(o, rows, columns);
  }
}

SR_INLINE bool any_above(F x, F y) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(x, y, _CMP_GT_OQ) != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_GT_OQ)) != 0;
#else
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (x[lane] > y[lane]) return true;
  }
  return false;
#endif
}

// Lane i is that of `a` where bit i is set, that of `b` elsewhere.
SR_INLINE F chosen(std::uint64_t bits, F a, F b) {
#if defined(__AVX512F__)
  return _mm512_mask_blend_ps(static_cast<__mmask16>(bits), b, a);
#else
  I lane;
  SR_UNROLL for (std::size_t i = 0; i < kLanes; ++i) lane[i] = 1 << i;
  return (splat(static_cast<std::int32_t>(bits)) & lane) != 0 ? a : b;
#endif
}

constexpr std::size_t kVectors = kKeys / kLanes;

// One query's scores become weights: exp2(score - most), where `most` follows the largest score
// that the query has met, and its sums with it.
template <bool kMasked>
SR_INLINE void weigh(float* scores, std::uint64_t seen, const Attended& to, std::size_t query) {
  F s[kVectors];
  SR_UNROLL for (std::size_t v = 0; v < kVectors; ++v) {
    s[v] = load(scores + v * kLanes);
    if (kMasked) s[v] = chosen(seen >> v * kLanes, s[v], splat(kNothing));
  }
  F top = s[0];
  SR_UNROLL for (std::size_t v = 1; v < kVectors; ++v) top = larger(top, s[v]);
  float* const sums = to.sums + query * kSumLanes;
  float& most = to.most[query];
  if (any_above(top, splat(most + kSlack))) {
    float largest = top[0];
    for (std::size_t lane = 1; lane < kLanes; ++lane) {
      largest = top[lane] > largest ? top[lane] : largest;
    }
    const F fading = exp2(splat(most - largest));  // of what was read before
    most = largest;
    store(sums, load(sums) * fading);
    for (std::size_t d = 0; d < to.width; d += kLanes) {
      float* const out = to.out + query * to.width + d;
      store(out, load(out) * fading);
    }
  }
  F total{};
  SR_UNROLL for (std::size_t v = 0; v < kVectors; ++v) {
    F weight = exp2(s[v] - most);
    if (kMasked) weight = chosen(seen >> v * kLanes, weight, F{});
    store(scores + v * kLanes, weight);
    total += weight;
  }
  store(sums, load(sums) + total);
}

void attend(const AttendArgs& a, const Attended& to) {
  alignas(64) float scores[kQueries * kKeys];
  product<false>({a.q, a.keys, scores, a.head_dim, kKeys, kKeys, a.head_dim}, a.queries, kKeys);
  for (std::size_t query = 0; query < a.queries; ++query) {
    float* const row = scores + query * kKeys;
    if (a.seen == nullptr) {
      weigh<false>(row, 0, to, query);
    } else {
      weigh<true>(row, a.seen[query], to, query);
    }
  }
  product<true>({scores, a.values, to.out, kKeys, a.head_dim, to.width, a.keys_read}, a.queries,
                to.width);
}

}  // namespace
}  // namespace sr::cpu
