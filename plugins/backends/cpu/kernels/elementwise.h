// elementwise.h - sums, norms and activations of one token. Included by the kernels only (simd.h).
#pragma once

#include "kernels.h"
#include "maths.h"

namespace sr::cpu {
namespace {

// y[i] = fn(vectors of the inputs at i). The last, partial vector goes through the same arithmetic.
template <class Fn, class... In>
SR_INLINE void map(std::size_t size, float* y, const Fn& fn, const In*... in) {
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) store(y + i, fn(load(in + i)...));
  if (i < size) store_part(y + i, fn(load_part(in + i, size - i)...), size - i);
}

float dot(const float* a, const float* b, std::size_t size) {
  F sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 * kLanes <= size; i += 4 * kLanes) {
    SR_UNROLL for (std::size_t s = 0; s < 4; ++s) {
      sums[s] = madd(load(a + i + s * kLanes), load(b + i + s * kLanes), sums[s]);
    }
  }
  for (; i + kLanes <= size; i += kLanes) sums[0] = madd(load(a + i), load(b + i), sums[0]);
  if (i < size) sums[1] = madd(load_part(a + i, size - i), load_part(b + i, size - i), sums[1]);
  return lane_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void rms_norm(const float* x, const float* weight, std::size_t size, float eps, float* y) {
  const float mean = dot(x, x, size) / static_cast<float>(size);
  const float scale = 1 / __builtin_sqrtf(mean + eps);
  if (weight == nullptr) {
    map(size, y, [&](F a) { return a * scale; }, x);
  } else {
    map(size, y, [&](F a, F w) { return a * scale * w; }, x, weight);
  }
}

void exponential(float* x, std::size_t size) {
  map(size, x, [](F a) { return exp(a); }, x);
}

void softmax(float* x, std::size_t size) {
  float most = x[0];
  for (std::size_t i = 1; i < size; ++i) most = x[i] > most ? x[i] : most;
  F sums{};
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    const F e = exp(load(x + i) - most);
    sums += e;
    store(x + i, e);
  }
  float sum = lane_sum(sums);
  if (i < size) {
    store_part(x + i, exp(load_part(x + i, size - i) - most), size - i);
    for (; i < size; ++i) sum += x[i];
  }
  map(size, x, [&](F a) { return a / sum; }, x);
}

void add_scaled(float* y, const float* x, float scale, std::size_t size) {
  map(size, y, [&](F a, F b) { return madd(b, splat(scale), a); }, y, x);
}

void scale(float* x, float scale, std::size_t size) {
  map(size, x, [&](F a) { return a * scale; }, x);
}

void multiply(const float* a, const float* b, std::size_t size, float* y) {
  map(size, y, [](F p, F q) { return p * q; }, a, b);
}

void silu_multiply(const float* gate, float gate_scale, const float* x, std::size_t size,
                   float* y) {
  map(size, y, [&](F g, F a) { return silu(g * gate_scale) * a; }, gate, x);
}

void softplus(float* x, std::size_t size) {
  map(size, x, [](F a) { return softplus(a); }, x);
}

}  // namespace
}  // namespace sr::cpu
