// host/session/fold.h - the view as the fold of a log: no model, no queries. Any thread.
#pragma once

#include "host/base/json.h"
#include "host/plugins/store.h"

namespace sr::host {

struct Folded {
  Json view;                  // empty_view() before the first paint
  Json manifest;              // null before the first one
  std::uint64_t seq = 0;      // of the last entry
  std::uint64_t painted = 0;  // of the last paint
};

Folded empty_fold();

// Takes one entry in, in order of seq. SR_CORRUPT names the seq of an entry that cannot be folded.
Status fold(Folded& folded, const LogEntry& entry);

}  // namespace sr::host
