// transaction.h - one transaction on one connection: the writer's, or one of the readers'. Used
// by one thread from begin to end; gives the connection back when it goes.
#pragma once

#include "common/transaction_state.h"
#include "connection.h"
#include "files.h"
#include "log.h"
#include "reader_pool.h"
#include "state_runtime/store.hpp"
#include "writer_gate.h"

namespace sr::sqlite {

class SqliteTransaction final : public Transaction {
 public:
  // Both throw Failure(SR_UNAVAILABLE) when somebody else had the database for too long, or when
  // its file is not there any more.
  static std::unique_ptr<SqliteTransaction> begin_write(const Settings&, Connection& writer,
                                                        WriterGate&, Files&);
  static std::unique_ptr<SqliteTransaction> begin_read(const Settings&, ReaderPool&, Files&);
  ~SqliteTransaction() override;

  std::uint64_t execute(const sr_statement&, const sr_rows*) override;
  void commit() override;
  void session_create(const sr_session&) override;
  void session_claim(std::string_view id, sr_session& out) override;
  void session_get(std::string_view id, sr_session& out) override;
  void log_append(std::string_view session, std::uint64_t fence, std::uint64_t seq,
                  std::span<const sr_entry* const> entries) override;
  void log_read(std::string_view session, std::uint64_t after,
                const std::function<bool(const sr_entry&)>& entry) override;
  std::uint64_t log_last(std::string_view session, std::string_view kind) override;
  std::uint64_t event_seen(std::string_view session, std::string_view event_id) override;
  void snapshot_put(std::string_view session, std::string_view fingerprint, std::uint64_t seq,
                    sr_bytes data) override;
  std::uint64_t snapshot_get(std::string_view session, std::string_view fingerprint,
                             const std::function<void(sr_bytes)>& data) override;
  void sessions_before(std::int64_t ms, std::uint64_t most,
                       const std::function<bool(const sr_session&)>& session) override;
  void session_delete(std::string_view id, std::uint64_t fence) override;

  Connection& connection() { return *connection_; }

 private:
  SqliteTransaction(const Settings& settings, Files& files, bool writes)
      : settings_(settings), files_(files), state_(writes) {}

  const Settings& settings_;
  Files& files_;
  stores::TransactionState state_;
  Connection* connection_ = nullptr;
  WriterGate* gate_ = nullptr;          // of a writer
  ReaderPool* pool_ = nullptr;          // of a reader
  std::unique_ptr<Connection> reader_;
  bool open_ = false;
};

}  // namespace sr::sqlite
