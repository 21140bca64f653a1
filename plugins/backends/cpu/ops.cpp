#include "ops.h"

#include <algorithm>

namespace sr::cpu {

namespace {

inline float number(float value) noexcept { return value; }
inline float number(std::uint16_t value) noexcept { return from_bf16(value); }

// Sixteen sums beside each other, so that the compiler can use vectors without reordering.
template <class T>
float lanes_dot(const T* a, const float* b, int size) noexcept {
  constexpr int kLanes = 16;
  float sums[kLanes] = {};
  int i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += number(a[i + lane]) * b[i + lane];
  }
  for (int lane = 0; i < size; ++i, ++lane) sums[lane] += number(a[i]) * b[i];
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

template <class T>
void product(const T* w, const hybrid::Linear& linear, const float* bias, const float* x,
             std::size_t stride, int tokens, float* y) {
  const auto out = static_cast<std::size_t>(linear.out), in = static_cast<std::size_t>(linear.in);
  for (std::size_t row = 0; row < out; ++row) {
    const float start = bias == nullptr ? 0 : bias[row];
    for (int t = 0; t < tokens; ++t) {
      const auto at = static_cast<std::size_t>(t);
      y[at * out + row] = start + lanes_dot(w + row * in, x + at * stride, linear.in);
    }
  }
}

}  // namespace

float dot(const float* a, const float* b, int size) noexcept { return lanes_dot(a, b, size); }

void linear(const Weights& weights, const hybrid::Linear& linear, const float* x,
            std::size_t stride, int tokens, float* y) {
  const auto& matrix = weights.matrix(linear.weight);
  const auto* const bias = weights.vector(linear.bias);
  if (matrix.f32 != nullptr) {
    product(matrix.f32, linear, bias, x, stride, tokens, y);
  } else {
    product(matrix.bf16, linear, bias, x, stride, tokens, y);
  }
}

void rms_norm(const Weights& weights, const hybrid::Norm& norm, const float* x, float* y) {
  const float mean = dot(x, x, norm.size) / static_cast<float>(norm.size);
  const float scale = 1 / std::sqrt(mean + norm.eps);
  const auto* const weight = weights.vector(norm.weight);
  for (int i = 0; i < norm.size; ++i) y[i] = x[i] * scale * (weight == nullptr ? 1 : weight[i]);
}

void embed(const Matrix& table, std::int32_t token, float multiplier, float* out) {
  const auto first = static_cast<std::size_t>(token * table.columns);
  for (std::size_t i = 0; i < static_cast<std::size_t>(table.columns); ++i) {
    const auto at = first + i;
    out[i] = (table.f32 != nullptr ? table.f32[at] : from_bf16(table.bf16[at])) * multiplier;
  }
}

void softmax(float* x, int size) noexcept {
  const float most = *std::max_element(x, x + size);
  float sum = 0;
  for (int i = 0; i < size; ++i) sum += x[i] = std::exp(x[i] - most);
  for (int i = 0; i < size; ++i) x[i] /= sum;
}

}  // namespace sr::cpu
