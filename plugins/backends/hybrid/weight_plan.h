// weight_plan.h - a weight's numbers as its file has them, and what each is held in.
//
// With int8 or int4, what is small or decides much stays in more bits: choices of experts and rows
// shorter than kLeastColumns in bfloat16; with int4 the embedding, the head and Mamba-1's dt, B and
// C in int8. Any thread.
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "description.h"
#include "format.h"
#include "quant.h"

namespace sr::hybrid {

inline constexpr std::int64_t kLeastColumns = 64;

class WeightPlan {
 public:
  WeightPlan(const Description& description, Format asked);

  Format format(const Weight& weight, int index) const;
  // Is it a convolution's, better held as (columns, rows), so that channels lie beside each other?
  bool turned(int index) const { return turned_.contains(index); }

 private:
  Format asked_;
  std::set<int> int8_, bf16_;  // indices of weights that need at least that
  std::set<int> turned_;
};

inline float from_f16(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000U) << 16, exponent = (bits >> 10) & 31U;
  const std::uint32_t fraction = bits & 1023U;
  if (exponent == 0) {
    const float small = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -small : small;
  }
  const std::uint32_t high = exponent == 31 ? 255U : exponent + 112U;
  return std::bit_cast<float>(sign | (high << 23) | (fraction << 13));
}

// As the file has it.
inline float element(const Weight& weight, std::size_t i) noexcept {
  if (weight.type == DType::kF32) {
    float value;
    std::memcpy(&value, weight.data + 4 * i, 4);
    return value;
  }
  std::uint16_t bits;
  std::memcpy(&bits, weight.data + 2 * i, 2);
  return weight.type == DType::kBF16 ? from_bf16(bits) : from_f16(bits);
}

// As the kernels read it.
float prepared(Role role, float value) noexcept;

// Refuses what is infinite or no number. Errors: BadOption("model", "[file] what").
void check_finite(const Weight& weight);

}  // namespace sr::hybrid
