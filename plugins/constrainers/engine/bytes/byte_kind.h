// engine/bytes/byte_kind.h - bytes and characters by kind, so that a set of kinds is one word.
// What a state of an automaton loops on, and what stands below a node of a trie, are compared as
// sets.
#pragma once

#include <cstdint>

namespace sr::constrain {

using Kinds = std::uint64_t;  // a bit a kind

namespace kind {

// Letters a-f, g-z, A-F, G-Z; digits; control characters; each other ASCII character is a kind of
// its own: those up to '/', up to '@', up to '`', up to DEL.
constexpr Kinds of(std::uint8_t ascii) {
  const auto bit = [](int n) { return Kinds{1} << n; };
  const int b = ascii;
  if (b < 0x20) return bit(b == '\n' ? 0 : b == '\t' ? 1 : 2);
  if (b < '0') return bit(3 + b - 0x20);
  if (b <= '9') return bit(19);
  if (b < 'A') return bit(20 + b - ':');
  if (b <= 'F') return bit(27);
  if (b <= 'Z') return bit(28);
  if (b < 'a') return bit(29 + b - '[');
  if (b <= 'f') return bit(35);
  if (b <= 'z') return bit(36);
  return bit(37 + b - '{');
}

constexpr Kinds kWide = Kinds{1} << 42;    // whole characters beyond ASCII, as UTF-8 spells them
constexpr Kinds kBroken = Kinds{1} << 43;  // anything else

}  // namespace kind
}  // namespace sr::constrain
