// log.h - session records and their logs, on a connection that is in a transaction. Called by
// the thread of that transaction. Throws Failure: SR_NOT_FOUND, SR_CONFLICT, and SR_CORRUPT that
// names session and seq.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/records.h"
#include "connection.h"

namespace sr::sqlite {

using stores::Session;

std::optional<Session> find_session(Connection&, std::string_view id);
// find_session or SR_NOT_FOUND.
Session get_session(Connection&, std::string_view id);
void create_session(Connection&, const sr_session&);
Session claim_session(Connection&, std::string_view id);

// Throws SR_CONFLICT before anything is written.
void append(Connection&, std::string_view session, std::uint64_t fence, std::uint64_t seq,
            std::span<const sr_entry* const> entries);
// entry returns false to stop.
void read(Connection&, std::string_view session, std::uint64_t after,
          const std::function<bool(const sr_entry&)>& entry);
std::uint64_t last_of_kind(Connection&, std::string_view session, std::string_view kind);
std::uint64_t event_seen(Connection&, std::string_view session, std::string_view event_id);

// Whose newest entry was made before that time, the oldest first.
std::vector<Session> sessions_before(Connection&, std::int64_t ms, std::uint64_t most);
void delete_session(Connection&, std::string_view id, std::uint64_t fence);

}  // namespace sr::sqlite
