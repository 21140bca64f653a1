#include "transaction.h"

#include "common/statement_rules.h"
#include "execute.h"
#include "log.h"
#include "snapshots.h"

namespace sr::postgres {
namespace {

// The second statement of a reader fixes the state that all others see: BEGIN alone does not.
// A writer's statements each see what is committed, and wait for whoever changes the same rows.
constexpr const char* kBeginWrite =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SHOW transaction_read_only";
constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";

}  // namespace

PostgresTransaction::PostgresTransaction(const Settings& settings, Pool& pool, Rights& rights,
                                         Watcher& watcher, bool write)
    : settings_(settings),
      pool_(pool),
      rights_(rights),
      watcher_(watcher),
      state_(write) {
  pqxx::result answer;
  connection_ = pool.take(write ? kBeginWrite : kBeginRead, answer);
  connection_->clear_aborted();
  if (!write || std::string_view(answer[0][0].c_str()) == "off") return;
  end();
  throw Failure(SR_UNAVAILABLE, "the database is read-only (a standby server, or "
                                "default_transaction_read_only is on); connect to the primary");
}

PostgresTransaction::~PostgresTransaction() { end(); }

void PostgresTransaction::end() {
  if (open_ && !connection_->lost()) {
    try {
      connection_->run("ROLLBACK", "the rollback");
    } catch (const Failure&) {
      connection_.reset();  // the server rolls back what a lost connection leaves
    }
  }
  pool_.give_back(std::move(connection_));
}

std::uint64_t PostgresTransaction::execute(const sr_statement& statement, const sr_rows* rows) {
  const auto done = state_.statement(stores::only_reads(statement), [&] {
    return postgres::execute(*connection_, rights_, settings_, statement, rows, state_.writes());
  });
  if (done.changed != 0) changed_.insert(done.statement.target);
  return done.changed;
}

void PostgresTransaction::commit() {
  state_.require_usable();
  if (connection_->aborted()) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "an earlier call of this transaction failed; it can only be rolled back");
  }
  try {
    connection_->run("COMMIT", kCommit);
  } catch (const Lost& e) {
    throw Failure(SR_UNAVAILABLE, std::string(e.what()) +
                                      "; whether it was done is known when the log is read again");
  }
  open_ = false;
  for (const auto& table : changed_) watcher_.tell(table);
}

void PostgresTransaction::session_create(const sr_session& session) {
  state_.require_writer();
  state_.step([&] { create_session(*connection_, session); });
}

void PostgresTransaction::session_claim(std::string_view id, sr_session& out) {
  state_.require_writer();
  state_.describe(state_.step([&] { return claim_session(*connection_, id); }), out);
}

void PostgresTransaction::session_get(std::string_view id, sr_session& out) {
  state_.require_usable();
  state_.describe(state_.step([&] { return get_session(*connection_, id); }), out);
}

void PostgresTransaction::log_append(std::string_view session, std::uint64_t fence,
                                     std::uint64_t seq,
                                     std::span<const sr_entry* const> entries) {
  state_.require_writer();
  state_.step([&] { append(*connection_, session, fence, seq, entries); });
}

void PostgresTransaction::log_read(std::string_view session, std::uint64_t after,
                                   const std::function<bool(const sr_entry&)>& entry) {
  state_.require_usable();
  state_.step([&] { read(*connection_, session, after, entry); });
}

std::uint64_t PostgresTransaction::log_last(std::string_view session, std::string_view kind) {
  state_.require_usable();
  return state_.step([&] { return last_of_kind(*connection_, session, kind); });
}

std::uint64_t PostgresTransaction::event_seen(std::string_view session,
                                              std::string_view event_id) {
  state_.require_usable();
  return state_.step([&] { return postgres::event_seen(*connection_, session, event_id); });
}

void PostgresTransaction::snapshot_put(std::string_view session, std::string_view fingerprint,
                                       std::uint64_t seq, sr_bytes data) {
  state_.require_writer();
  const std::string_view bytes(reinterpret_cast<const char*>(data.ptr), data.len);
  state_.step([&] { put_snapshot(*connection_, session, fingerprint, seq, bytes); });
}

std::uint64_t PostgresTransaction::snapshot_get(std::string_view session,
                                                std::string_view fingerprint,
                                                const std::function<void(sr_bytes)>& data) {
  state_.require_usable();
  return state_.step([&] { return get_snapshot(*connection_, session, fingerprint, data); });
}

void PostgresTransaction::sessions_before(std::int64_t ms, std::uint64_t most,
                                          const std::function<bool(const sr_session&)>& session) {
  state_.require_usable();
  for (auto& old : state_.step([&] { return postgres::sessions_before(*connection_, ms, most); })) {
    sr_session out{};
    state_.describe(std::move(old), out);
    if (!session(out)) return;
  }
}

void PostgresTransaction::session_delete(std::string_view id, std::uint64_t fence) {
  state_.require_writer();
  state_.step([&] { delete_session(*connection_, id, fence); });
}

}  // namespace sr::postgres
