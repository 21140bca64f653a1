#include "host/patch/keyed.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace sr::host::patch {
namespace {

// Counts marks in a prefix of positions, as marks come and go (a Fenwick tree).
class Marks {
 public:
  explicit Marks(std::size_t size) : tree_(size + 1, 0) {}
  void add(std::size_t position, int amount) {
    for (auto i = position + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += amount;
  }
  std::size_t before(std::size_t position) const {
    int sum = 0;
    for (auto i = position; i > 0; i -= i & (~i + 1)) sum += tree_[i];
    return static_cast<std::size_t>(sum);
  }

 private:
  std::vector<int> tree_;
};

// Which values lie on one longest increasing subsequence.
std::vector<bool> increasing(const std::vector<std::size_t>& values) {
  std::vector<std::size_t> tails;  // index of the smallest tail by length
  std::vector<std::size_t> previous(values.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto slot = std::lower_bound(tails.begin(), tails.end(), values[i],
                                       [&](std::size_t t, std::size_t v) { return values[t] < v; });
    previous[i] = slot == tails.begin() ? i : *(slot - 1);
    if (slot == tails.end()) {
      tails.push_back(i);
    } else {
      *slot = i;
    }
  }
  std::vector<bool> chosen(values.size(), false);
  if (tails.empty()) return chosen;
  for (auto i = tails.back();; i = previous[i]) {
    chosen[i] = true;
    if (previous[i] == i) return chosen;
  }
}

// The kept elements in their old order ("slots"), and the walk that brings them into the new one.
//
// While walking the new list from the front, the list holds: the elements already in order, the
// stays that are still to come, and pending movers that have not been taken out yet. Elements put
// in follow the last stay passed, in front of any pending mover behind it.
class Walk {
 public:
  Walk(const std::vector<std::size_t>& targets, const std::vector<bool>& stays)
      : stays_(stays),
        pending_(targets.size()),
        stays_before_(targets.size() + 1, 0),
        next_target_(targets.size() + 1, 0) {
    for (std::size_t s = 0; s < targets.size(); ++s) {
      if (!stays[s]) pending_.add(s, 1);
      stays_before_[s + 1] = stays_before_[s] + (stays[s] ? 1 : 0);
    }
    for (auto s = targets.size(); s > 0; --s) {
      next_target_[s - 1] = stays[s - 1] ? targets[s - 1] : next_target_[s];
    }
  }

  bool stays(std::size_t slot) const { return stays_[slot]; }
  void pass(std::size_t slot) { boundary_ = slot + 1; }

  // Takes a mover out when `done` elements are in order; where it stood.
  std::size_t take(std::size_t slot, std::size_t done) {
    pending_.add(slot, -1);
    const auto movers = pending_.before(slot);
    // Before the last stay passed: behind everything that is in order up to the next stay.
    if (slot < boundary_) return movers + next_target_[slot];
    return movers + done + stays_before_[slot] - stays_before_[boundary_];
  }
  // Where the next element goes when `done` elements are in order.
  std::size_t place(std::size_t done) const { return done + pending_.before(boundary_); }

 private:
  const std::vector<bool>& stays_;
  Marks pending_;
  std::vector<std::size_t> stays_before_;
  std::vector<std::size_t> next_target_;  // new index of the first stay at or after a slot
  std::size_t boundary_ = 0;              // slots below it are behind us
};

}  // namespace

KeyedChange change_keys(const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  KeyedChange change;
  std::unordered_map<std::string_view, std::size_t> new_index;
  for (std::size_t i = 0; i < after.size(); ++i) new_index.emplace(after[i], i);

  std::vector<std::size_t> targets;                                   // slot → new index
  std::vector<std::size_t> slot_of(after.size(), KeyedChange::kNew);  // new index → slot
  change.before_of.assign(after.size(), KeyedChange::kNew);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto found = new_index.find(before[i]);
    if (found == new_index.end()) continue;
    slot_of[found->second] = targets.size();
    change.before_of[found->second] = i;
    targets.push_back(found->second);
  }
  for (auto i = before.size(); i > 0; --i) {
    if (!new_index.contains(before[i - 1])) {
      change.steps.push_back({KeyedStep::kRemove, i - 1});
    }
  }
  change.kept = targets.size();

  const auto stays = increasing(targets);
  Walk walk(targets, stays);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto slot = slot_of[i];
    if (slot == KeyedChange::kNew) {
      change.steps.push_back({KeyedStep::kInsert, 0, walk.place(i), i});
    } else if (walk.stays(slot)) {
      walk.pass(slot);
    } else {
      const auto from = walk.take(slot, i);
      change.steps.push_back({KeyedStep::kMove, from, walk.place(i)});
    }
  }
  return change;
}

}  // namespace sr::host::patch
