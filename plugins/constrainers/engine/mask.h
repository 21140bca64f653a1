// engine/mask.h - which tokens may come next: one bit a token.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/machine.h"
#include "engine/vocabulary.h"

namespace sr::constrain {

// Immutable. Few tokens are kept as a list, many as the bits themselves.
struct Mask {
  explicit Mask(std::vector<std::uint32_t> bits);

  void copy_to(std::span<std::uint32_t> bits) const;
  void add_to(std::span<std::uint32_t> bits) const;
  std::size_t memory() const { return (words.capacity() + tokens.capacity()) * 4 + sizeof(Mask); }

  std::vector<std::uint32_t> words;  // empty: see tokens
  std::vector<std::int32_t> tokens;
};

// One walk of the vocabulary's trie, with the machine in step.
class MaskWalk {
 public:
  MaskWalk(Machine& machine, const Vocabulary& vocabulary)
      : machine_(machine), vocabulary_(vocabulary), bits_(vocabulary.words()) {}
  Mask tokens_of(const Stack* stack) &&;

 private:
  // The children of one node of the trie.
  struct Range {
    std::uint32_t begin, end;
    bool empty() const { return begin == end; }
  };
  void walk(Range range, StackSet& set);
  void walk_together(Range range, std::span<const Stack* const> stacks);
  void walk_automaton(Range range, const Automaton& a, const Frame& frame, const Stack* below);
  void mark(std::int32_t token);
  const Automaton* automaton_of(const Stack* stack) const;

  Machine& machine_;
  const Vocabulary& vocabulary_;
  std::vector<std::uint32_t> bits_;
};

}  // namespace sr::constrain
