#include "engine/literal_set.h"

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
    for (const auto state : path) nodes_[state].last = rank + 1;
  }
}

bool LiteralSet::reaches(State state, std::uint32_t from, std::uint32_t to) const noexcept {
  const auto& node = nodes_[state];
  return std::any_of(sorted_.begin() + node.first, sorted_.begin() + node.last,
                     [&](std::uint32_t payload) { return payload >= from && payload <= to; });
}

std::vector<std::string> LiteralSet::completions(State state, std::uint32_t from,
                                                 std::uint32_t to, std::size_t most) const {
  std::vector<std::string> out;
  std::string text;
  const auto visit = [&](const auto& self, State at) -> void {
    if (out.size() >= most || !reaches(at, from, to)) return;
    const auto ends = nodes_[at].payload;
    if (at != state && ends >= 0 && static_cast<std::uint32_t>(ends) >= from &&
        static_cast<std::uint32_t>(ends) <= to) {
      out.push_back(text);
    }
    for (auto child = nodes_[at].child; child != 0; child = nodes_[child].sibling) {
      text.push_back(static_cast<char>(nodes_[child].byte));
      self(self, child);
      text.pop_back();
    }
  };
  visit(visit, state);
  return out;
}

}  // namespace sr::constrain
