// state.h - what a sequence carries from token to token.
//
// Mixers with a recurrence keep fixed float32 arrays, updated in place; attention keeps one row of
// keys and values a token. With a window of W tokens, attention sees the pinned first tokens and
// the last W; older rows are dropped before a forward, never during one, so that undoing a forward
// only cuts rows off the end. A State is a value: copying it forks the sequence. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "description.h"

namespace sr::cpu {

struct Window {
  std::uint64_t size = 0;  // 0: all tokens
  std::uint64_t pinned = 0;
};

// Where each branch of each layer finds its part.
struct Layout {
  struct Slot {
    std::size_t conv = 0, recurrent = 0;  // first float in State::fixed
    int cache = -1;                       // index in State::caches
  };
  explicit Layout(const hybrid::Description& description);

  std::vector<std::vector<Slot>> slots;  // (layers, branches)
  std::size_t fixed_floats = 0;
  std::vector<int> row_floats;  // of one token's keys, for each cache
  std::uint64_t token_bytes() const noexcept;
};

struct Cache {
  std::vector<float> keys, values;  // (rows, row_floats)
};

struct State {
  State() = default;
  explicit State(const Layout& layout)
      : fixed(layout.fixed_floats), caches(layout.row_floats.size()) {}

  std::uint64_t length = 0;   // tokens read
  std::uint64_t dropped = 0;  // tokens after the pinned ones whose rows are gone
  std::vector<float> fixed;
  std::vector<Cache> caches;

  std::uint64_t rows() const noexcept { return length - dropped; }
  // Drops rows that no later token can see, once they are as many as the window.
  void trim(const Layout& layout, const Window& window);
};

// The part of a State that a forward overwrites.
struct Undo {
  explicit Undo(const State& state) : length(state.length), fixed(state.fixed) {}
  void restore(const Layout& layout, State& state) const;

  std::uint64_t length;
  std::vector<float> fixed;
};

}  // namespace sr::cpu
