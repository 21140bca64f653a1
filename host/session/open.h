// host/session/open.h - making a session, and finding it again in the log.
//
// Each call is one transaction; call from a store thread.
#pragma once

#include <string>
#include <vector>

#include "host/session/bindings.h"
#include "host/session/session.h"

namespace sr::host {

// Writes the session's record and its first entry, the app's preamble. Only the hash of the token
// is kept.
Result<Session> create_session(LoadedStore& store, std::string user, std::string token,
                               LogEntry preamble);

// Does the same and takes it back: whether a session can be kept now.
Status try_to_keep(LoadedStore& store);

struct Restored {
  Session session;
  std::vector<LogEntry> entries;  // those that a model reads, and rebases, in order
};

// Claims the session for this host and folds its log. SR_NOT_FOUND when there is no such session
// or the token is not its token: which of the two is not told.
Result<Restored> restore_session(LoadedStore& store, const App& app, const sql::Guard& guard,
                                 const std::string& id, const std::string& token);

// The sessions in which nothing has happened since `before`, the oldest first.
Result<std::vector<SessionRecord>> old_sessions(LoadedStore& store, std::int64_t before_ms,
                                                std::size_t most);

// Deletes what is kept of a session. SR_CONFLICT when somebody has claimed it since it was found.
Status delete_session(LoadedStore& store, const SessionRecord& session);

// The paints with seq > after; SR_EXHAUSTED when there are more than `limit`.
Result<std::vector<LogEntry>> paints_after(LoadedStore& store, const std::string& session,
                                           std::uint64_t after, std::size_t limit);

// The entries with seq > after that a model reads, and rebases.
Result<std::vector<LogEntry>> entries_after(LoadedStore& store, const std::string& session,
                                            std::uint64_t after);

}  // namespace sr::host
