// ops.h - arithmetic that every layer uses. Rows are tokens; all arrays are float32 unless said.
//
// Pure functions, any thread. What they yield for a token does not depend on the other tokens of
// the call, to the last bit: that is what makes carried and replayed state equal.
#pragma once

#include <cmath>

#include "weights.h"

namespace sr::cpu {

// y (tokens, out) = x (tokens, in) w^T + b; `stride`: floats from one row of x to the next.
void linear(const Weights& weights, const hybrid::Linear& linear, const float* x,
            std::size_t stride, int tokens, float* y);

// One token; y may be x.
void rms_norm(const Weights& weights, const hybrid::Norm& norm, const float* x, float* y);

// One row of the embedding.
void embed(const Matrix& table, std::int32_t token, float multiplier, float* out);

float dot(const float* a, const float* b, int size) noexcept;
void softmax(float* x, int size) noexcept;

inline float sigmoid(float x) noexcept { return 1 / (1 + std::exp(-x)); }
inline float silu(float x) noexcept { return x * sigmoid(x); }
inline float softplus(float x) noexcept { return x > 20 ? x : std::log1p(std::exp(x)); }

}  // namespace sr::cpu
