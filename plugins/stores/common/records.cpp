#include "common/records.h"

#include <algorithm>

#include "common/checksum.h"
#include "common/token_bytes.h"

namespace sr::stores {
namespace {

Failure damaged(std::string_view session, std::uint64_t seq, const std::string& why) {
  const auto place = "the log of session " + quoted(session) + " is damaged at seq ";
  return {SR_CORRUPT,
          place + std::to_string(seq) + ": " + why + "; restore the database from a backup"};
}

}  // namespace

std::string quoted(std::string_view id) { return "\"" + std::string(id) + "\""; }

std::string spoken(std::chrono::milliseconds time) {
  if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
  return std::to_string(time.count()) + " ms";
}

std::uint32_t entry_checksum(std::string_view session, const sr_entry& e, std::string_view tokens) {
  return Checksum()
      .field(session)
      .field(static_cast<std::int64_t>(e.seq))
      .field(e.at_ms)
      .field(view(e.kind))
      .field(view(e.body))
      .field(view(e.event_id))
      .field(tokens)
      .field(view(e.vocabulary))
      .value();
}

std::uint32_t snapshot_checksum(std::string_view session, std::string_view fingerprint,
                                std::uint64_t seq, std::string_view data) {
  return Checksum()
      .field(session)
      .field(fingerprint)
      .field(static_cast<std::int64_t>(seq))
      .field(data)
      .value();
}

void check_fence(const Session& session, std::uint64_t fence) {
  if (session.fence == fence) return;
  throw Failure(SR_CONFLICT, "session " + quoted(session.id) + " belongs to fence " +
                                 std::to_string(session.fence) + ", not to " +
                                 std::to_string(fence) + "; claim it again");
}

void check_append(const Session& session, std::uint64_t fence, std::uint64_t seq,
                  std::size_t count) {
  check_fence(session, fence);
  if (session.seq != seq) {
    throw Failure(SR_CONFLICT, "the log of session " + quoted(session.id) + " ends at seq " +
                                   std::to_string(session.seq) + ", not at " + std::to_string(seq) +
                                   "; read it again");
  }
  if (count > kLongestLog - seq) {
    throw Failure(SR_EXHAUSTED, "the log of session " + quoted(session.id) + " is full");
  }
}

Failure event_seen_before(const Session& session, std::string_view event_id, std::uint64_t at) {
  return {SR_CONFLICT, "session " + quoted(session.id) + " has seen event " + quoted(event_id) +
                           (at != 0 ? " at seq " + std::to_string(at) : " in the same call")};
}

Failure no_session(std::string_view id) {
  return {SR_NOT_FOUND, "there is no session " + quoted(id)};
}

Failure session_exists(std::string_view id) {
  return {SR_CONFLICT, "session " + quoted(id) + " exists already"};
}

void check_new_session(const sr_session& s) {
  if (s.seq == 0) return;
  throw Failure(SR_INVALID_ARGUMENT,
                "a new session starts at seq 0, not " + std::to_string(s.seq));
}

Failure no_snapshot(std::string_view session, std::string_view fingerprint) {
  return {SR_NOT_FOUND,
          "session " + quoted(session) + " has no snapshot of model " + std::string(fingerprint)};
}

Failure damaged_snapshot(std::string_view session, std::uint64_t seq) {
  return {SR_CORRUPT, "the snapshot of session " + quoted(session) + " at seq " +
                          std::to_string(seq) + " does not match its checksum; read the log again "
                          "instead"};
}

void LogCheck::take(sr_entry& e, std::string_view tokens, std::int64_t checksum) {
  if (e.seq != last_ + 1) throw damaged(session_, last_ + 1, "the entry is missing");
  if (entry_checksum(session_, e, tokens) != checksum) {
    throw damaged(session_, e.seq, "the entry does not match its checksum");
  }
  if (!unpack_tokens(tokens, tokens_)) throw damaged(session_, e.seq, "its tokens cannot be read");
  e.tokens = tokens_.data();
  e.token_count = tokens_.size();
  last_ = e.seq;
}

void LogCheck::end(std::uint64_t seq) const {
  if (last_ == seq) return;
  throw damaged(session_, std::min(last_, seq) + 1,
                "the log ends at " + std::to_string(last_) + " and the session's record says " +
                    std::to_string(seq));
}

}  // namespace sr::stores
