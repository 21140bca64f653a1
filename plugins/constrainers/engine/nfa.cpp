#include "engine/nfa.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "engine/intern.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

using Set = std::vector<Nfa::State>;

struct Key {
  Set set;
  bool at_start;
  bool operator==(const Key&) const = default;
};
struct HashOfKey {
  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = key.at_start ? 1 : 2;
    for (const auto s : key.set) hash = mix(hash, s);
    return hash;
  }
};

void sort_unique(Set& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

class Subsets {
 public:
  Subsets(const Nfa& nfa, std::size_t max_states)
      : nfa_(nfa), max_states_(max_states), matters_(nfa.nodes.size()), seen_(nfa.nodes.size()),
        behind_(nfa.nodes.size(), kUnknown) {
    for (Nfa::State s = 0; s < nfa.nodes.size(); ++s) {
      const auto& node = nfa.nodes[s];
      matters_[s] = s == nfa.accept || !node.codes.empty() || node.call >= 0;
      for (const auto& move : node.moves) {
        matters_[s] = matters_[s] || move.kind != Nfa::kFree;
        asserts_start_ = asserts_start_ || move.kind == Nfa::kAtStart;
        asserts_end_ = asserts_end_ || move.kind == Nfa::kAtEnd;
      }
    }
  }

  CodeDfa run() {
    number(close({nfa_.start}, true, false), asserts_start_);
    for (std::size_t at = 0; at < sets_.size(); ++at) expand(at);
    return CodeDfa(std::move(nodes_));
  }

 private:
  static constexpr CodeDfa::State kUnknown = UINT32_MAX;

  // What is reached without reading, as far as it makes a difference.
  Set close(Set set, bool at_start, bool at_end) {
    ++round_;
    for (const auto s : set) seen_[s] = round_;
    for (std::size_t i = 0; i < set.size(); ++i) {
      for (const auto& move : nfa_.nodes[set[i]].moves) {
        if ((move.kind == Nfa::kAtStart && !at_start) || (move.kind == Nfa::kAtEnd && !at_end))
          continue;
        if (seen_[move.to] != round_) seen_[move.to] = round_, set.push_back(move.to);
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
    const auto accepts = [&](const Set& s) {
      return std::binary_search(s.begin(), s.end(), nfa_.accept);
    };
    nodes_.emplace_back();
    nodes_.back().accepts = accepts(asserts_end_ ? close(set, at_start, true) : set);
    sets_.push_back(std::move(set));
    return next;
  }
  // The state behind what leads to all of these. Most lead to one, and those to the same again.
  CodeDfa::State number_behind(const Set& targets) {
    if (targets.size() != 1) return number(close(targets, false, false), false);
    auto& known = behind_[targets[0]];
    if (known == kUnknown) known = number(close(targets, false, false), false);
    return known;
  }

  // A set of code points begins at `code`, or has ended before it.
  struct Cut {
    std::uint32_t code;
    bool begins;
    Nfa::State to;
  };

  void expand(std::size_t at) {
    std::vector<Cut> cuts;
    std::vector<std::pair<std::int32_t, Nfa::State>> calls;
    for (const auto s : sets_[at]) {
      const auto& node = nfa_.nodes[s];
      if (node.call >= 0) calls.emplace_back(node.call, node.to);
      for (const auto& [first, last] : node.codes) {
        cuts.push_back({first, true, node.to});
        cuts.push_back({last + 1, false, node.to});
      }
    }
    expand_codes(at, cuts);
    std::sort(calls.begin(), calls.end());
    for (auto call = calls.begin(); call != calls.end();) {
      const auto node = call->first;
      Set targets;
      for (; call != calls.end() && call->first == node; ++call) targets.push_back(call->second);
      sort_unique(targets);
      const auto to = number_behind(targets);
      nodes_[at].calls.push_back({node, to});
    }
  }

  void expand_codes(std::size_t at, std::vector<Cut>& cuts) {
    std::sort(cuts.begin(), cuts.end(),
              [](const Cut& a, const Cut& b) { return a.code < b.code; });
    Set now, targets;  // `now` may hold one twice
    for (std::size_t i = 0; i < cuts.size();) {
      const auto code = cuts[i].code;
      for (; i < cuts.size() && cuts[i].code == code; ++i) {
        if (cuts[i].begins) {
          now.push_back(cuts[i].to);
        } else {
          ended_.push_back(cuts[i].to);
        }
      }
      for (const auto s : ended_) now.erase(std::find(now.begin(), now.end(), s));
      ended_.clear();
      if (now.empty()) continue;
      targets = now;
      sort_unique(targets);
      const auto to = number_behind(targets);
      nodes_[at].edges.push_back({code, cuts[i].code - 1, to});
    }
  }

  const Nfa& nfa_;
  const std::size_t max_states_;
  std::vector<bool> matters_;  // reads, accepts or asserts something
  std::vector<std::uint32_t> seen_;  // in which round
  std::uint32_t round_ = 0;
  std::vector<CodeDfa::State> behind_;  // each state alone
  bool asserts_start_ = false, asserts_end_ = false;
  std::vector<Set> sets_;
  std::vector<CodeDfa::Node> nodes_;
  std::unordered_map<Key, CodeDfa::State, HashOfKey> numbers_;
  Set ended_;
};

}  // namespace

CodeDfa Nfa::determinise(std::size_t max_states) const {
  return Subsets(*this, max_states).run();
}

}  // namespace sr::constrain
