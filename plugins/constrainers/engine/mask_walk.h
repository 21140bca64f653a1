// engine/mask_walk.h - works out which tokens a stack can read.
//
// The general way is to walk the vocabulary's trie with the machine in step. Between two
// characters of a string, where most tokens could come, the vocabulary's division into
// TextTokens answers for nearly all of them at once. One thread, one walk.
#pragma once

#include <span>
#include <vector>

#include "engine/machine.h"
#include "engine/mask.h"
#include "engine/vocabulary.h"

namespace sr::constrain {

class MaskWalk {
 public:
  MaskWalk(Machine& machine, const Vocabulary& vocabulary)
      : machine_(machine), vocabulary_(vocabulary), bits_(vocabulary.words()) {}
  Mask tokens_of(const Stack* stack) &&;

 private:
  using Range = TokenTrie::Range;

  void walk(const TokenTrie& trie, Range range, StackSet& set);
  void walk_together(const TokenTrie& trie, Range range, std::span<const Stack* const> stacks);
  void walk_automaton(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
                      const Stack* below);
  const StackSet& behind(const Stack* below);
  const Automaton* automaton_of(const Stack* stack) const;

  // All tokens, for a stack between two characters of a string.
  void text_tokens(const Automaton& a, const Stack* stack);
  bool plain_tokens(const Automaton& a, const Frame& frame);
  bool stays_for_most(const TextDfa& dfa, const Frame& frame, std::vector<std::size_t>& leaving);
  void all_plain(const Automaton& a, const Frame& frame, const Bits* but);
  void closing_tokens(const Automaton& a, const Stack* stack);
  // Reads the bytes inside the automaton; false when it cannot.
  static bool read(const Automaton& a, Frame& frame, std::span<const std::uint8_t> bytes);

  void mark(std::int32_t token) {
    bits_[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
  }
  void mark_twins();

  Machine& machine_;
  const Vocabulary& vocabulary_;
  Bits bits_;
  const Stack* behind_of_ = nullptr;  // what behind_ was worked out for
  bool behind_known_ = false;
  StackSet behind_;
};

}  // namespace sr::constrain
