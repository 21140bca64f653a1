// records.h - sessions, log entries and snapshots as every store keeps and checks them.
//
// What is stored carries a checksum over what it says and where it stands, so that a row that was
// changed, moved, swapped or lost is found when it is read. Any thread. Throws Failure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "state_runtime/store.hpp"

namespace sr::stores {

struct Session {
  std::int64_t number = 0;  // its key in the store's tables
  std::string id, user, token_hash, epoch;
  std::uint64_t fence = 0, seq = 0;
};

// The longest log of a session.
constexpr std::uint64_t kLongestLog = 0xffffffffu;

std::string quoted(std::string_view id);
// "5 s", "250 ms": how messages name a time.
std::string spoken(std::chrono::milliseconds);

std::uint32_t entry_checksum(std::string_view session, const sr_entry&, std::string_view tokens);
std::uint32_t snapshot_checksum(std::string_view session, std::string_view fingerprint,
                                std::uint64_t seq, std::string_view data);

// SR_CONFLICT unless fence and seq are the record's own; SR_EXHAUSTED when the log is full.
void check_append(const Session&, std::uint64_t fence, std::uint64_t seq, std::size_t count);
void check_fence(const Session&, std::uint64_t fence);
Failure event_seen_before(const Session&, std::string_view event_id, std::uint64_t at);
Failure no_session(std::string_view id);
Failure session_exists(std::string_view id);
void check_new_session(const sr_session&);
Failure no_snapshot(std::string_view session, std::string_view fingerprint);
Failure damaged_snapshot(std::string_view session, std::uint64_t seq);

// Entries of a log as they are read, one after the other, each compared with what must be there.
class LogCheck {
 public:
  LogCheck(std::string_view session, std::uint64_t after) : session_(session), last_(after) {}

  // Fills the entry's tokens in; they live until the next call. SR_CORRUPT names the place.
  void take(sr_entry&, std::string_view tokens, std::int64_t checksum);
  // The whole log was read: it must end where the session's record says.
  void end(std::uint64_t seq) const;

 private:
  std::string_view session_;
  std::uint64_t last_;
  std::vector<std::int32_t> tokens_;
};

}  // namespace sr::stores
