#include "engine/text/code_dfa.h"

#include <algorithm>
#include <map>

#include "engine/base/utf8.h"

namespace sr::constrain {

CodeDfa::CodeDfa(std::vector<Node> nodes) : nodes_(std::move(nodes)) {
  tidy();
  find_missing();
  drop_dead();
}

CodeDfa CodeDfa::any() {
  std::vector<Node> nodes(1);
  nodes[0].edges = {{0, kLastCode, 0}};
  nodes[0].accepts = true;
  return CodeDfa(std::move(nodes));
}

// A trie of the texts whose every other branch leads to `free`, where all is allowed.
CodeDfa CodeDfa::except(const std::vector<std::string>& texts) {
  std::vector<std::map<Code, State>> children(1);
  std::vector<bool> excluded(1, false);
  for (const auto& text : texts) {
    State at = 0;
    for (const auto code : decode_utf8(text)) {
      const auto found = children[at].find(code);
      if (found != children[at].end()) {
        at = found->second;
        continue;
      }
      const auto next = static_cast<State>(children.size());
      children[at].emplace(code, next);
      children.emplace_back();
      excluded.push_back(false);
      at = next;
    }
    excluded[at] = true;
  }
  const auto free = static_cast<State>(children.size());
  std::vector<Node> nodes(children.size() + 1);
  for (State s = 0; s < free; ++s) {
    nodes[s].accepts = !excluded[s];
    Code from = 0;
    for (const auto& [code, next] : children[s]) {
      if (from < code) nodes[s].edges.push_back({from, code - 1, free});
      nodes[s].edges.push_back({code, code, next});
      from = code + 1;
    }
    if (from <= kLastCode) nodes[s].edges.push_back({from, kLastCode, free});
  }
  nodes[free] = {{{0, kLastCode, free}}, {}, true};
  return CodeDfa(std::move(nodes));
}

namespace {

// Sorted, without surrogates, and no two that could be one.
bool is_tidy(const std::vector<CodeDfa::Edge>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].last >= kSurrogates && edges[i].first < kAfterSurrogates) return false;
    if (i > 0 && edges[i].first <= edges[i - 1].last + (edges[i].to == edges[i - 1].to ? 1 : 0)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void CodeDfa::tidy() {
  std::vector<Edge> cut;
  for (auto& node : nodes_) {
    if (is_tidy(node.edges)) continue;
    cut.clear();
    for (const auto& edge : node.edges) {
      if (edge.first < kSurrogates) {
        cut.push_back({edge.first, std::min(edge.last, kSurrogates - 1), edge.to});
      }
      if (edge.last >= kAfterSurrogates) {
        cut.push_back({std::max(edge.first, kAfterSurrogates), edge.last, edge.to});
      }
    }
    std::sort(cut.begin(), cut.end(),
              [](const Edge& a, const Edge& b) { return a.first < b.first; });
    node.edges.clear();
    for (const auto& edge : cut) {
      if (!node.edges.empty() && node.edges.back().to == edge.to &&
          node.edges.back().last + 1 == edge.first) {
        node.edges.back().last = edge.last;
      } else {
        node.edges.push_back(edge);
      }
    }
  }
}

namespace {

// The first edge that does not end before `code`.
auto reach(const std::vector<CodeDfa::Edge>& edges, CodeDfa::Code code) {
  return std::lower_bound(edges.begin(), edges.end(), code,
                          [](const CodeDfa::Edge& e, CodeDfa::Code c) { return e.last < c; });
}

}  // namespace

std::optional<CodeDfa::State> CodeDfa::step(State state, Code code) const {
  return all_in(state, code, code);
}

bool CodeDfa::any_in(State state, Code first, Code last) const {
  const auto edge = reach(nodes_[state].edges, first);
  return edge != nodes_[state].edges.end() && edge->first <= last;
}

std::optional<CodeDfa::State> CodeDfa::all_in(State state, Code first, Code last) const {
  const auto edge = reach(nodes_[state].edges, first);
  if (edge == nodes_[state].edges.end() || edge->first > first || edge->last < last) return {};
  return edge->to;
}

void CodeDfa::find_missing() {
  missing_.assign(nodes_.size(), UINT32_MAX);
  // Of each state the states with an edge to it, one list behind the other.
  std::vector<State> begins(nodes_.size() + 1, 0), sources;
  for (const auto& node : nodes_) {
    for (const auto& edge : node.edges) ++begins[edge.to + 1];
  }
  for (State s = 0; s < nodes_.size(); ++s) begins[s + 1] += begins[s];
  sources.resize(begins.back());
  auto at = begins;
  std::vector<State> work;
  for (State s = 0; s < nodes_.size(); ++s) {
    for (const auto& edge : nodes_[s].edges) sources[at[edge.to]++] = s;
    if (nodes_[s].accepts) missing_[s] = 0, work.push_back(s);
  }
  for (std::size_t i = 0; i < work.size(); ++i) {  // nearest first
    for (auto k = begins[work[i]]; k < begins[work[i] + 1]; ++k) {
      if (missing_[sources[k]] != UINT32_MAX) continue;
      missing_[sources[k]] = missing_[work[i]] + 1;
      work.push_back(sources[k]);
    }
  }
}

// A text may also be completed by what is called. States mostly lead to later ones, so going
// backwards finds nearly all at once.
void CodeDfa::drop_dead() {
  std::vector<bool> alive(nodes_.size());
  bool calls = false;
  for (State s = 0; s < nodes_.size(); ++s) {
    alive[s] = missing_[s] != UINT32_MAX;
    calls = calls || !nodes_[s].calls.empty();
  }
  const auto leads_on = [&](const auto& to) { return alive[to.to]; };
  for (bool changed = calls; changed;) {
    changed = false;
    for (auto s = nodes_.size(); s-- > 0;) {
      const auto& [edges, called, accepts] = nodes_[s];
      if (alive[s] || (std::none_of(edges.begin(), edges.end(), leads_on) &&
                       std::none_of(called.begin(), called.end(), leads_on))) {
        continue;
      }
      alive[s] = changed = true;
    }
  }
  for (auto& node : nodes_) {
    std::erase_if(node.edges, [&](const Edge& edge) { return !alive[edge.to]; });
    std::erase_if(node.calls, [&](const Call& call) { return !alive[call.to]; });
  }
}

std::uint32_t CodeDfa::missing_behind(State state, Code first, Code last) const {
  std::uint32_t least = UINT32_MAX;
  for (const auto& edge : nodes_[state].edges) {
    if (edge.first <= last && edge.last >= first) least = std::min(least, missing_[edge.to]);
  }
  return least;
}

bool CodeDfa::endless() const {
  return std::all_of(nodes_.begin(), nodes_.end(), [](const Node& n) { return !n.edges.empty(); });
}

bool CodeDfa::universal(State state) const {
  return all_in(state, 0, kSurrogates - 1) == state &&
         all_in(state, kAfterSurrogates, kLastCode) == state;
}

}  // namespace sr::constrain
