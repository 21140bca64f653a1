// engine/masks/token_trie.h - byte strings in depth-first order, for walks in step with the
// machine. Immutable, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/bytes/byte_kind.h"

namespace sr::constrain {

class TokenTrie {
 public:
  // A node's children stand directly behind it: the first at index + 1, the next at `end` of the
  // one before, up to the node's own `end`.
  struct Node {
    std::uint32_t end;
    std::int32_t token;  // the string that ends here, or -1
    std::uint8_t byte;
  };
  // The children of one node.
  struct Range {
    std::uint32_t begin, end;
    bool empty() const { return begin == end; }
  };

  TokenTrie() = default;
  // Strings with their tokens, none empty. Of equal strings the first is taken; the others are
  // appended to `twins` as (taken, other).
  TokenTrie(std::vector<std::pair<std::string_view, std::int32_t>> strings,
            std::vector<std::pair<std::int32_t, std::int32_t>>& twins);

  Range all() const { return {0, static_cast<std::uint32_t>(nodes_.size())}; }
  Range below(std::uint32_t at) const { return {at + 1, nodes_[at].end}; }
  // The strings that begin with this byte.
  Range beginning_with(std::uint8_t byte) const {
    for (std::uint32_t at = 0; at < nodes_.size(); at = nodes_[at].end) {
      if (nodes_[at].byte == byte) return {at, nodes_[at].end};
    }
    return {0, 0};
  }
  // The child of `parent` (kRoot: of the root) with this byte; kNone: there is none. Only behind
  // index_children().
  static constexpr std::uint32_t kRoot = UINT32_MAX, kNone = UINT32_MAX;
  std::uint32_t child(std::uint32_t parent, std::uint8_t byte) const {
    const auto& kids = kids_[parent + 1U];  // kRoot comes to be the first
    if (kids.count > kMostListed) return tables_[kids.at][byte];
    for (std::uint32_t i = kids.at; i < kids.at + kids.count; ++i) {
      if (kid_bytes_[i] == byte) return kid_nodes_[i];
    }
    return kNone;
  }
  Range children(std::uint32_t parent) const { return parent == kRoot ? all() : below(parent); }
  void index_children();

  const Node& operator[](std::uint32_t at) const { return nodes_[at]; }
  std::size_t size() const { return nodes_.size(); }

  // What stands below a node, read from there as if a character began: its kinds, and the most
  // bytes of one string.
  Kinds kinds_below(std::uint32_t at) const { return below_[at].kinds; }
  std::uint32_t depth_below(std::uint32_t at) const { return below_[at].depth; }
  // The strings that go on behind the node.
  std::span<const std::int32_t> tokens_below(std::uint32_t at) const {
    const auto first = below_[at].tokens;
    const auto end = nodes_[at].end;
    return std::span(tokens_).subspan(
        first, (end < below_.size() ? below_[end].tokens_before() : tokens_.size()) - first);
  }

 private:
  struct Below {
    Kinds kinds = 0;
    std::uint32_t tokens = 0;  // how many stand before the node's children
    std::uint16_t depth = 0;
    bool ends = false;         // the node's own is the last of them
    std::uint32_t tokens_before() const { return tokens - (ends ? 1 : 0); }
  };
  void look_below();
  Kinds kinds_inside(std::uint32_t at, int left, std::uint8_t first, std::uint8_t last) const;
  Kinds kinds_from(std::uint32_t child) const;

  // Few children are a list, many a table of all bytes.
  static constexpr std::uint32_t kMostListed = 12;
  struct Kids {
    std::uint32_t at = 0, count = 0;
  };
  std::vector<Kids> kids_;  // [parent + 1]
  std::vector<std::uint8_t> kid_bytes_;
  std::vector<std::uint32_t> kid_nodes_;
  std::vector<std::array<std::uint32_t, 256>> tables_;

  std::vector<Node> nodes_;
  std::vector<Below> below_;
  std::vector<std::int32_t> tokens_;  // in the order of the nodes
};

}  // namespace sr::constrain
