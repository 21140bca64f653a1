// engine/bytes/byte_dfa.h - a deterministic automaton over bytes whose rows are built when needed.
//
// JSON strings and numbers are such automata. Rows, once built, never change; several threads
// may step at once. A state that a row names exists, and a state is never a dead end.
// Errors: sr::Failure(SR_EXHAUSTED) when more than `max_states` states would be needed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/bytes/byte_kind.h"

namespace sr::constrain {

class ByteDfa {
 public:
  using State = std::uint32_t;
  static constexpr State kDead = 0;
  static constexpr State kEnd = 1;    // complete, and nothing can follow
  static constexpr State kStart = 2;
  static constexpr std::size_t kMostStates = 65536;

  // A whole text of another node of the program may be read here; it leads to `to`.
  struct Call {
    std::int32_t node;
    State to;
  };
  struct Row {
    std::array<std::uint16_t, 256> next{};
    std::vector<Call> calls;
    bool reads = false;     // some byte may come next
    bool accepts = false;   // the text may end here
    bool boundary = false;  // between two characters: any byte but the closing quote starts one
    bool counts = false;    // what begins here is counted against the bounds of the length
    // In a TextDfa: the state of its CodeDfa, at a boundary; and how many characters there must
    // be behind this one before the text can end.
    std::uint32_t code = 0, reserve = 0;
    Kinds loops = 0;  // every character of these kinds leads back here
  };

  virtual ~ByteDfa();
  ByteDfa(const ByteDfa&) = delete;
  ByteDfa& operator=(const ByteDfa&) = delete;

  const Row& row(State state) const {
    const auto* chunk = chunks_[state / kChunk].load(std::memory_order_acquire);
    const auto* row = chunk ? chunk->rows[state % kChunk].load(std::memory_order_acquire) : nullptr;
    return row ? *row : build(state);
  }
  State step(State state, std::uint8_t byte) const { return row(state).next[byte]; }

 protected:
  ByteDfa() = default;
  // Called under the automaton's lock, once per state.
  virtual void fill(State state, Row& row) const = 0;

  static constexpr std::size_t kChunk = 256;

 private:
  struct Chunk {
    std::array<std::atomic<const Row*>, kChunk> rows{};
  };
  const Row& build(State state) const;

  mutable std::array<std::atomic<Chunk*>, kMostStates / kChunk> chunks_{};
  mutable std::mutex mutex_;
};

// Numbers as RFC 8259 writes them; integers are -?(0|[1-9][0-9]*). Shared by all grammars.
std::shared_ptr<const ByteDfa> number_dfa();
std::shared_ptr<const ByteDfa> integer_dfa();

}  // namespace sr::constrain
