// quant.h - numbers in fewer bits: bfloat16, and groups of int8 or int4 that share a scale.
//
// Pure functions, any thread. x is about value * scale, and the scale is a bfloat16.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace sr::hybrid {

inline float from_bf16(std::uint16_t bits) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Nearest, ties to even. Not for numbers that are none.
inline std::uint16_t to_bf16(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

// Values from -127 to 127; the largest magnitude of the group becomes nearly 127. Returns the scale.
std::uint16_t quantise_int8(const float* x, std::size_t count, std::int8_t* values) noexcept;

// Values from -8 to 7; the number of largest magnitude becomes -8, and the scale is then the one
// with the least squared error for these values.
std::uint16_t quantise_int4(const float* x, std::size_t count, std::int8_t* values) noexcept;

}  // namespace sr::hybrid
