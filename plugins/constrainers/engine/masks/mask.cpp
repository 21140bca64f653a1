#include "engine/masks/mask.h"

#include <bit>
#include <cstring>

namespace sr::constrain {

namespace {

// std::popcount is a call on processors as old as the compiler assumes.
constexpr std::uint32_t ones(std::uint32_t w) {
  w -= w >> 1 & 0x55555555;
  w = (w & 0x33333333) + (w >> 2 & 0x33333333);
  return ((w + (w >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}

}  // namespace

Mask::Mask(Bits bits) {
  std::size_t count = 0;
  for (const auto word : bits) count += ones(word);
  if (count * 8 > bits.size()) {
    words = std::move(bits);
    return;
  }
  tokens.reserve(count);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (auto word = bits[i]; word != 0; word &= word - 1) {
      tokens.push_back(static_cast<std::int32_t>(i * 32) + std::countr_zero(word));
    }
  }
}

void Mask::copy_to(std::span<std::uint32_t> bits) const {
  if (!words.empty()) {
    std::memcpy(bits.data(), words.data(), words.size() * sizeof(words[0]));
    return;
  }
  std::memset(bits.data(), 0, bits.size_bytes());
  add_to(bits);
}

void Mask::add_to(std::span<std::uint32_t> bits) const {
  for (std::size_t i = 0; i < words.size(); ++i) bits[i] |= words[i];
  for (const auto token : tokens) {
    bits[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
  }
}

std::size_t Depends::memory() const {
  std::size_t all = sizeof *this + entrances.capacity() * sizeof entrances[0];
  for (const auto& group : groups)
    all += group.tokens.memory() + sizeof group + group.any_of.size() * 8;
  return all;
}

}  // namespace sr::constrain
