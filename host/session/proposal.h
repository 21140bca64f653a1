// host/session/proposal.h - a change that waits until somebody says that it is meant: what it would
// do, in the log and on screen. It holds no locks; the facts are as they were. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/session/kept_change.h"

namespace sr::host {

inline constexpr const char* kProposalType = "Proposal";  // of its component, which no app defines

struct Proposal {
  std::uint64_t seq = 0;                // of its entry in the log
  EventKind asked = EventKind::kCommand;  // the event that asked for it
  Json values;                          // that this event brought, by name
  std::string action;                   // of the app, that was clicked; empty: none
  std::vector<std::string> statements;  // as they were written
  std::string says;                     // what it would do
  Json rows;                            // the same, row by row; null when they cannot be told
  std::optional<float> margin{};        // by which a model chose it; nothing: it had no choice
};

// The body of the log's entry of kind `proposal`, and back. SR_CORRUPT for what is none.
Json body_of(const Proposal&);
Result<Proposal> read_proposal(std::uint64_t seq, const std::string& body);

// What is on screen for it: what would change, in words. `lines`: row by row.
struct ProposalLine {
  std::string row, what;
};
void show_proposal(const Proposal&, const std::vector<ProposalLine>& lines, Json& view);
void take_away_proposal(Json& view);
// The seq of the one on screen; 0 when there is none.
std::uint64_t shown_proposal(const Json& view);

}  // namespace sr::host
