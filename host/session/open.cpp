#include "host/session/open.h"

#include "host/base/clock.h"
#include "host/base/ids.h"
#include "host/session/fold.h"
#include "host/session/manifest.h"
#include "host/session/window.h"

namespace sr::host {
namespace {

Error unknown_session() {
  return {SR_NOT_FOUND, "session", "there is no such session, or the token is not its token", {}};
}

// A rebase says where to begin.
bool model_reads(const std::string& kind) {
  return kind != "paint" && kind != "checkpoint" && kind != "rows" &&
         kind != "proposal";
}

Session new_session(std::string user, const std::string& token) {
  Session session;
  session.id = random_id(16);
  session.user = std::move(user);
  session.epoch = random_id(8);
  session.token_hash = sha256(token);
  session.fence = 1;
  session.seq = 1;
  session.screen.view = empty_view();
  return session;
}

Status remember(History& history, const LogEntry& entry) {
  auto change = read_kept_change(entry.body);
  if (!change) return change.error();
  history.take(entry.seq, entry.body.size(), *change);
  return {};
}

Status add_session(TransactionRef& transaction, const Session& session, LogEntry preamble) {
  const SessionRecord record{session.id,    session.user, session.token_hash,
                             session.epoch, session.fence, 0};
  if (auto made = transaction.session_create(record); !made) return made;
  preamble.kind = "app";
  preamble.at_ms = now_ms();
  return transaction.log_append(session.id, session.fence, 0, {&preamble, 1});
}

}  // namespace

Status try_to_keep(LoadedStore& store) {
  const Session session = new_session({}, random_id(8));
  auto transaction = store.begin(true);
  if (!transaction) return std::move(transaction).error();
  return add_session(*transaction, session, LogEntry());
}

Result<Session> create_session(LoadedStore& store, std::string user, std::string token,
                               LogEntry preamble) {
  Session session = new_session(std::move(user), token);

  auto transaction = store.begin(true);
  if (!transaction) return std::move(transaction).error();
  if (auto added = add_session(*transaction, session, std::move(preamble)); !added) {
    return added.error();
  }
  if (auto done = transaction->commit(); !done) return done.error();
  return session;
}

Result<Restored> restore_session(LoadedStore& store, const App& app, const sql::Guard& guard,
                                 const std::string& id, const std::string& token) {
  auto transaction = store.begin(true);
  if (!transaction) return std::move(transaction).error();
  auto known = transaction->session_get(id);
  if (!known) return known.error().code == SR_NOT_FOUND ? unknown_session() : known.error();
  if (!same_secret(known->token_hash, sha256(token))) return unknown_session();
  auto record = transaction->session_claim(id);
  if (!record) return std::move(record).error();

  Restored restored;
  auto checkpoint = transaction->log_last(id, "checkpoint");
  if (!checkpoint) return std::move(checkpoint).error();
  Folded folded = empty_fold();
  LogEntry proposal;  // the last one
  Status status;
  auto read = transaction->log_read(id, 0, [&](LogEntry entry) {
    if (entry.seq >= *checkpoint) status = fold(folded, entry);
    if (entry.kind == "proposal") proposal = entry;
    if (status && entry.kind == "rows") status = remember(restored.session.history, entry);
    if (model_reads(entry.kind)) restored.entries.push_back(std::move(entry));
    return status.ok();
  });
  if (!read) return read.error();
  if (!status) return status.error();
  if (auto done = transaction->commit(); !done) return done.error();

  Session& session = restored.session;
  session.id = record->id;
  session.user = record->user;
  session.epoch = record->epoch;
  session.token_hash = record->token_hash;
  session.fence = record->fence;
  session.seq = folded.seq;
  session.painted = folded.painted;
  session.screen.view = std::move(folded.view);
  session.screen.manifest = std::move(folded.manifest);
  if (const auto seq = shown_proposal(session.screen.view); seq != 0 && seq == proposal.seq) {
    auto read_back = read_proposal(seq, proposal.body);
    if (!read_back) return std::move(read_back).error();
    session.screen.proposal = std::move(*read_back);
  }
  if (!session.screen.manifest.is_null()) {
    // A query that the policy no longer allows is not run again; its rows stay as they were.
    auto planned = plan_bindings(app, guard, session.screen.manifest);
    if (auto* bindings = std::get_if<std::vector<Binding>>(&planned)) {
      session.screen.bindings = std::move(*bindings);
      keep_windows(session.screen.view, app.policy, session.screen.bindings);
    }
  }
  return restored;
}

Result<std::vector<LogEntry>> paints_after(LoadedStore& store, const std::string& session,
                                           std::uint64_t after, std::size_t limit) {
  auto transaction = store.begin(false);
  if (!transaction) return std::move(transaction).error();
  std::vector<LogEntry> paints;
  bool more = false;
  auto read = transaction->log_read(session, after, [&](LogEntry entry) {
    if (entry.kind != "paint") return true;
    more = paints.size() == limit;
    if (!more) paints.push_back(std::move(entry));
    return !more;
  });
  if (!read) return read.error();
  if (more) return Error{SR_EXHAUSTED, "session", "too many patches to send again", {}};
  return paints;
}

Result<std::vector<LogEntry>> entries_after(LoadedStore& store, const std::string& session,
                                            std::uint64_t after) {
  auto transaction = store.begin(false);
  if (!transaction) return std::move(transaction).error();
  std::vector<LogEntry> entries;
  auto read = transaction->log_read(session, after, [&](LogEntry entry) {
    if (model_reads(entry.kind)) entries.push_back(std::move(entry));
    return true;
  });
  if (!read) return read.error();
  return entries;
}

Result<std::vector<SessionRecord>> old_sessions(LoadedStore& store, std::int64_t before_ms,
                                                std::size_t most) {
  auto transaction = store.begin(false);
  if (!transaction) return std::move(transaction).error();
  return transaction->sessions_before(before_ms, most);
}

Status delete_session(LoadedStore& store, const SessionRecord& session) {
  auto transaction = store.begin(true);
  if (!transaction) return std::move(transaction).error();
  if (auto gone = transaction->session_delete(session.id, session.fence); !gone) return gone;
  return transaction->commit();
}

}  // namespace sr::host
