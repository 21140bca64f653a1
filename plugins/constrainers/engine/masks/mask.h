// engine/masks/mask.h - which tokens may come next: one bit a token. Immutable, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/masks/vocabulary.h"

namespace sr::constrain {

// Few tokens are kept as a list, many as the bits themselves.
struct Mask {
  explicit Mask(Bits bits);

  void copy_to(std::span<std::uint32_t> bits) const;
  void add_to(std::span<std::uint32_t> bits) const;
  std::size_t memory() const { return (words.capacity() + tokens.capacity()) * 4 + sizeof(Mask); }

  Bits words;  // empty: see tokens
  std::vector<std::int32_t> tokens;
};

}  // namespace sr::constrain
