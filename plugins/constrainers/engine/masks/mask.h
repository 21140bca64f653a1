// engine/masks/mask.h - which tokens may come next: one bit a token. Immutable, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/masks/vocabulary.h"

namespace sr::constrain {

struct Stack;
struct Depends;

// Few tokens are kept as a list, many as the bits themselves.
struct Mask {
  explicit Mask(Bits bits);

  void copy_to(std::span<std::uint32_t> bits) const;
  void add_to(std::span<std::uint32_t> bits) const;
  std::size_t memory() const { return (words.capacity() + tokens.capacity()) * 4 + sizeof(Mask); }

  Bits words;  // empty: see tokens
  std::vector<std::int32_t> tokens;
  std::shared_ptr<const Depends> depends;  // nullptr: these are all
};

// Further tokens that may come, depending on the texts in slots.
struct Depends {
  // These, when one of the stacks, to which they lead, can be completed.
  struct Group {
    std::vector<const Stack*> any_of;
    Mask tokens;
  };
  // What stands below a node of the vocabulary's trie, from where a slot is read.
  struct Entrance {
    const Stack* slot;
    std::uint32_t node;  // TokenTrie::kRoot: any token
    bool operator==(const Entrance&) const = default;
  };
  std::vector<Group> groups;
  std::vector<Entrance> entrances;
  std::size_t memory() const;
};

}  // namespace sr::constrain
