// snapshots.h - saved sequences, on a connection that is in a transaction. The thread of that
// transaction. Throws Failure: SR_NOT_FOUND, SR_CORRUPT.
#pragma once

#include <functional>

#include "connection.h"

namespace sr::postgres {

// Keeps the newest one of a session and fingerprint: an older seq than the stored one is dropped.
void put_snapshot(Connection&, std::string_view session, std::string_view fingerprint,
                  std::uint64_t seq, std::string_view data);
// Returns the seq that the snapshot stands for.
std::uint64_t get_snapshot(Connection&, std::string_view session, std::string_view fingerprint,
                           const std::function<void(sr_bytes)>& data);

}  // namespace sr::postgres
