#include "engine/nfa.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

using Set = std::vector<Nfa::State>;

class Subsets {
 public:
  Subsets(const Nfa& nfa, std::size_t max_states)
      : nfa_(nfa), max_states_(max_states), matters_(nfa.nodes.size()) {
    for (Nfa::State s = 0; s < nfa.nodes.size(); ++s) {
      const auto& node = nfa.nodes[s];
      matters_[s] = s == nfa.accept || !node.codes.empty() || node.call >= 0;
      for (const auto& move : node.moves) {
        matters_[s] = matters_[s] || move.kind != Nfa::kFree;
        asserts_ = asserts_ || move.kind == Nfa::kAtStart;
      }
    }
  }

  CodeDfa run() {
    number(close({nfa_.start}, true, false), asserts_);
    for (std::size_t at = 0; at < sets_.size(); ++at) expand(at);
    return CodeDfa(std::move(nodes_));
  }

 private:
  // What is reached without reading, as far as it makes a difference.
  Set close(Set set, bool at_start, bool at_end) const {
    std::vector<bool> seen(nfa_.nodes.size(), false);
    for (const auto s : set) seen[s] = true;
    for (std::size_t i = 0; i < set.size(); ++i) {
      for (const auto& move : nfa_.nodes[set[i]].moves) {
        if ((move.kind == Nfa::kAtStart && !at_start) || (move.kind == Nfa::kAtEnd && !at_end))
          continue;
        if (!seen[move.to]) seen[move.to] = true, set.push_back(move.to);
      }
    }
    std::erase_if(set, [&](Nfa::State s) { return !matters_[s]; });
    std::sort(set.begin(), set.end());
    return set;
  }

  CodeDfa::State number(Set set, bool at_start) {
    const auto next = static_cast<CodeDfa::State>(sets_.size());
    // With ^, the start is a state of its own: behind it, ^ does not hold any more.
    const auto [at, added] = numbers_.try_emplace({set, at_start}, next);
    if (!added) return at->second;
    if (sets_.size() >= max_states_) {
      throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states_) + " states");
    }
    const auto at_end = close(set, at_start, true);
    nodes_.emplace_back();
    nodes_.back().accepts = std::binary_search(at_end.begin(), at_end.end(), nfa_.accept);
    sets_.push_back(std::move(set));
    return next;
  }

  void expand(std::size_t at) {
    std::map<std::int32_t, Set> calls;
    for (const auto s : sets_[at]) {
      if (nfa_.nodes[s].call >= 0) calls[nfa_.nodes[s].call].push_back(nfa_.nodes[s].to);
    }
    // Cut the code points wherever one of the sets begins or ends.
    std::map<std::uint32_t, std::pair<Set, Set>> cuts;  // what begins, what has ended before
    for (const auto s : sets_[at]) {
      for (const auto& [first, last] : nfa_.nodes[s].codes) {
        cuts[first].first.push_back(nfa_.nodes[s].to);
        cuts[last + 1].second.push_back(nfa_.nodes[s].to);
      }
    }
    std::multiset<Nfa::State> now;
    for (auto cut = cuts.begin(); cut != cuts.end(); ++cut) {
      for (const auto s : cut->second.second) now.erase(now.find(s));
      for (const auto s : cut->second.first) now.insert(s);
      if (now.empty()) continue;
      Set target(now.begin(), now.end());
      target.erase(std::unique(target.begin(), target.end()), target.end());
      const auto to = number(close(std::move(target), false, false), false);
      nodes_[at].edges.push_back({cut->first, std::next(cut)->first - 1, to});
    }
    for (auto& [node, target] : calls) {
      std::sort(target.begin(), target.end());
      target.erase(std::unique(target.begin(), target.end()), target.end());
      const auto to = number(close(std::move(target), false, false), false);
      nodes_[at].calls.push_back({node, to});
    }
  }

  const Nfa& nfa_;
  const std::size_t max_states_;
  std::vector<bool> matters_;  // reads, accepts or asserts something
  bool asserts_ = false;
  std::vector<Set> sets_;
  std::vector<CodeDfa::Node> nodes_;
  std::map<std::pair<Set, bool>, CodeDfa::State> numbers_;
};

}  // namespace

CodeDfa Nfa::determinise(std::size_t max_states) const {
  return Subsets(*this, max_states).run();
}

}  // namespace sr::constrain
