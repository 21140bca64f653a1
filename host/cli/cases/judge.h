// host/cli/cases/judge.h - whether a turn came to an effect that was wanted, and why not.
//
// One thread; throws StartError when a reference does not run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/cli/cases/player.h"
#include "host/cli/cases/spoken_file.h"
#include "host/cli/cases/wanted_rows.h"

namespace sr::host {

// An effect as the facts before its turn make it.
struct Wanted {
  const Effect* effect = nullptr;
  std::vector<WantedRows> rows;  // of show, number and choose; those of `also` behind them
  std::optional<Facts> facts;    // after do and undo
  std::string impossible;        // why a statement of it does not run as things stand
};
// `undone`: the facts before the last change of the session; null when there was none.
Wanted wanted_of(const Effect&, FactsKeeper&, const Facts* undone);

// What the log says of a turn.
struct Answered {
  std::vector<std::string> written;  // what the model wrote, an attempt each
  std::string last_kind;             // "manifest", "action", "patch", "refusal": of the last one
  std::string by, rule, why;         // of what the host refused last; empty: nothing
  std::string reason;                // of a refusal of the model's own
  bool guard = false;                // the guard refused something
  bool invalid = false;              // an attempt gave no valid answer
  bool asked_back = false;           // the host asked which row is meant
  Json margin;                       // of what was put forward; null when it says none
};
Answered answered_since(LoadedStore& store, const std::string& session, std::uint64_t seq);
std::uint64_t last_seq(LoadedStore& store, const std::string& session);

struct Happened {
  Reply reply;
  Answered answered;
  Facts before, after;
  Json view_before, view;
};

struct Verdict {
  bool right = false;
  bool half = false;   // right, but a refusal in place of a question back with candidates
  std::string cause;   // of what is wrong, one of few
  std::string detail;  // one sentence
};
Verdict judge(const std::vector<Wanted>&, const Happened&, FactsKeeper&, const App&);

// `show SELECT …`
std::string text_of(const Effect&);

}  // namespace sr::host
