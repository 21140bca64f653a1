// store.h - facts, sessions, logs and snapshots in a PostgreSQL database.
//
// Transactions run side by side on a pool of connections: those that read each see one state, those
// that write wait for each other only where they change the same rows or append to the same log.
// Functions are for any thread, watch() for the control thread.
#pragma once

#include "pool.h"
#include "rights.h"
#include "settings.h"
#include "state_runtime/store.hpp"
#include "watcher.h"

namespace sr::postgres {

class PostgresStore final : public Store {
 public:
  using Interface = Store;
  static constexpr const char* kType = "postgres";
  static constexpr const char* kSummary =
      "Facts, event log and snapshots in a PostgreSQL database, for many hosts at once.";
  static constexpr const sr_option* const* kOptions = postgres::kOptions;

  PostgresStore(Host, const Config&);
  ~PostgresStore() override;

  void catalog(const std::function<void(const sr_column&)>& column) override;
  void run_script(std::string_view sql) override;
  std::unique_ptr<Transaction> begin(bool write) override;
  void watch(ChangedFn) override;
  void examine(const sr_grants&, const std::function<void(std::string_view)>& found) override;
  void ready() override;
  void dependencies(const std::function<void(const sr_dependency&)>&) override;

 private:
  std::vector<std::string> prepare(Host);

  Settings settings_;
  const std::string host_id_;  // tells this instance's changes from those of others
  Watchdog watchdog_;
  Keeper keeper_;
  Rights rights_;
  Watcher watcher_;
  Pool pool_;
};

}  // namespace sr::postgres
