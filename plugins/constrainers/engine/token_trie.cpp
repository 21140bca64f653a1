#include "engine/token_trie.h"

#include <algorithm>

namespace sr::constrain {

TokenTrie::TokenTrie(std::vector<std::pair<std::string_view, std::int32_t>> strings,
                     std::vector<std::pair<std::int32_t, std::int32_t>>& twins) {
  std::sort(strings.begin(), strings.end());
  std::vector<std::uint32_t> path;  // the nodes that spell the string before
  const auto close = [&](std::size_t depth) {
    for (; path.size() > depth; path.pop_back()) {
      nodes_[path.back()].end = static_cast<std::uint32_t>(nodes_.size());
    }
  };
  std::string_view before;
  for (const auto& [text, token] : strings) {
    if (text == before) {
      twins.emplace_back(nodes_[path.back()].token, token);
      continue;
    }
    const auto [a, b] = std::mismatch(before.begin(), before.end(), text.begin(), text.end());
    close(static_cast<std::size_t>(a - before.begin()));
    for (auto at = b; at != text.end(); ++at) {
      path.push_back(static_cast<std::uint32_t>(nodes_.size()));
      nodes_.push_back({0, -1, static_cast<std::uint8_t>(*at)});
    }
    nodes_[path.back()].token = token;
    before = text;
  }
  close(0);
}

}  // namespace sr::constrain
