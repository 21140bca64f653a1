// engine/mask_walk.h - works out which tokens a stack can read.
//
// The general way is to walk the vocabulary's trie with the machine in step. Between two
// characters of a text that goes on with most characters, the vocabulary's division into
// TextTokens answers for nearly all of them at once. One thread, one walk.
#pragma once

#include <bitset>
#include <map>
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
  // What may be read beside an automaton, where it may be done.
  struct Exits {
    StackSet set;
    std::bitset<256> bytes;
  };
  void walk_automaton(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
                      const Stack* below, const Exits* exits);
  void go_on(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
             const Stack* below);
  const Exits& behind(const Stack* below);
  const Automaton* automaton_of(const Stack* stack) const;

  // A stack between two characters of a text, where some characters lead back to it.
  struct Loop {
    const Automaton& a;
    const Stack* stack;
    const ByteDfa::Row& row;
    bool counting = false;         // a token may reach a bound of the length
    std::bitset<256> back;         // the bytes of characters that lead back
    bool all_plain_back = true;    // all plain characters do
    std::vector<std::uint8_t> out; // characters that do not, and can be read
    StackSet others;               // what may be read here, or when the length allows it, instead
    std::bitset<256> other_bytes;
  };
  // False when the general way is needed; then nothing has been marked.
  bool text_tokens(const Automaton& a, const Stack* stack);
  bool find_loop(Loop& loop);
  void plain_tokens(const Loop& loop);
  void tail_tokens(const Loop& loop, std::uint8_t c);
  bool fits(const Loop& loop, std::span<const std::uint8_t> bytes, std::size_t at);
  bool reads_all(const Stack* stack, std::span<const std::uint8_t> bytes);

  void mark(std::int32_t token) {
    bits_[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
  }
  void mark_twins();

  Machine& machine_;
  const Vocabulary& vocabulary_;
  Bits bits_;
  std::map<const Stack*, Exits> behind_;
  const Stack* last_below_ = nullptr;  // what behind() was asked for last
  const Exits* last_behind_ = nullptr;
};

}  // namespace sr::constrain
