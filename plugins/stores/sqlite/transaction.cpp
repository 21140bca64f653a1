#include "transaction.h"

#include <algorithm>

#include "error.h"
#include "execute.h"
#include "snapshots.h"
#include "statement.h"

namespace sr::sqlite {

std::unique_ptr<SqliteTransaction> SqliteTransaction::begin_write(const Settings& settings,
                                                                  Connection& writer,
                                                                  WriterGate& gate) {
  const auto give_up = Clock::now() + settings.lock_timeout;
  std::unique_ptr<SqliteTransaction> made(new SqliteTransaction(settings));
  if (!gate.enter(settings.lock_timeout)) {
    throw Failure(SR_UNAVAILABLE, "the database is being written by another transaction of this "
                                  "process; waited " + spoken(settings.lock_timeout));
  }
  made->gate_ = &gate;
  made->connection_ = &writer;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - Clock::now());
  writer.set_busy_timeout(std::max(left, std::chrono::milliseconds(0)));
  try {
    Query(writer, "BEGIN IMMEDIATE").step();
  } catch (const Failure& e) {
    if ((sqlite3_errcode(writer.handle()) & 0xff) != SQLITE_BUSY) throw;
    throw Failure(SR_UNAVAILABLE, "the database is locked by another process; waited " +
                                      spoken(settings.lock_timeout));
  }
  made->open_ = true;
  return made;
}

std::unique_ptr<SqliteTransaction> SqliteTransaction::begin_read(const Settings& settings,
                                                                 ReaderPool& pool) {
  std::unique_ptr<SqliteTransaction> made(new SqliteTransaction(settings));
  made->reader_ = pool.take();
  made->pool_ = &pool;
  made->connection_ = made->reader_.get();
  Query(*made->connection_, "BEGIN").step();
  made->open_ = true;
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

void SqliteTransaction::require_usable() const {
  if (failed_) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "an earlier call of this transaction failed; it can only be rolled back");
  }
}

void SqliteTransaction::require_writer() const {
  require_usable();
  if (gate_ == nullptr) {
    throw Failure(SR_INVALID_ARGUMENT, "this transaction only reads; begin one that writes");
  }
}

template <class Fn>
auto SqliteTransaction::step(Fn&& fn) {
  try {
    return std::forward<Fn>(fn)();
  } catch (const Failure& e) {
    failed_ = e.code() != SR_NOT_FOUND && e.code() != SR_CONFLICT;  // those come before any write
    throw;
  } catch (...) {
    failed_ = true;
    throw;
  }
}

std::uint64_t SqliteTransaction::execute(const sr_statement& statement, const sr_rows* rows) {
  require_usable();
  failed_ = true;  // until it has succeeded
  const auto changed = sqlite::execute(*connection_, statement, rows, gate_ != nullptr,
                                       settings_.statement_timeout);
  failed_ = false;
  return changed;
}

void SqliteTransaction::commit() {
  require_usable();
  Query(*connection_, "COMMIT").step();
  open_ = false;
}

void SqliteTransaction::describe(const Session& session, sr_session& out) {
  const auto& kept = described_.emplace_back(session);
  out = {.struct_size = sizeof(sr_session),
         .id = str(kept.id),
         .user = str(kept.user),
         .token_hash = str(kept.token_hash),
         .epoch = str(kept.epoch),
         .fence = kept.fence,
         .seq = kept.seq};
}

void SqliteTransaction::session_create(const sr_session& session) {
  require_writer();
  step([&] { create_session(*connection_, session); });
}

void SqliteTransaction::session_claim(std::string_view id, sr_session& out) {
  require_writer();
  describe(step([&] { return claim_session(*connection_, id); }), out);
}

void SqliteTransaction::session_get(std::string_view id, sr_session& out) {
  require_usable();
  describe(step([&] { return get_session(*connection_, id); }), out);
}

void SqliteTransaction::log_append(std::string_view session, std::uint64_t fence,
                                   std::uint64_t seq, std::span<const sr_entry* const> entries) {
  require_writer();
  step([&] { append(*connection_, session, fence, seq, entries); });
}

void SqliteTransaction::log_read(std::string_view session, std::uint64_t after,
                                 const std::function<bool(const sr_entry&)>& entry) {
  require_usable();
  step([&] { read(*connection_, session, after, entry); });
}

std::uint64_t SqliteTransaction::log_last(std::string_view session, std::string_view kind) {
  require_usable();
  return step([&] { return last_of_kind(*connection_, session, kind); });
}

std::uint64_t SqliteTransaction::event_seen(std::string_view session, std::string_view event_id) {
  require_usable();
  return step([&] { return sqlite::event_seen(*connection_, session, event_id); });
}

void SqliteTransaction::snapshot_put(std::string_view session, std::string_view fingerprint,
                                     std::uint64_t seq, sr_bytes data) {
  require_writer();
  const std::string_view bytes(reinterpret_cast<const char*>(data.ptr), data.len);
  step([&] { put_snapshot(*connection_, session, fingerprint, seq, bytes); });
}

std::uint64_t SqliteTransaction::snapshot_get(std::string_view session,
                                              std::string_view fingerprint,
                                              const std::function<void(sr_bytes)>& data) {
  require_usable();
  return step([&] { return get_snapshot(*connection_, session, fingerprint, data); });
}

}  // namespace sr::sqlite
