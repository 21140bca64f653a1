#include "host/session/history.h"

#include <numeric>

namespace sr::host {

void History::take(std::uint64_t seq, std::size_t bytes, const KeptChange& change) {
  const bool undone_or_redone = change.undoes != 0 || change.redoes != 0;
  if (change.rows.empty() && change.why_not.empty() && !undone_or_redone) return;
  Item item{seq, bytes, change.why_not};
  for (std::size_t i = 0; i < change.rows.size() && i < kMostKeys; ++i) {
    for (const auto& value : change.rows[i].key) item.keys.push_back(value);
  }
  if (change.undoes != 0) {
    if (!undo_.empty()) undo_.pop_back();
    redo_.push_back(item);
    return;
  }
  if (change.redoes != 0) {
    if (!redo_.empty()) redo_.pop_back();
  } else {
    redo_.clear();
  }
  undo_.push_back(item);
  auto kept = std::accumulate(undo_.begin(), undo_.end(), std::size_t{0},
                              [](std::size_t sum, const Item& i) { return sum + i.bytes; });
  while (undo_.size() > 1 && (undo_.size() > kMostUndone || kept > kMostUndoneBytes)) {
    kept -= undo_.front().bytes;
    undo_.erase(undo_.begin());
  }
}

const History::Item* History::last() const {
  if (undo_.empty() || redo_.empty()) return next(undo_.empty());
  return undo_.back().seq > redo_.back().seq ? &undo_.back() : &redo_.back();
}

const History::Item* History::next(bool redo) const {
  const auto& items = redo ? redo_ : undo_;
  return items.empty() ? nullptr : &items.back();
}

}  // namespace sr::host
