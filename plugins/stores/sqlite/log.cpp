#include "log.h"

#include <algorithm>
#include <set>

#include "common/token_bytes.h"
#include "statement.h"

namespace sr::sqlite {
namespace {

using stores::kLongestLog;

std::int64_t entry_id(std::int64_t session, std::uint64_t seq) {
  return (session << 32) | static_cast<std::int64_t>(seq);
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
      throw stores::event_seen_before(session, id, at);
    }
  }
}

// Of a row of number, user, token_hash, epoch, fence and seq.
Session session_of(Query& query, std::string_view id) {
  return {query.integer(0),
          std::string(id),
          std::string(query.text(1)),
          std::string(query.text(2)),
          std::string(query.text(3)),
          static_cast<std::uint64_t>(query.integer(4)),
          static_cast<std::uint64_t>(query.integer(5))};
}

void insert_entry(Connection& c, const Session& session, const sr_entry& entry) {
  const auto tokens = stores::pack_tokens(entry.tokens, entry.token_count);
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
  insert.bind(static_cast<std::int64_t>(stores::entry_checksum(session.id, entry, tokens)));
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
  return session_of(query, id);
}

Session get_session(Connection& c, std::string_view id) {
  auto session = find_session(c, id);
  if (!session) throw stores::no_session(id);
  return *std::move(session);
}

void create_session(Connection& c, const sr_session& s) {
  stores::check_new_session(s);
  if (find_session(c, view(s.id))) throw stores::session_exists(view(s.id));
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
  stores::check_append(session, fence, seq, entries.size());
  if (entries.empty()) return;
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
  stores::LogCheck check(id, after);
  while (query.step()) {
    sr_entry e{.struct_size = sizeof(sr_entry),
               .seq = static_cast<std::uint64_t>(query.integer(0)) & kLongestLog,
               .at_ms = query.integer(1),
               .kind = str(query.text(2)),
               .body = str(query.text(3)),
               .event_id = str(query.text(4)),
               .vocabulary = str(query.text(6))};
    check.take(e, query.blob(5), query.integer(7));
    if (!entry(e)) return;
  }
  check.end(session->seq);
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

std::vector<Session> sessions_before(Connection& c, std::int64_t ms, std::uint64_t most) {
  Query query(c,
              "SELECT s.number, s.user, s.token_hash, s.epoch, s.fence, s.seq, s.id "
              "FROM main.sr_sessions s JOIN main.sr_log l ON l.id = (s.number << 32) | s.seq "
              "WHERE l.at < ?1 ORDER BY l.at LIMIT ?2");
  query.bind(ms).bind(static_cast<std::int64_t>(most));
  std::vector<Session> out;
  while (query.step()) out.push_back(session_of(query, query.text(6)));
  return out;
}

void delete_session(Connection& c, std::string_view id, std::uint64_t fence) {
  const auto session = get_session(c, id);
  stores::check_fence(session, fence);
  for (const auto* statement :
       {"DELETE FROM main.sr_log WHERE id BETWEEN ?1 << 32 AND (?1 << 32) | 4294967295",
        "DELETE FROM main.sr_events WHERE session = ?1",
        "DELETE FROM main.sr_kinds WHERE session = ?1",
        "DELETE FROM main.sr_snapshots WHERE session = ?1",
        "DELETE FROM main.sr_sessions WHERE number = ?1"}) {
    Query(c, statement).bind(session.number).step();
  }
}

}  // namespace sr::sqlite
