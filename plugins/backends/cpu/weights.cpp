#include "weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "config_file.h"

namespace sr::cpu {

using hybrid::DType;
using hybrid::Role;
using hybrid::Weight;

namespace {

float from_f16(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000U) << 16, exponent = (bits >> 10) & 31U;
  const std::uint32_t fraction = bits & 1023U;
  if (exponent == 0) {
    const float small = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -small : small;
  }
  const std::uint32_t high = exponent == 31 ? 255U : exponent + 112U;
  return std::bit_cast<float>(sign | (high << 23) | (fraction << 13));
}

float element(const Weight& weight, std::size_t i) noexcept {
  if (weight.type == DType::kF32) {
    float value;
    std::memcpy(&value, weight.data + 4 * i, 4);
    return value;
  }
  std::uint16_t bits;
  std::memcpy(&bits, weight.data + 2 * i, 2);
  return weight.type == DType::kBF16 ? from_bf16(bits) : from_f16(bits);
}

float prepared(Role role, float value) noexcept {
  if (role == Role::kDecay) return -std::exp(value);
  return role == Role::kPlusOne ? 1 + value : value;
}

bool aligned(const Weight& weight) noexcept {
  return reinterpret_cast<std::uintptr_t>(weight.data) % hybrid::bytes_of(weight.type) == 0;
}

// The first element that is infinite or no number (all its exponent's bits are set), or `count`.
template <class Bits>
std::size_t first_not_finite(const std::byte* data, std::size_t count, Bits exponent) noexcept {
  constexpr std::size_t kBlock = 4096;
  for (std::size_t first = 0; first < count; first += kBlock) {
    const auto end = std::min(count, first + kBlock);
    bool bad = false;  // of a whole block at once, which the compiler turns into vectors
    for (auto i = first; i < end; ++i) {
      Bits bits;
      std::memcpy(&bits, data + i * sizeof(Bits), sizeof(Bits));
      bad |= (bits & exponent) == exponent;
    }
    for (auto i = first; bad && i < end; ++i) {
      Bits bits;
      std::memcpy(&bits, data + i * sizeof(Bits), sizeof(Bits));
      if ((bits & exponent) == exponent) return i;
    }
  }
  return count;
}

void check_finite(const Weight& weight) {
  const auto count = weight.count();
  const auto at = weight.type == DType::kF32
                      ? first_not_finite<std::uint32_t>(weight.data, count, 0x7F800000U)
                  : weight.type == DType::kBF16
                      ? first_not_finite<std::uint16_t>(weight.data, count, 0x7F80U)
                      : first_not_finite<std::uint16_t>(weight.data, count, 0x7C00U);
  if (at == count) return;
  hybrid::refuse(weight.file, "tensor " + weight.name + " holds " +
                                  std::to_string(element(weight, at)) + " at element " +
                                  std::to_string(at) + "; the file is damaged");
}

}  // namespace

float from_bf16(std::uint16_t bits) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t to_bf16(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

Weights::Weights(const hybrid::Description& description, Format format) {
  for (const auto& weight : description.weights) {
    check_finite(weight);
    Matrix out{nullptr, nullptr, weight.rows, weight.columns};
    const bool halved = weight.role == Role::kMatrix && format == Format::kBF16;
    const bool plain = weight.role == Role::kMatrix || weight.role == Role::kVector;
    if (halved && weight.type == DType::kBF16 && aligned(weight)) {
      out.bf16 = reinterpret_cast<const std::uint16_t*>(weight.data);
    } else if (halved) {
      auto& store = halves_.emplace_back(weight.count());
      for (std::size_t i = 0; i < store.size(); ++i) store[i] = to_bf16(element(weight, i));
      out.bf16 = store.data();
    } else if (plain && weight.type == DType::kF32 && aligned(weight)) {
      out.f32 = reinterpret_cast<const float*>(weight.data);
    } else {
      auto& store = floats_.emplace_back(weight.count());
      for (std::size_t i = 0; i < store.size(); ++i) {
        store[i] = prepared(weight.role, element(weight, i));
      }
      out.f32 = store.data();
    }
    bytes_ += weight.count() * (halved ? 2 : 4);
    matrices_.push_back(out);
  }
}

}  // namespace sr::cpu
