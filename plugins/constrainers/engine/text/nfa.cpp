#include "engine/text/nfa.h"

#include <algorithm>
#include <deque>
#include <string>

#include "engine/base/intern.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

using Set = std::vector<Nfa::State>;  // sorted

// A state of the deterministic automaton: a run of the pool that holds all sets.
struct Subset {
  std::uint32_t begin, size;
  bool at_start;
  CodeDfa::State number;
};

class Subsets {
 public:
  Subsets(const Nfa& nfa, std::size_t max_states)
      : nfa_(nfa), max_states_(max_states), matters_(nfa.nodes.size()), seen_(nfa.nodes.size()),
        behind_(nfa.nodes.size(), kUnknown) {
    for (Nfa::State s = 0; s < nfa.nodes.size(); ++s) {
      const auto& node = nfa.nodes[s];
      matters_[s] = s == nfa.accept || node.first_code < node.end_code || node.call >= 0;
      for (auto m = node.moves; m != Nfa::kNoMove; m = nfa.moves[m].next) {
        matters_[s] = matters_[s] || nfa.moves[m].kind != Nfa::kFree;
        asserts_start_ = asserts_start_ || nfa.moves[m].kind == Nfa::kAtStart;
        asserts_end_ = asserts_end_ || nfa.moves[m].kind == Nfa::kAtEnd;
      }
    }
  }

  CodeDfa run() {
    closed_.assign(1, nfa_.start);
    close(closed_, true, false);
    number(asserts_start_);
    for (std::size_t at = 0; at < subsets_.size(); ++at) expand(at);
    return CodeDfa(std::move(nodes_));
  }

 private:
  static constexpr CodeDfa::State kUnknown = UINT32_MAX;

  // Adds what is reached without reading, and keeps what makes a difference.
  void close(Set& set, bool at_start, bool at_end) {
    ++round_;
    for (const auto s : set) seen_[s] = round_;
    for (std::size_t i = 0; i < set.size(); ++i) {
      for (auto m = nfa_.nodes[set[i]].moves; m != Nfa::kNoMove; m = nfa_.moves[m].next) {
        const auto& move = nfa_.moves[m];
        if ((move.kind == Nfa::kAtStart && !at_start) || (move.kind == Nfa::kAtEnd && !at_end))
          continue;
        if (seen_[move.to] != round_) seen_[move.to] = round_, set.push_back(move.to);
      }
    }
    std::erase_if(set, [&](Nfa::State s) { return matters_[s] == 0; });
    std::sort(set.begin(), set.end());
  }

  // Of the set closed_.
  CodeDfa::State number(bool at_start) {
    std::uint64_t hash = at_start ? 1 : 2;
    for (const auto s : closed_) hash = mix(hash, s);
    // With ^, the start is a state of its own: behind it, ^ does not hold any more.
    const auto same = [&](const Subset& known) {
      return known.at_start == at_start &&
             std::equal(closed_.begin(), closed_.end(), pool_.begin() + known.begin,
                        pool_.begin() + known.begin + known.size);
    };
    return numbers_.find_or_add(hash, same, [&] { return add(at_start); })->number;
  }
  const Subset* add(bool at_start) {
    if (subsets_.size() >= max_states_) {
      throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states_) + " states");
    }
    subsets_.push_back({static_cast<std::uint32_t>(pool_.size()),
                        static_cast<std::uint32_t>(closed_.size()), at_start,
                        static_cast<CodeDfa::State>(subsets_.size())});
    pool_.insert(pool_.end(), closed_.begin(), closed_.end());
    if (asserts_end_) close(closed_, at_start, true);
    nodes_.emplace_back();
    nodes_.back().accepts = std::binary_search(closed_.begin(), closed_.end(), nfa_.accept);
    return &subsets_.back();
  }

  // The state behind what leads to all of these. Most lead to one, and those to the same again.
  CodeDfa::State number_behind(const Set& targets) {
    if (targets.size() == 1 && behind_[targets[0]] != kUnknown) return behind_[targets[0]];
    closed_ = targets;
    close(closed_, false, false);
    const auto to = number(false);
    if (targets.size() == 1) behind_[targets[0]] = to;
    return to;
  }

  // A set of code points begins at `code`, or has ended before it.
  struct Cut {
    std::uint32_t code;
    bool begins;
    Nfa::State to;
  };

  void expand(std::size_t at) {
    const auto& subset = subsets_[at];
    if (subset.size == 1) return expand_one(at, pool_[subset.begin]);
    cuts_.clear();
    calls_.clear();
    edges_.clear();
    for (std::uint32_t i = 0; i < subset.size; ++i) {
      const auto s = pool_[subset.begin + i];
      const auto& node = nfa_.nodes[s];
      if (node.call >= 0) calls_.emplace_back(node.call, node.to);
      for (const auto& [first, last] : nfa_.codes_of(s)) {
        cuts_.push_back({first, true, node.to});
        cuts_.push_back({last + 1, false, node.to});
      }
    }
    expand_codes();
    nodes_[at].edges = edges_;
    std::sort(calls_.begin(), calls_.end());
    for (auto call = calls_.begin(); call != calls_.end();) {
      const auto node = call->first;
      targets_.clear();
      for (; call != calls_.end() && call->first == node; ++call) targets_.push_back(call->second);
      targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
      const auto to = number_behind(targets_);
      nodes_[at].calls.push_back({node, to});
    }
  }

  // As expand(), where nothing can overlap.
  void expand_one(std::size_t at, Nfa::State s) {
    const auto& node = nfa_.nodes[s];
    const auto codes = nfa_.codes_of(s);
    if (node.call < 0 && codes.empty()) return;
    targets_.assign(1, node.to);
    const auto to = number_behind(targets_);
    if (node.call >= 0) nodes_[at].calls.push_back({node.call, to});
    nodes_[at].edges.reserve(codes.size());
    for (const auto& [first, last] : codes) nodes_[at].edges.push_back({first, last, to});
  }

  void expand_codes() {
    std::sort(cuts_.begin(), cuts_.end(),
              [](const Cut& a, const Cut& b) { return a.code < b.code; });
    now_.clear();
    for (std::size_t i = 0; i < cuts_.size();) {
      const auto code = cuts_[i].code;
      for (; i < cuts_.size() && cuts_[i].code == code; ++i) {
        if (cuts_[i].begins) {
          now_.push_back(cuts_[i].to);
        } else {
          ended_.push_back(cuts_[i].to);
        }
      }
      for (const auto s : ended_) now_.erase(std::find(now_.begin(), now_.end(), s));
      ended_.clear();
      if (now_.empty()) continue;
      targets_ = now_;
      std::sort(targets_.begin(), targets_.end());
      targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
      const auto to = number_behind(targets_);
      edges_.push_back({code, cuts_[i].code - 1, to});
    }
  }

  const Nfa& nfa_;
  const std::size_t max_states_;
  std::vector<std::uint8_t> matters_;  // reads, accepts or asserts something
  std::vector<std::uint32_t> seen_;    // in which round
  std::uint32_t round_ = 0;
  std::vector<CodeDfa::State> behind_;  // each state alone
  bool asserts_start_ = false, asserts_end_ = false;
  std::vector<Nfa::State> pool_;
  std::deque<Subset> subsets_;
  InternTable<Subset> numbers_;
  std::vector<CodeDfa::Node> nodes_;
  // Of the step in work; kept for their room.
  Set closed_, now_, ended_, targets_;  // now_ may hold one twice
  std::vector<Cut> cuts_;
  std::vector<std::pair<std::int32_t, Nfa::State>> calls_;
  std::vector<CodeDfa::Edge> edges_;
};

}  // namespace

CodeDfa Nfa::determinise(std::size_t max_states) const {
  return Subsets(*this, max_states).run();
}

}  // namespace sr::constrain
