#include "weight_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "config_file.h"

namespace sr::hybrid {

namespace {

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

}  // namespace

float prepared(Role role, float value) noexcept {
  if (role == Role::kDecay) return -std::exp(value);
  return role == Role::kPlusOne ? 1 + value : value;
}

void check_finite(const Weight& weight) {
  const auto count = weight.count();
  const auto at = weight.type == DType::kF32
                      ? first_not_finite<std::uint32_t>(weight.data, count, 0x7F800000U)
                  : weight.type == DType::kBF16
                      ? first_not_finite<std::uint16_t>(weight.data, count, 0x7F80U)
                      : first_not_finite<std::uint16_t>(weight.data, count, 0x7C00U);
  if (at == count) return;
  refuse(weight.file, "tensor " + weight.name + " holds " +
                                  std::to_string(element(weight, at)) + " at element " +
                                  std::to_string(at) + "; the file is damaged");
}

WeightPlan::WeightPlan(const Description& d, Format asked) : asked_(asked) {
  int8_.insert(d.embedding.index);
  int8_.insert(d.head.weight.index);
  for (const auto& layer : d.layers) {
    for (const auto& branch : layer.branches) {
      if (const auto* m = std::get_if<Mamba1>(&branch.mixer)) {
        int8_.insert({m->x.weight.index, m->dt.weight.index});
      }
      std::visit(
          [&]<class M>(const M& mixer) {
            if constexpr (!std::is_same_v<M, Attention>) {
              turned_.insert(mixer.conv.weight.index);
            }
          },
          branch.mixer);
    }
    if (const auto* moe = std::get_if<Moe>(&layer.feed_forward)) {
      bf16_.insert(moe->router.weight.index);
      if (moe->shared_gate) bf16_.insert(moe->shared_gate->weight.index);
    }
  }
}

Format WeightPlan::format(const Weight& weight, int index) const {
  if (weight.role != Role::kMatrix) return Format::kF32;
  if (asked_ == Format::kF32 || asked_ == Format::kBF16) return asked_;
  if (bf16_.contains(index) || weight.columns < kLeastColumns) {
    return Format::kBF16;
  }
  return int8_.contains(index) ? Format::kInt8 : asked_;
}

}  // namespace sr::hybrid
