// host/session/history.h - which changes of a session can be undone or redone next: the fold of what
// the log keeps of them. The rows themselves stay in the log. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/session/kept_change.h"

namespace sr::host {

inline constexpr std::size_t kMostUndone = 100;                // changes back, at most
inline constexpr std::size_t kMostKeys = 16;                   // of one change
inline constexpr std::size_t kMostUndoneBytes = 4 << 20;       // of what is kept of them

class History {
 public:
  struct Item {
    std::uint64_t seq = 0;  // of the log's entry of kind `rows`
    std::size_t bytes = 0;
    std::string why_not;    // it cannot be taken back: one clause; empty when it can
    std::vector<Json> keys{};  // values of the keys of its rows, of at most kMostKeys
  };

  // The next entry, in order of seq.
  void take(std::uint64_t seq, std::size_t bytes, const KeptChange&);

  // What is undone or redone next; nullptr when there is none.
  const Item* next(bool redo) const;
  // What the last change, undo or redo was about; nullptr when there was none.
  const Item* last() const;

 private:
  std::vector<Item> undo_, redo_;  // the last one is next
};

}  // namespace sr::host
