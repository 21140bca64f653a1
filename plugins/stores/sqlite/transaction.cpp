#include "transaction.h"

#include <algorithm>

#include "common/statement_rules.h"
#include "error.h"
#include "execute.h"
#include "snapshots.h"
#include "statement.h"

namespace sr::sqlite {
namespace {

const std::string kLockedOutside = "the database is locked by another process; waited ";

}  // namespace

std::unique_ptr<SqliteTransaction> SqliteTransaction::begin_write(const Settings& settings,
                                                                  Connection& writer,
                                                                  WriterGate& gate, Files& files) {
  files.check();
  const auto give_up = Clock::now() + settings.lock_timeout;
  std::unique_ptr<SqliteTransaction> made(new SqliteTransaction(settings, files, /*writes=*/true));
  if (!gate.enter(settings.lock_timeout)) {
    throw Failure(SR_UNAVAILABLE,
                  (gate.holder_waits() ? kLockedOutside
                                       : "the database is being written by another transaction of "
                                         "this process; waited ") +
                      stores::spoken(settings.lock_timeout));
  }
  made->gate_ = &gate;
  made->connection_ = &writer;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - Clock::now());
  writer.set_busy_timeout(std::max(left, std::chrono::milliseconds(0)));
  try {
    const WriterGate::Waiting waiting(gate);
    Query(writer, "BEGIN IMMEDIATE").step();
  } catch (const Failure& e) {
    if ((sqlite3_errcode(writer.handle()) & 0xff) != SQLITE_BUSY) throw;
    throw Failure(SR_UNAVAILABLE, kLockedOutside + stores::spoken(settings.lock_timeout));
  }
  made->open_ = true;
  made->connection_->set_now();
  return made;
}

std::unique_ptr<SqliteTransaction> SqliteTransaction::begin_read(const Settings& settings,
                                                                 ReaderPool& pool, Files& files) {
  files.check();
  std::unique_ptr<SqliteTransaction> made(new SqliteTransaction(settings, files, /*writes=*/false));
  made->reader_ = pool.take();
  made->pool_ = &pool;
  made->connection_ = made->reader_.get();
  Query(*made->connection_, "BEGIN").step();
  made->open_ = true;
  made->connection_->set_now();
  // BEGIN alone fixes nothing: the first read chooses the state that all others see.
  Query(*made->connection_, "SELECT value FROM main.sr_meta WHERE name = 'format'").step();
  return made;
}

SqliteTransaction::~SqliteTransaction() {
  if (open_ && sqlite3_get_autocommit(connection_->handle()) == 0) {
    sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (gate_ != nullptr) gate_->leave();
  if (pool_ != nullptr) pool_->give_back(std::move(reader_));
}

std::uint64_t SqliteTransaction::execute(const sr_statement& statement, const sr_rows* rows) {
  return state_.statement(stores::only_reads(statement), [&] {
    return sqlite::execute(*connection_, statement, rows, state_.writes(),
                           settings_.statement_timeout);
  });
}

void SqliteTransaction::commit() {
  state_.require_usable();
  // When a rule that is looked at only now is broken, the transaction stays open, and is rolled
  // back with this object.
  Query(*connection_, "COMMIT").step();
  open_ = false;
  if (state_.writes()) files_.check();
}

void SqliteTransaction::session_create(const sr_session& session) {
  state_.require_writer();
  state_.step([&] { create_session(*connection_, session); });
}

void SqliteTransaction::session_claim(std::string_view id, sr_session& out) {
  state_.require_writer();
  state_.describe(state_.step([&] { return claim_session(*connection_, id); }), out);
}

void SqliteTransaction::session_get(std::string_view id, sr_session& out) {
  state_.require_usable();
  state_.describe(state_.step([&] { return get_session(*connection_, id); }), out);
}

void SqliteTransaction::log_append(std::string_view session, std::uint64_t fence,
                                   std::uint64_t seq, std::span<const sr_entry* const> entries) {
  state_.require_writer();
  state_.step([&] { append(*connection_, session, fence, seq, entries); });
}

void SqliteTransaction::log_read(std::string_view session, std::uint64_t after,
                                 const std::function<bool(const sr_entry&)>& entry) {
  state_.require_usable();
  state_.step([&] { read(*connection_, session, after, entry); });
}

std::uint64_t SqliteTransaction::log_last(std::string_view session, std::string_view kind) {
  state_.require_usable();
  return state_.step([&] { return last_of_kind(*connection_, session, kind); });
}

std::uint64_t SqliteTransaction::event_seen(std::string_view session, std::string_view event_id) {
  state_.require_usable();
  return state_.step([&] { return sqlite::event_seen(*connection_, session, event_id); });
}

void SqliteTransaction::snapshot_put(std::string_view session, std::string_view fingerprint,
                                     std::uint64_t seq, sr_bytes data) {
  state_.require_writer();
  const std::string_view bytes(reinterpret_cast<const char*>(data.ptr), data.len);
  state_.step([&] { put_snapshot(*connection_, session, fingerprint, seq, bytes); });
}

std::uint64_t SqliteTransaction::snapshot_get(std::string_view session,
                                              std::string_view fingerprint,
                                              const std::function<void(sr_bytes)>& data) {
  state_.require_usable();
  return state_.step([&] { return get_snapshot(*connection_, session, fingerprint, data); });
}

void SqliteTransaction::sessions_before(std::int64_t ms, std::uint64_t most,
                                        const std::function<bool(const sr_session&)>& session) {
  state_.require_usable();
  for (auto& old : state_.step([&] { return sqlite::sessions_before(*connection_, ms, most); })) {
    sr_session out{};
    state_.describe(std::move(old), out);
    if (!session(out)) return;
  }
}

void SqliteTransaction::session_delete(std::string_view id, std::uint64_t fence) {
  state_.require_writer();
  state_.step([&] { delete_session(*connection_, id, fence); });
}

}  // namespace sr::sqlite
