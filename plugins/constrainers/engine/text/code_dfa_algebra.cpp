// Intersection, difference, lengths and minimisation of automata over code points.
#include <algorithm>
#include <functional>
#include <map>

#include "engine/text/code_dfa.h"
#include "engine/base/utf8.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

using State = CodeDfa::State;
using Edge = CodeDfa::Edge;
using Pair = std::pair<State, State>;
constexpr State kSink = UINT32_MAX;  // where the second automaton is when it cannot go on

// Explores pairs of states from (0, second) on. `edges(pair, emit)` names a pair's edges.
template <class Edges, class Accepts>
CodeDfa product(State second, std::size_t max_states, Edges&& edges, Accepts&& accepts) {
  std::map<Pair, State> numbers{{{0, second}, 0}};
  std::vector<Pair> pairs{{0, second}};
  std::vector<CodeDfa::Node> nodes(1);
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    nodes[at].accepts = accepts(pairs[at]);
    edges(pairs[at], [&](CodeDfa::Code first, CodeDfa::Code last, Pair to) {
      const auto [known, added] = numbers.try_emplace(to, static_cast<State>(pairs.size()));
      if (added) {
        if (pairs.size() >= max_states) {
          throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states) + " states");
        }
        pairs.push_back(to);
        nodes.emplace_back();
      }
      nodes[at].edges.push_back({first, last, known->second});
    });
  }
  return CodeDfa(std::move(nodes));
}

}  // namespace

CodeDfa CodeDfa::both(const CodeDfa& other, std::size_t max_states) const {
  return product(
             0, max_states,
             [&](Pair p, auto&& emit) {
               for (const auto& a : nodes_[p.first].edges) {
                 for (const auto& b : other.nodes_[p.second].edges) {
                   const auto first = std::max(a.first, b.first), last = std::min(a.last, b.last);
                   if (first <= last) emit(first, last, Pair{a.to, b.to});
                 }
               }
             },
             [&](Pair p) { return accepts(p.first) && other.accepts(p.second); })
      .minimal();
}

CodeDfa CodeDfa::without(const CodeDfa& other, std::size_t max_states) const {
  return product(
             0, max_states,
             [&](Pair p, auto&& emit) {
               for (const auto& a : nodes_[p.first].edges) {
                 auto from = a.first;
                 if (p.second != kSink) {
                   for (const auto& b : other.nodes_[p.second].edges) {
                     const auto first = std::max(from, b.first), last = std::min(a.last, b.last);
                     if (first > last) continue;
                     if (from < first) emit(from, first - 1, Pair{a.to, kSink});
                     emit(first, last, Pair{a.to, b.to});
                     from = last + 1;
                   }
                 }
                 if (from <= a.last) emit(from, a.last, Pair{a.to, kSink});
               }
             },
             [&](Pair p) {
               return accepts(p.first) && (p.second == kSink || !other.accepts(p.second));
             })
      .minimal();
}

CodeDfa CodeDfa::of_length(std::uint32_t min, std::uint32_t max, std::size_t max_states) const {
  const bool open = max == UINT32_MAX;
  return product(
      0, max_states,
      [&](Pair p, auto&& emit) {
        if (!open && p.second == max) return;
        const auto count = open ? std::min(p.second + 1, min) : p.second + 1;
        for (const auto& a : nodes_[p.first].edges) emit(a.first, a.last, Pair{a.to, count});
      },
      [&](Pair p) { return accepts(p.first) && p.second >= min; });
}

// Moore's refinement: states are split until all of a class lead to the same classes.
CodeDfa CodeDfa::minimal() const {
  std::vector<State> classes(nodes_.size());
  for (State s = 0; s < nodes_.size(); ++s) classes[s] = nodes_[s].accepts ? 1 : 0;
  std::size_t count = 0;
  for (;;) {
    using Signature = std::pair<State, std::vector<std::tuple<Code, Code, State>>>;
    std::map<Signature, State> known;
    std::vector<State> next(nodes_.size());
    for (State s = 0; s < nodes_.size(); ++s) {
      Signature signature{classes[s], {}};
      auto& list = signature.second;
      for (const auto& edge : nodes_[s].edges) {
        const auto to = classes[edge.to];
        if (!list.empty() && std::get<2>(list.back()) == to &&
            std::get<1>(list.back()) + 1 == edge.first) {
          std::get<1>(list.back()) = edge.last;
        } else {
          list.emplace_back(edge.first, edge.last, to);
        }
      }
      next[s] =
          known.try_emplace(std::move(signature), static_cast<State>(known.size())).first->second;
    }
    classes = std::move(next);
    if (known.size() == count) break;
    count = known.size();
  }
  // The start's class becomes state 0.
  const auto renamed = [&](State c) { return c == classes[0] ? 0 : c == 0 ? classes[0] : c; };
  std::vector<Node> nodes(count);
  for (State s = 0; s < nodes_.size(); ++s) {
    auto& node = nodes[renamed(classes[s])];
    if (!node.edges.empty()) continue;
    node.accepts = nodes_[s].accepts;
    for (const auto& edge : nodes_[s].edges) {
      node.edges.push_back({edge.first, edge.last, renamed(classes[edge.to])});
    }
  }
  return CodeDfa(std::move(nodes));
}

bool CodeDfa::matches(std::string_view text) const {
  State at = 0;
  for (const auto code : decode_utf8(text)) {
    const auto next = step(at, code);
    if (!next) return false;
    at = *next;
  }
  return accepts(at);
}

std::uint32_t CodeDfa::longest() const {
  // Every state can be completed, so a circle means that there is no longest text.
  constexpr std::uint32_t kOpen = UINT32_MAX - 1, kUnknown = UINT32_MAX - 2;
  std::vector<std::uint32_t> length(nodes_.size(), kUnknown);
  std::vector<std::pair<State, std::size_t>> path{{0, 0}};
  length[0] = kOpen;
  while (!path.empty()) {
    auto& [s, edge] = path.back();
    if (edge < nodes_[s].edges.size()) {
      const auto to = nodes_[s].edges[edge++].to;
      if (length[to] == kOpen) return UINT32_MAX;
      if (length[to] == kUnknown) length[to] = kOpen, path.emplace_back(to, 0);
      continue;
    }
    std::uint32_t best = 0;
    for (const auto& e : nodes_[s].edges) best = std::max(best, length[e.to] + 1);
    length[s] = best;
    path.pop_back();
  }
  return length[0];
}

}  // namespace sr::constrain
