// host/turn/past.h - how an event that the log has already came to its end.
//
// Store thread. Errors are the store's.
#pragma once

#include <string>

#include "host/app/refusals.h"
#include "host/plugins/store.h"
#include "host/session/session.h"
#include "host/turn/event.h"

namespace sr::host {

struct Past {
  std::uint64_t seq = 0;             // of the event's entry; 0: the log does not have it
  Ending ending = Ending::kPainted;  // kPainted, kRefused, kNotAllowed or kModelFailed
  std::string message;               // why it was refused
  std::optional<Did> did;            // of an action
};

// What a client is told of a change that the log keeps at this seq.
Did did_of(std::uint64_t seq, const KeptChange&);

// What such an event is answered when it comes again.
TurnOutcome duplicate(const Past& past, const Session& session);

Result<Past> past_of(LoadedStore& store, const std::string& session, const std::string& event,
                     const Refusals& refusals);

}  // namespace sr::host
