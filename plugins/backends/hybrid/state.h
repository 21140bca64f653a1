// state.h - what a sequence carries from token to token.
//
// Mixers with a recurrence keep fixed float32 arrays. Attention keeps keys and values in blocks of
// 64 tokens; copies of a sequence share them, and a block that another one holds is copied before
// it is written. With a window of W tokens, attention sees the pinned first tokens and the last W;
// blocks that no later token can see are let go before a forward, never during one, so that undoing
// a forward only forgets what lies behind its start. A State is the one in memory, and a value:
// copying it forks the sequence. One thread for all that share blocks.
#pragma once

#include <memory>

#include "layout.h"

namespace sr::hybrid {

enum class Logits { kNone, kLast, kAll };  // of the tokens that a forward reads

// Which tokens were read, and the blocks that hold their keys and values, wherever these lie.
template <class Block>
struct Cached {
  std::uint64_t length = 0;   // tokens read
  std::uint64_t pinned = 0;   // first tokens that stay whatever the window is; may be to come yet
  std::uint64_t dropped = 0;  // blocks after those of the pinned tokens that are gone
  std::vector<std::shared_ptr<Block>> blocks;

  // Lets go of what no later token can see, and makes room for `tokens` more that only this
  // sequence sees: make() gives a new block, copy(block) another one with the same numbers.
  template <class Make, class Copy>
  void reserve(const Layout& layout, std::uint64_t tokens, const Make& make, const Copy& copy) {
    if (layout.block_floats == 0) return;
    blocks.resize(held());  // behind them are those of a forward that was undone
    if (layout.window.size != 0 && length >= layout.window.size) {
      // The next token sees from the start of this block on; later ones see less.
      const auto seen = (length + 1 - layout.window.size) / kBlockTokens;
      const auto gone = pinned_blocks() + dropped;
      if (seen > gone) {
        const auto first = blocks.begin() + static_cast<std::ptrdiff_t>(pinned_blocks());
        blocks.erase(first, first + static_cast<std::ptrdiff_t>(seen - gone));
        dropped += seen - gone;
      }
    }
    if (row(length) != 0 && blocks.back().use_count() > 1) blocks.back() = copy(blocks.back());
    while (blocks.size() < blocks_for(length + tokens)) blocks.push_back(make());
  }
  // Pins the first `tokens`, read or not. False when it is too late: some of them may be gone.
  bool pin(std::uint64_t tokens) noexcept {
    if (dropped > 0 && tokens != pinned) return false;
    pinned = tokens;
    return true;
  }

  // How many of `blocks` hold tokens that were read, and the position of the first in one of them.
  std::size_t held() const noexcept { return blocks_for(length); }
  std::uint64_t start(std::size_t i) const noexcept {
    return (i < pinned_blocks() ? i : i + dropped) * kBlockTokens;
  }
  // The index of the block of a position that is held or reserved, and its row there.
  std::size_t index(std::uint64_t position) const noexcept {
    const auto block = position / kBlockTokens;
    return static_cast<std::size_t>(block < pinned_blocks() ? block : block - dropped);
  }
  static std::uint64_t row(std::uint64_t position) noexcept { return position % kBlockTokens; }
  std::uint64_t pinned_blocks() const noexcept {
    return (pinned + kBlockTokens - 1) / kBlockTokens;
  }

 private:
  std::size_t blocks_for(std::uint64_t end) const noexcept {
    return static_cast<std::size_t>((end + kBlockTokens - 1) / kBlockTokens - dropped);
  }
};

using Block = std::shared_ptr<float[]>;  // (block_floats), 64 tokens of all caches
inline constexpr std::size_t kBlockPad = 16;  // floats behind a block that may be read

// Zeros, and kBlockPad more behind them; aligned to a cache line. Errors: std::bad_alloc.
Block make_block(const Layout& layout);

struct State : Cached<float[]> {
  explicit State(const Layout& layout) : fixed(layout.fixed_floats) {
    pinned = layout.window.pinned;
  }

  std::vector<float> fixed;

  void reserve(const Layout& layout, std::uint64_t tokens);
  float* block(std::uint64_t position) const noexcept { return blocks[index(position)].get(); }
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

}  // namespace sr::hybrid
