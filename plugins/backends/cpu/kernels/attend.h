// attend.h - one query of attention over a run of keys and values, added to what it read before.
// Included by the kernels only (simd.h).
#pragma once

#include "kernels.h"
#include "maths.h"

namespace sr::cpu {
namespace {

// Lane i of the result is the product of the query and key `row` + i, for i < N.
template <std::size_t N>
SR_INLINE F key_products(const AttendArgs& a, std::size_t row) {
  F sums[N];
  SR_UNROLL for (std::size_t i = 0; i < N; ++i) sums[i] = F{};
  std::size_t d = 0;
  for (; d + kLanes <= a.head_dim; d += kLanes) {
    const F q = load(a.q + d);
    SR_UNROLL for (std::size_t i = 0; i < N; ++i) {
      sums[i] = madd(q, load(a.keys + (row + i) * a.head_dim + d), sums[i]);
    }
  }
  if (const auto rest = a.head_dim - d; rest > 0) {
    const F q = load_part(a.q + d, rest);
    SR_UNROLL for (std::size_t i = 0; i < N; ++i) {
      sums[i] = madd(q, load_part(a.keys + (row + i) * a.head_dim + d, rest), sums[i]);
    }
  }
  return lane_sums<N>(sums);
}

void attend(const AttendArgs& a, Attended& so_far) {
  float scores[64 + kLanes];
  std::size_t row = 0;
  for (; row + 4 <= a.rows; row += 4) {
    const F four = key_products<4>(a, row);
    for (std::size_t i = 0; i < 4; ++i) scores[row + i] = four[i] * a.scale;
  }
  for (; row < a.rows; ++row) scores[row] = key_products<1>(a, row)[0] * a.scale;

  float most = so_far.most;
  for (row = 0; row < a.rows; ++row) most = scores[row] > most ? scores[row] : most;
  for (row = a.rows; row < a.rows + kLanes; ++row) scores[row] = -1e30F;  // to fill up the last vector
  F sums{};
  for (row = 0; row < a.rows; row += kLanes) {
    const F weights = exp(load(scores + row) - most);
    store(scores + row, weights);
    if (row + kLanes <= a.rows) {
      sums += weights;
    } else {
      sums += load_part(scores + row, a.rows - row);
    }
  }
  const float fading = exp(splat(so_far.most - most))[0];  // of what was read before
  so_far.most = most;
  so_far.sum = so_far.sum * fading + lane_sum(sums);

  std::size_t d = 0;
  const auto add = [&](auto get, auto put) __attribute__((always_inline)) {
    F out = get(so_far.out + d) * fading;
    for (std::size_t i = 0; i < a.rows; ++i) {
      out = madd(get(a.values + i * a.head_dim + d), splat(scores[i]), out);
    }
    put(so_far.out + d, out);
  };
  for (; d + kLanes <= a.head_dim; d += kLanes) {
    add([](const float* p) { return load(p); }, [](float* p, F x) { store(p, x); });
  }
  if (const auto rest = a.head_dim - d; rest > 0) {
    add([rest](const float* p) { return load_part(p, rest); },
        [rest](float* p, F x) { store_part(p, x, rest); });
  }
}

}  // namespace
}  // namespace sr::cpu
