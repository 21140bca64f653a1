// transaction.h - one transaction on one connection of the pool. Used by one thread from begin to
// end; gives the connection back when it goes.
#pragma once

#include <set>
#include <string>

#include "common/transaction_state.h"
#include "pool.h"
#include "rights.h"
#include "state_runtime/store.hpp"
#include "watcher.h"

namespace sr::postgres {

class PostgresTransaction final : public Transaction {
 public:
  // Throws Failure(SR_UNAVAILABLE).
  PostgresTransaction(const Settings&, Pool&, Rights&, Watcher&, bool write);
  ~PostgresTransaction() override;

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
  void end();

  const Settings& settings_;
  Pool& pool_;
  Rights& rights_;
  Watcher& watcher_;
  stores::TransactionState state_;
  std::unique_ptr<Connection> connection_;
  std::set<std::string> changed_;  // tables, to be told of after the commit
  bool open_ = true;
};

}  // namespace sr::postgres
