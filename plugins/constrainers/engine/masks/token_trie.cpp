#include "engine/masks/token_trie.h"

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
  look_below();
}

void TokenTrie::index_children() {
  kids_.resize(nodes_.size() + 1);
  for (std::uint32_t i = 0; i < kids_.size(); ++i) {
    auto& kids = kids_[i];
    const auto range = children(i - 1U);
    kids.at = static_cast<std::uint32_t>(kid_bytes_.size());
    for (auto at = range.begin; at < range.end; at = nodes_[at].end) {
      kid_bytes_.push_back(nodes_[at].byte);
      kid_nodes_.push_back(at);
    }
    kids.count = static_cast<std::uint32_t>(kid_bytes_.size()) - kids.at;
    if (kids.count <= kMostListed) continue;
    auto& table = tables_.emplace_back();
    table.fill(kNone);
    for (auto k = kids.at; k < kid_bytes_.size(); ++k) table[kid_bytes_[k]] = kid_nodes_[k];
    kid_bytes_.resize(kids.at);
    kid_nodes_.resize(kids.at);
    kids.at = static_cast<std::uint32_t>(tables_.size() - 1);
  }
  kid_bytes_.shrink_to_fit();
  kid_nodes_.shrink_to_fit();
  tables_.shrink_to_fit();
}

// From the last node up, so that what is below a node is known before it is needed.
void TokenTrie::look_below() {
  below_.resize(nodes_.size());
  for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
    below_[at].ends = nodes_[at].token >= 0;
    if (below_[at].ends) tokens_.push_back(nodes_[at].token);
    below_[at].tokens = static_cast<std::uint32_t>(tokens_.size());
  }
  for (auto at = static_cast<std::uint32_t>(nodes_.size()); at-- > 0;) {
    auto& here = below_[at];
    for (auto child = at + 1; child < nodes_[at].end; child = nodes_[child].end) {
      here.kinds |= kinds_from(child);
      here.depth = std::max<std::uint16_t>(here.depth, below_[child].depth + 1);
    }
  }
}

// Of a character that begins with this node's byte, and what stands behind it.
Kinds TokenTrie::kinds_from(std::uint32_t child) const {
  const auto b = nodes_[child].byte;
  if (b < 0x80) return kind::of(b) | below_[child].kinds;
  if (b < 0xC2 || b > 0xF4) return kind::kBroken;
  // Neither overlong forms nor surrogates, nor what is beyond the last code point.
  if (b < 0xE0) return kinds_inside(child, 1, 0x80, 0xBF);
  if (b < 0xF0) return kinds_inside(child, 2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
  return kinds_inside(child, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
}

// Behind a node inside a character of which `left` bytes are to come, the next of [first, last].
Kinds TokenTrie::kinds_inside(std::uint32_t at, int left, std::uint8_t first,
                              std::uint8_t last) const {
  if (left == 0) return kind::kWide | below_[at].kinds;
  Kinds out = nodes_[at].token >= 0 ? kind::kBroken : 0;
  for (auto child = at + 1; child < nodes_[at].end; child = nodes_[child].end) {
    const auto b = nodes_[child].byte;
    out |= b < first || b > last ? kind::kBroken : kinds_inside(child, left - 1, 0x80, 0xBF);
  }
  return out;
}

}  // namespace sr::constrain
