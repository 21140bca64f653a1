// engine/token_trie.h - byte strings in depth-first order, for walks in step with the machine.
// Immutable, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

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
  const Node& operator[](std::uint32_t at) const { return nodes_[at]; }
  std::size_t size() const { return nodes_.size(); }

 private:
  std::vector<Node> nodes_;
};

}  // namespace sr::constrain
