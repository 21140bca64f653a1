#include "log.h"

#include <algorithm>
#include <limits>
#include <set>

#include "checksum.h"
#include "statement.h"

namespace sr::sqlite {
namespace {

constexpr std::uint64_t kLongestLog = 0xffffffffu;

std::int64_t entry_id(std::int64_t session, std::uint64_t seq) {
  return (session << 32) | static_cast<std::int64_t>(seq);
}

std::string quoted(std::string_view id) { return "\"" + std::string(id) + "\""; }

// Token ids as LEB128: seven bits a byte, low bits first, the high bit says that more follow.
std::string packed(const std::int32_t* tokens, std::size_t count) {
  std::string out;
  out.reserve(count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    auto rest = static_cast<std::uint32_t>(tokens[i]);
    for (; rest >= 0x80; rest >>= 7) out += static_cast<char>(rest | 0x80);
    out += static_cast<char>(rest);
  }
  return out;
}

// False when the bytes are no whole number of tokens.
bool unpack(std::string_view bytes, std::vector<std::int32_t>& out) {
  out.clear();
  std::uint32_t value = 0;
  int shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 28) return false;
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    shift += 7;
    if ((byte & 0x80) != 0) continue;
    out.push_back(static_cast<std::int32_t>(value));
    value = 0;
    shift = 0;
  }
  return shift == 0;
}

// Covers what an entry says and where it stands, so that a row moved elsewhere is found, too.
std::uint32_t checksum_of(std::string_view session, const sr_entry& e, std::string_view tokens) {
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

Failure damaged(std::string_view session, std::uint64_t seq, const std::string& why) {
  return {SR_CORRUPT, "the log of session " + quoted(session) + " is damaged at seq " +
                          std::to_string(seq) + ": " + why + "; restore the file from a backup"};
}

std::uint64_t seen(Connection& c, std::int64_t session, std::string_view event_id) {
  Query query(c, "SELECT seq FROM main.sr_events WHERE session = ?1 AND event_id = ?2");
  query.bind(session).bind(event_id);
  return query.step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

void check_events(Connection& c, const Session& session,
                  std::span<const sr_entry* const> entries) {
  std::set<std::string_view> fresh;
  for (const auto* entry : entries) {
    const auto id = view(entry->event_id);
    if (id.empty()) continue;
    const auto at = seen(c, session.number, id);
    if (at != 0 || !fresh.insert(id).second) {
      throw Failure(SR_CONFLICT, "session " + quoted(session.id) + " has seen event " + quoted(id) +
                                     (at != 0 ? " at seq " + std::to_string(at)
                                              : " in the same call"));
    }
  }
}

void insert_entry(Connection& c, const Session& session, const sr_entry& entry) {
  const auto tokens = packed(entry.tokens, entry.token_count);
  Query insert(c, "INSERT INTO main.sr_log (id, at, kind, body, event_id, tokens, vocabulary, "
                  "checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  insert.bind(entry_id(session.number, entry.seq)).bind(entry.at_ms);
  insert.bind(view(entry.kind)).bind(view(entry.body));
  if (entry.event_id.len == 0) insert.bind_null();
  else insert.bind(view(entry.event_id));
  if (tokens.empty()) insert.bind_null();
  else insert.bind_blob(tokens);
  if (entry.vocabulary.len == 0) insert.bind_null();
  else insert.bind(view(entry.vocabulary));
  insert.bind(static_cast<std::int64_t>(checksum_of(session.id, entry, tokens)));
  insert.step();
  if (entry.event_id.len == 0) return;
  Query event(c, "INSERT INTO main.sr_events (session, event_id, seq) VALUES (?1, ?2, ?3)");
  event.bind(session.number).bind(view(entry.event_id)).bind(static_cast<std::int64_t>(entry.seq));
  event.step();
}

}  // namespace

std::optional<Session> find_session(Connection& c, std::string_view id) {
  Query query(c, "SELECT number, user, token_hash, epoch, fence, seq FROM main.sr_sessions "
                 "WHERE id = ?1");
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return Session{query.integer(0),
                 std::string(id),
                 std::string(query.text(1)),
                 std::string(query.text(2)),
                 std::string(query.text(3)),
                 static_cast<std::uint64_t>(query.integer(4)),
                 static_cast<std::uint64_t>(query.integer(5))};
}

Session get_session(Connection& c, std::string_view id) {
  auto session = find_session(c, id);
  if (!session) throw Failure(SR_NOT_FOUND, "there is no session " + quoted(id));
  return *std::move(session);
}

void create_session(Connection& c, const sr_session& s) {
  if (s.seq != 0) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "a new session starts at seq 0, not " + std::to_string(s.seq));
  }
  if (find_session(c, view(s.id))) {
    throw Failure(SR_CONFLICT, "session " + quoted(view(s.id)) + " exists already");
  }
  Query insert(c, "INSERT INTO main.sr_sessions (id, user, token_hash, epoch, fence, seq) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, 0)");
  insert.bind(view(s.id)).bind(view(s.user)).bind(view(s.token_hash)).bind(view(s.epoch));
  insert.bind(static_cast<std::int64_t>(s.fence));
  insert.step();
}

Session claim_session(Connection& c, std::string_view id) {
  auto session = get_session(c, id);
  ++session.fence;
  Query update(c, "UPDATE main.sr_sessions SET fence = ?2 WHERE number = ?1");
  update.bind(session.number).bind(static_cast<std::int64_t>(session.fence));
  update.step();
  return session;
}

void append(Connection& c, std::string_view id, std::uint64_t fence, std::uint64_t seq,
            std::span<const sr_entry* const> entries) {
  const auto session = get_session(c, id);
  if (session.fence != fence) {
    throw Failure(SR_CONFLICT, "session " + quoted(id) + " belongs to fence " +
                                   std::to_string(session.fence) + ", not to " +
                                   std::to_string(fence) + "; claim it again");
  }
  if (session.seq != seq) {
    throw Failure(SR_CONFLICT, "the log of session " + quoted(id) + " ends at seq " +
                                   std::to_string(session.seq) + ", not at " + std::to_string(seq) +
                                   "; read it again");
  }
  if (entries.empty()) return;
  if (entries.size() > kLongestLog - seq) {
    throw Failure(SR_EXHAUSTED, "the log of session " + quoted(id) + " is full");
  }
  check_events(c, session, entries);

  auto last = seq;
  for (const auto* given : entries) {
    sr_entry entry = *given;
    entry.seq = ++last;
    insert_entry(c, session, entry);
  }
  // Only the last entry of each kind, so that a kind is written once a call.
  for (std::size_t i = entries.size(); i-- > 0;) {
    const auto kind = view(entries[i]->kind);
    const auto same = [&](const sr_entry* e) { return view(e->kind) == kind; };
    if (std::ranges::any_of(entries.subspan(i + 1), same)) continue;
    Query newest(c, "INSERT INTO main.sr_kinds (session, kind, seq) VALUES (?1, ?2, ?3) "
                    "ON CONFLICT (session, kind) DO UPDATE SET seq = excluded.seq");
    newest.bind(session.number).bind(kind).bind(static_cast<std::int64_t>(seq + i + 1));
    newest.step();
  }
  Query update(c, "UPDATE main.sr_sessions SET seq = ?2 WHERE number = ?1");
  update.bind(session.number).bind(static_cast<std::int64_t>(last));
  update.step();
}

void read(Connection& c, std::string_view id, std::uint64_t after,
          const std::function<bool(const sr_entry&)>& entry) {
  const auto session = find_session(c, id);
  if (!session || after >= session->seq) return;
  Query query(c, "SELECT id, at, kind, body, event_id, tokens, vocabulary, checksum "
                 "FROM main.sr_log WHERE id > ?1 AND id <= ?2 ORDER BY id");
  query.bind(entry_id(session->number, after)).bind(entry_id(session->number, kLongestLog));
  std::vector<std::int32_t> tokens;
  auto last = after;
  while (query.step()) {
    sr_entry e{.struct_size = sizeof(sr_entry),
               .seq = static_cast<std::uint64_t>(query.integer(0)) & kLongestLog,
               .at_ms = query.integer(1),
               .kind = str(query.text(2)),
               .body = str(query.text(3)),
               .event_id = str(query.text(4)),
               .vocabulary = str(query.text(6))};
    const auto bytes = query.blob(5);
    if (e.seq != last + 1) throw damaged(id, last + 1, "the entry is missing");
    if (checksum_of(id, e, bytes) != query.integer(7)) {
      throw damaged(id, e.seq, "the entry does not match its checksum");
    }
    if (!unpack(bytes, tokens)) throw damaged(id, e.seq, "its tokens cannot be read");
    e.tokens = tokens.data();
    e.token_count = tokens.size();
    last = e.seq;
    if (!entry(e)) return;
  }
  if (last != session->seq) {
    throw damaged(id, std::min(last, session->seq) + 1,
                  "the log ends at " + std::to_string(last) + " and the session's record says " +
                      std::to_string(session->seq));
  }
}

std::uint64_t last_of_kind(Connection& c, std::string_view id, std::string_view kind) {
  Query query(c, "SELECT k.seq FROM main.sr_kinds k "
                 "JOIN main.sr_sessions s ON s.number = k.session WHERE s.id = ?1 AND k.kind = ?2");
  query.bind(id).bind(kind);
  return query.step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

std::uint64_t event_seen(Connection& c, std::string_view id, std::string_view event_id) {
  const auto session = find_session(c, id);
  return session ? seen(c, session->number, event_id) : 0;
}

}  // namespace sr::sqlite
