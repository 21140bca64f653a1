#include "engine/bytes/literal_set.h"

#include <algorithm>
#include <numeric>

namespace sr::constrain {

LiteralSet::LiteralSet(const std::vector<std::string>& texts) : nodes_(1), sorted_(texts.size()) {
  std::iota(sorted_.begin(), sorted_.end(), 0U);
  std::sort(sorted_.begin(), sorted_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  std::vector<State> path;
  for (std::uint32_t rank = 0; rank < sorted_.size(); ++rank) {
    State at = kStart;
    path.assign(1, kStart);
    for (const char c : texts[sorted_[rank]]) {
      const auto byte = static_cast<std::uint8_t>(c);
      auto next = step(at, byte);
      if (next == kDead) {
        next = static_cast<State>(nodes_.size());
        Node node;
        node.byte = byte;
        node.sibling = nodes_[at].child;
        node.first = rank;
        nodes_.push_back(node);
        nodes_[at].child = next;
      }
      path.push_back(next);
      at = next;
    }
    nodes_[at].payload = static_cast<std::int32_t>(sorted_[rank]);
    for (const auto state : path) {
      nodes_[state].last = rank + 1;
      if (sorted_.size() <= kMostMasked) nodes_[state].below |= std::uint64_t{1} << sorted_[rank];
    }
  }
}

bool LiteralSet::reaches(State state, std::uint32_t from, std::uint32_t to) const noexcept {
  const auto& node = nodes_[state];
  return std::any_of(sorted_.begin() + node.first, sorted_.begin() + node.last,
                     [&](std::uint32_t payload) { return payload >= from && payload <= to; });
}

// The rests of the strings below `state` whose payload is chosen.
template <class Chosen>
std::vector<std::string> LiteralSet::spell(State state, std::size_t most, Chosen&& chosen) const {
  std::vector<std::string> out;
  std::string text;
  const auto visit = [&](const auto& self, State at) -> void {
    const auto& node = nodes_[at];
    const bool any = std::any_of(sorted_.begin() + node.first, sorted_.begin() + node.last, chosen);
    if (out.size() >= most || !any) return;
    if (at != state && node.payload >= 0 && chosen(static_cast<std::uint32_t>(node.payload))) {
      out.push_back(text);
    }
    for (auto child = node.child; child != 0; child = nodes_[child].sibling) {
      text.push_back(static_cast<char>(nodes_[child].byte));
      self(self, child);
      text.pop_back();
    }
  };
  visit(visit, state);
  return out;
}

std::vector<std::string> LiteralSet::completions(State state, std::uint32_t from,
                                                 std::uint32_t to, std::size_t most) const {
  return spell(state, most, [&](std::uint32_t p) { return p >= from && p <= to; });
}

std::vector<std::string> LiteralSet::completions(State state, std::uint64_t payloads,
                                                 std::size_t most) const {
  return spell(state, most, [&](std::uint32_t p) { return (payloads >> p & 1) != 0; });
}

}  // namespace sr::constrain
