// layout.h - where each part of a model keeps what a sequence carries: the recurrence in one array
// of floats, keys and values in blocks of 64 tokens. Immutable after construction; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "description.h"

namespace sr::hybrid {

inline constexpr std::uint64_t kBlockTokens = 64;

struct Window {
  std::uint64_t size = 0;  // 0: all tokens
  std::uint64_t pinned = 0;
};

// Where each branch of each layer finds its part.
struct Layout {
  struct Slot {
    std::size_t conv = 0, recurrent = 0;  // first float of the recurrence's array
    int cache = -1;                       // index in Layout::caches
  };
  struct Cache {
    std::size_t heads = 0, head_dim = 0;
    // First float of each in a block: keys (heads, head_dim, 64), values (heads, 64, head_dim).
    std::size_t keys = 0, values = 0;
    // Of one head, from `keys` or `values` on.
    std::size_t head(std::size_t head) const noexcept { return head * kBlockTokens * head_dim; }
  };
  Layout(const Description& description, Window window);

  std::vector<std::vector<Slot>> slots;  // (layers, branches)
  std::size_t fixed_floats = 0;
  std::vector<Cache> caches;
  std::size_t block_floats = 0;
  Window window;
  std::uint64_t token_bytes() const noexcept { return block_floats * sizeof(float) / kBlockTokens; }
};

}  // namespace sr::hybrid
