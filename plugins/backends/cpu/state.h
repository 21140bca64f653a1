// state.h - what a sequence carries from token to token.
//
// Mixers with a recurrence keep fixed float32 arrays, updated in place. Attention keeps keys and
// values in blocks of 64 tokens; copies of a State share them, and a block that another State holds
// is copied before it is written. With a window of W tokens, attention sees the pinned first tokens
// and the last W; blocks that no later token can see are let go before a forward, never during one,
// so that undoing a forward only forgets what lies behind its start. A State is a value: copying it
// forks the sequence. One thread for all States that share blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "description.h"

namespace sr::cpu {

inline constexpr std::uint64_t kBlockTokens = 64;

struct Window {
  std::uint64_t size = 0;  // 0: all tokens
  std::uint64_t pinned = 0;
};

// Where each branch of each layer finds its part.
struct Layout {
  struct Slot {
    std::size_t conv = 0, recurrent = 0;  // first float in State::fixed
    int cache = -1;                       // index in Layout::caches
  };
  struct Cache {
    std::size_t heads = 0, head_dim = 0;
    // First float of each in a block: keys (heads, head_dim, 64), values (heads, 64, head_dim).
    std::size_t keys = 0, values = 0;
    // Of one head, from `keys` or `values` on.
    std::size_t head(std::size_t head) const noexcept { return head * kBlockTokens * head_dim; }
  };
  Layout(const hybrid::Description& description, Window window);

  std::vector<std::vector<Slot>> slots;  // (layers, branches)
  std::size_t fixed_floats = 0;
  std::vector<Cache> caches;
  std::size_t block_floats = 0;
  Window window;
  std::uint64_t token_bytes() const noexcept { return block_floats * sizeof(float) / kBlockTokens; }
};

using Block = std::shared_ptr<float[]>;  // (block_floats), 64 tokens of all caches

// Zeros, and some more behind them; aligned to a cache line. Errors: std::bad_alloc.
Block make_block(const Layout& layout);

struct State {
  explicit State(const Layout& layout) : pinned(layout.window.pinned), fixed(layout.fixed_floats) {}

  std::uint64_t length = 0;   // tokens read
  std::uint64_t pinned = 0;   // first tokens that stay whatever the window is; may be to come yet
  std::uint64_t dropped = 0;  // blocks after those of the pinned tokens that are gone
  std::vector<float> fixed;
  std::vector<Block> blocks;

  // Lets go of what no later token can see, and makes room for `tokens` more that only this State
  // sees.
  void reserve(const Layout& layout, std::uint64_t tokens);
  // Pins the first `tokens`, read or not. False when it is too late: some of them may be gone.
  bool pin(std::uint64_t tokens) noexcept;

  // How many of `blocks` hold tokens that were read, and the position of the first in one of them.
  std::size_t held() const noexcept { return blocks_for(length); }
  std::uint64_t start(std::size_t i) const noexcept {
    return (i < pinned_blocks() ? i : i + dropped) * kBlockTokens;
  }
  // Of a position that is held or reserved. `row` is its row there.
  float* block(std::uint64_t position) const noexcept { return blocks[index(position)].get(); }
  static std::uint64_t row(std::uint64_t position) noexcept { return position % kBlockTokens; }

 private:
  std::size_t index(std::uint64_t position) const noexcept {
    const auto block = position / kBlockTokens;
    return static_cast<std::size_t>(block < pinned_blocks() ? block : block - dropped);
  }
  std::size_t blocks_for(std::uint64_t end) const noexcept {
    return static_cast<std::size_t>((end + kBlockTokens - 1) / kBlockTokens - dropped);
  }
  std::uint64_t pinned_blocks() const noexcept {
    return (pinned + kBlockTokens - 1) / kBlockTokens;
  }
};

// The part of a State that a forward overwrites. What it appends is forgotten with the length.
struct Undo {
  Undo() = default;
  explicit Undo(const State& state) : length(state.length), fixed(state.fixed) {}
  // Makes room for take(). Errors: std::bad_alloc.
  void prepare(const State& state) { fixed.resize(state.fixed.size()); }
  // Takes what the state holds; a forward that finds it here (Run::before) fills the state again.
  void take(State& state) noexcept {
    length = state.length;
    fixed.swap(state.fixed);
  }
  void restore(State& state) const;

  std::uint64_t length = 0;
  std::vector<float> fixed;
};

}  // namespace sr::cpu
