#include "quant.h"

#include <algorithm>
#include <cmath>

namespace sr::hybrid {

namespace {

// Rounds to the nearest whole number, as long as it is small, in a way that vectors can.
float rounded(float x) noexcept { return (x + 12582912.0F) - 12582912.0F; }

// Of the largest magnitude, with its sign.
float extreme(const float* x, std::size_t count) noexcept {
  float most = 0, least = 0;
  for (std::size_t i = 0; i < count; ++i) {
    most = std::max(most, x[i]);
    least = std::min(least, x[i]);
  }
  return most > -least ? most : least;
}

}  // namespace

std::uint16_t quantise_int8(const float* x, std::size_t count, std::int8_t* values) noexcept {
  const float wanted = std::abs(extreme(x, count)) / 127;
  // Upwards, so that no value is past 127.
  const auto scale = static_cast<std::uint16_t>(
      (std::bit_cast<std::uint32_t>(wanted) + 0xFFFFU) >> 16);
  const float step = from_bf16(scale), inverse = step > 1e-38F ? 1 / step : 0;
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<std::int8_t>(std::clamp(rounded(x[i] * inverse), -127.0F, 127.0F));
  }
  return scale;
}

std::uint16_t quantise_int4(const float* x, std::size_t count, std::int8_t* values) noexcept {
  const float step = extreme(x, count) / -8;
  const float inverse = std::abs(step) > 1e-38F ? 1 / step : 0;
  float products = 0, squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float value = std::clamp(rounded(x[i] * inverse), -8.0F, 7.0F);
    values[i] = static_cast<std::int8_t>(value);
    products += value * x[i];
    squares += value * value;
  }
  return to_bf16(squares > 0 ? products / squares : 0);
}

}  // namespace sr::hybrid
