#include "log.h"

#include <algorithm>
#include <set>

#include "common/token_bytes.h"
#include "values.h"

namespace sr::postgres {
namespace {

using stores::quoted;

constexpr const char* kReading = "reading the log";
constexpr const char* kAppending = "appending to the log";
constexpr const char* kSession = "looking for the session";
constexpr std::int64_t kEntriesAtOnce = 256;

std::uint64_t seq_of(const pqxx::result& rows) {
  return rows.empty() || rows[0][0].is_null() ? 0 : rows[0][0].as<std::uint64_t>();
}

// PostgreSQL has no NUL in a text, so nothing with one was ever stored.
bool storable(std::string_view text) { return text.find('\0') == std::string_view::npos; }

Session session_of(std::string_view id, const pqxx::row& row) {
  return {row[0].as<std::int64_t>(),
          std::string(id),
          row[1].c_str(),
          row[2].c_str(),
          row[3].c_str(),
          row[4].as<std::uint64_t>(),
          row[5].as<std::uint64_t>()};
}

Session locked_session(Connection& c, std::string_view id) {
  if (!storable(id)) throw stores::no_session(id);
  const auto rows = c.own(
      "SELECT number, owner, token_hash, epoch, fence, seq FROM @.sessions "
      "WHERE id = $1 FOR UPDATE",
      Parameters().add(id), kSession);
  if (rows.empty()) throw stores::no_session(id);
  return session_of(id, rows[0]);
}

std::uint64_t seen(Connection& c, std::int64_t session, std::string_view event_id) {
  if (!storable(event_id)) return 0;
  return seq_of(c.own("SELECT seq FROM @.log WHERE session = $1 AND event_id = $2",
                      Parameters().add(session).add(event_id), kReading));
}

void check_events(Connection& c, const Session& session, std::span<const sr_entry* const> entries) {
  std::set<std::string_view> fresh;
  for (const auto* entry : entries) {
    const auto id = view(entry->event_id);
    if (id.empty()) continue;
    const auto at = seen(c, session.number, id);
    if (at != 0 || !fresh.insert(id).second) throw stores::event_seen_before(session, id, at);
  }
}

void insert_entry(Connection& c, const Session& session, const sr_entry& entry) {
  const auto tokens = stores::pack_tokens(entry.tokens, entry.token_count);
  Parameters row;
  row.add(session.number).add(static_cast<std::int64_t>(entry.seq)).add(entry.at_ms);
  row.add(view(entry.kind)).add(view(entry.body));
  if (entry.event_id.len == 0)
    row.add_null();
  else
    row.add(view(entry.event_id));
  if (tokens.empty())
    row.add_null();
  else
    row.add_bytes(tokens);
  if (entry.vocabulary.len == 0)
    row.add_null();
  else
    row.add(view(entry.vocabulary));
  row.add(static_cast<std::int64_t>(stores::entry_checksum(session.id, entry, tokens)));
  c.own(
      "INSERT INTO @.log (session, seq, at, kind, body, event_id, tokens, vocabulary, checksum) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      row, kAppending);
}

}  // namespace

std::optional<Session> find_session(Connection& c, std::string_view id) {
  if (!storable(id)) return std::nullopt;
  const auto rows = c.own(
      "SELECT number, owner, token_hash, epoch, fence, seq FROM @.sessions "
      "WHERE id = $1",
      Parameters().add(id), kSession);
  if (rows.empty()) return std::nullopt;
  return session_of(id, rows[0]);
}

Session get_session(Connection& c, std::string_view id) {
  auto session = find_session(c, id);
  if (!session) throw stores::no_session(id);
  return *std::move(session);
}

void create_session(Connection& c, const sr_session& s) {
  stores::check_new_session(s);
  const auto made = c.own(
      "INSERT INTO @.sessions (id, owner, token_hash, epoch, fence, seq) "
      "VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (id) DO NOTHING",
      Parameters()
          .add(view(s.id))
          .add(view(s.user))
          .add(view(s.token_hash))
          .add(view(s.epoch))
          .add(static_cast<std::int64_t>(s.fence)),
      "making a session");
  if (made.affected_rows() == 0) throw stores::session_exists(view(s.id));
}

Session claim_session(Connection& c, std::string_view id) {
  auto session = locked_session(c, id);
  ++session.fence;
  c.own("UPDATE @.sessions SET fence = $2 WHERE number = $1",
        Parameters().add(session.number).add(static_cast<std::int64_t>(session.fence)),
        "claiming the session");
  return session;
}

void append(Connection& c, std::string_view id, std::uint64_t fence, std::uint64_t seq,
            std::span<const sr_entry* const> entries) {
  const auto session = locked_session(c, id);
  stores::check_append(session, fence, seq, entries.size());
  if (entries.empty()) return;
  check_events(c, session, entries);
  auto last = seq;
  for (const auto* given : entries) {
    sr_entry entry = *given;
    entry.seq = ++last;
    insert_entry(c, session, entry);
  }
  c.own("UPDATE @.sessions SET seq = $2 WHERE number = $1",
        Parameters().add(session.number).add(static_cast<std::int64_t>(last)), kAppending);
}

void read(Connection& c, std::string_view id, std::uint64_t after,
          const std::function<bool(const sr_entry&)>& entry) {
  const auto session = find_session(c, id);
  if (!session || after >= session->seq) return;
  stores::LogCheck check(id, after);
  for (auto last = after;;) {
    const auto rows = c.own(
        "SELECT seq, at, kind, body, event_id, tokens, vocabulary, checksum "
        "FROM @.log WHERE session = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        Parameters().add(session->number).add(static_cast<std::int64_t>(last)).add(kEntriesAtOnce),
        kReading);
    for (const auto& row : rows) {
      last = row[0].as<std::uint64_t>();
      sr_entry e{.struct_size = sizeof(sr_entry),
                 .seq = last,
                 .at_ms = row[1].as<std::int64_t>(),
                 .kind = str(text_of(row[2])),
                 .body = str(text_of(row[3])),
                 .event_id = str(text_of(row[4])),
                 .vocabulary = str(text_of(row[6]))};
      const auto tokens = row[5].is_null() ? std::string() : bytes_of(row[5]);
      check.take(e, tokens, row[7].as<std::int64_t>());
      if (!entry(e)) return;
    }
    if (static_cast<std::int64_t>(rows.size()) < kEntriesAtOnce) break;
  }
  check.end(session->seq);
}

std::uint64_t last_of_kind(Connection& c, std::string_view id, std::string_view kind) {
  const auto session = find_session(c, id);
  if (!session) return 0;
  return seq_of(c.own("SELECT max(seq) FROM @.log WHERE session = $1 AND kind = $2",
                      Parameters().add(session->number).add(kind), kReading));
}

std::uint64_t event_seen(Connection& c, std::string_view id, std::string_view event_id) {
  const auto session = find_session(c, id);
  return session ? seen(c, session->number, event_id) : 0;
}

std::vector<Session> sessions_before(Connection& c, std::int64_t ms, std::uint64_t most) {
  const auto rows = c.own(
      "SELECT s.number, s.owner, s.token_hash, s.epoch, s.fence, s.seq, s.id "
      "FROM @.sessions s JOIN @.log l ON l.session = s.number AND l.seq = s.seq "
      "WHERE l.at < $1 ORDER BY l.at LIMIT $2",
      Parameters().add(ms).add(static_cast<std::int64_t>(most)), "looking for old sessions");
  std::vector<Session> out;
  for (const auto& row : rows) out.push_back(session_of(row[6].c_str(), row));
  return out;
}

void delete_session(Connection& c, std::string_view id, std::uint64_t fence) {
  const auto session = locked_session(c, id);
  stores::check_fence(session, fence);
  for (const auto* statement :
       {"DELETE FROM @.log WHERE session = $1", "DELETE FROM @.snapshots WHERE session = $1",
        "DELETE FROM @.sessions WHERE number = $1"}) {
    c.own(statement, Parameters().add(session.number), "deleting a session");
  }
}

}  // namespace sr::postgres
