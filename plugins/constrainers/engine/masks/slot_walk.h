// engine/masks/slot_walk.h - which tokens may come in and behind the slots of one opened matcher.
//
// Each place of a slot's texts goes down the vocabulary's trie by itself: a step for each byte that
// some token shares with the text. Where a span may end, what comes behind the slot goes on from
// there. One thread, one walk.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "engine/machine/slot_machine.h"
#include "engine/masks/mask.h"
#include "engine/masks/vocabulary.h"

namespace sr::constrain {

class SlotWalk {
 public:
  // Sets the bits of tokens that may come, and leaves the others.
  SlotWalk(SlotMachine& machine, const Vocabulary& vocabulary, std::span<std::uint32_t> bits)
      : machine_(machine), vocabulary_(vocabulary), trie_(vocabulary.trie()), bits_(bits) {}

  // Of the tokens below the trie's node (TokenTrie::kRoot: of all), read from a slot's stack, which
  // is live.
  void read(const Stack* slot, std::uint32_t node);
  // What a mask says apart.
  void read(const Depends& depends);

 private:
  struct Exits {
    bool known = false;
    std::vector<const Stack*> slots, others;  // live
    std::vector<std::uint8_t> bytes;          // that the others read
  };
  void follow(const SpanTexts& texts, const SlotCursor& cursor, std::uint32_t node);
  void follow(const SpanTexts& texts, std::uint32_t start, std::uint32_t place, std::uint32_t node);
  void follow(const std::string& text, std::uint32_t written, std::uint32_t node);
  void follow(const ValueTexts& texts, const SlotCursor& cursor, std::uint32_t node);
  void end_span(const SpanTexts& texts, std::uint32_t node);
  void leave(std::uint32_t node);
  void walk(std::uint32_t node, const std::vector<const Stack*>& stacks);
  void walk_child(std::uint32_t child, const std::vector<const Stack*>& stacks);
  void divide(StackSet& set, Exits& into) const;
  bool stays(const Stack* stack, std::uint32_t at) const;
  void mark_node(std::uint32_t at) {
    if (trie_[at].token >= 0) mark(trie_[at].token);
  }
  void mark(std::int32_t token) {
    for (; token >= 0; token = vocabulary_.twin(token)) {
      bits_[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
    }
  }

  SlotMachine& machine_;
  const Vocabulary& vocabulary_;
  const TokenTrie& trie_;
  const std::span<std::uint32_t> bits_;
  const Stack* slot_ = nullptr;  // the one in work
  std::map<const Stack*, Exits> exits_;  // of the stack below a slot
  std::vector<std::uint32_t> left_;      // nodes that have been left from the slot in work, sorted
};

}  // namespace sr::constrain
