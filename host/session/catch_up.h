// host/session/catch_up.h - bringing a backend's sequence to the end of a session's log.
//
// Executor thread, as part of the session's own queue of work.
#pragma once

#include "host/session/engine.h"
#include "host/session/session.h"

namespace sr::host {

// A session that was just made has read the preamble, which it borrows.
void begin_new(const Model& model, Session& session);

// Gives the session a sequence of this model: that of the preamble, borrowed, when what it begins with (the
// log, or the prefix of its newest rebase) is still the app's, else a fresh one; what it has to read
// is left in `unread`. `entries`: the whole log, as entries_after() returns it.
Async<Status> start_sequence(Model& model, Session& session, const std::vector<LogEntry>& entries);

// The same, but from the newest snapshot where there is one that can be used.
Async<Status> begin_sequence(Engine& engine, Model& model, Session& session,
                             const std::vector<LogEntry>& entries);

// The short log that a rebase entry holds.
Result<std::vector<LogEntry>> rebase_prefix(const LogEntry& rebase);

// Leaves the tokens of the entries that `reading` has not read yet in its `unread`.
Status add_unread(const Model& model, Reading& reading, const std::vector<LogEntry>& entries);

// Adds the log entries that this model has not read yet (it may lag behind another one).
Async<Status> catch_up(Engine& engine, Model& model, Session& session);

// Forwards what is unread; of a session that was just opened, only if nobody has read the same.
// A sequence that failed may have read a part of it: it is let go, and
// the next catch_up() makes it again from the log.
Async<Status> read_unread(Model& model, Session& session);

}  // namespace sr::host
