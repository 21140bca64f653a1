// engine/bytes/literal_set.h - a set of byte strings as a trie: constants, enums, property names.
//
// Built once, then immutable and usable from any thread. A state is a node of the trie; each
// string carries a number, its payload (an enum's position, a property's index).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::constrain {

class LiteralSet {
 public:
  using State = std::uint32_t;
  static constexpr State kStart = 0;
  static constexpr State kDead = UINT32_MAX;

  // Payloads are 0, 1, 2 … in the order given. No string may be empty.
  explicit LiteralSet(const std::vector<std::string>& texts);

  State step(State state, std::uint8_t byte) const noexcept {
    for (auto child = nodes_[state].child; child != 0; child = nodes_[child].sibling) {
      if (nodes_[child].byte == byte) return child;
    }
    return kDead;
  }
  // As step, but only towards strings whose payload lies in [from, to].
  State step_within(State state, std::uint8_t byte, std::uint32_t from,
                    std::uint32_t to) const noexcept {
    const auto next = step(state, byte);
    return next != kDead && reaches(next, from, to) ? next : kDead;
  }
  // As step, but only towards strings whose payload's bit is set; for sets of kMostMasked at most.
  State step_towards(State state, std::uint8_t byte, std::uint64_t payloads) const noexcept {
    const auto next = step(state, byte);
    return next != kDead && (nodes_[next].below & payloads) != 0 ? next : kDead;
  }
  static constexpr std::uint32_t kMostMasked = 64;
  // The payload of the string that ends here, or -1.
  std::int32_t payload(State state) const noexcept { return nodes_[state].payload; }
  bool leaf(State state) const noexcept { return nodes_[state].child == 0; }
  bool reaches(State state, std::uint32_t from, std::uint32_t to) const noexcept;
  // May some string with one of these payloads go on from here?
  bool goes_on(State state, std::uint64_t payloads) const noexcept {
    const auto ends = nodes_[state].payload;
    const auto here = ends < 0 ? 0 : std::uint64_t{1} << ends;
    return (nodes_[state].below & payloads & ~here) != 0;
  }
  // How the strings with payloads in [from, to] go on from here, at most `most` of them.
  std::vector<std::string> completions(State state, std::uint32_t from, std::uint32_t to,
                                       std::size_t most) const;
  // The same for those whose payload's bit is set.
  std::vector<std::string> completions(State state, std::uint64_t payloads, std::size_t most) const;

 private:
  template <class Chosen>
  std::vector<std::string> spell(State state, std::size_t most, Chosen&& chosen) const;

  struct Node {
    State child = 0, sibling = 0;       // 0: none; the root is nobody's child
    std::int32_t payload = -1;
    std::uint32_t first = 0, last = 0;  // the strings below, as a range of sorted_
    std::uint64_t below = 0;            // the same as bits, where there are few
    std::uint8_t byte = 0;
  };
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> sorted_;  // payloads in the order of their strings
};

}  // namespace sr::constrain
