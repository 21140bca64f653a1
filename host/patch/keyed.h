// host/patch/keyed.h - how one list of distinct keys becomes another. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sr::host::patch {

// One step. Indices are those of the list at the time of the step, as RFC 6902 counts them.
struct KeyedStep {
  enum Kind { kRemove, kMove, kInsert } kind;
  std::size_t at;         // kRemove, kMove: where the element stands
  std::size_t to = 0;     // kMove: where it goes once taken out; kInsert: where it is put
  std::size_t after = 0;  // kInsert: its index in the new list
};

struct KeyedChange {
  std::vector<KeyedStep> steps;
  std::vector<std::size_t> before_of;  // new index → old index, kNew when it was inserted
  std::size_t kept = 0;
  static constexpr std::size_t kNew = static_cast<std::size_t>(-1);
};

// The fewest steps: all removals from the back, then moves and insertions from the front. Elements
// on a longest increasing subsequence stay where they are. O(n log n).
KeyedChange change_keys(const std::vector<std::string>& before,
                        const std::vector<std::string>& after);

}  // namespace sr::host::patch
