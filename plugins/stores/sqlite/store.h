// store.h - facts, sessions, logs and snapshots in one SQLite file.
//
// One connection writes, in the order in which transactions asked; a pool of others reads, each
// from one consistent state. Functions are for any thread, watch() for the control thread.
#pragma once

#include "checkpointer.h"
#include "dependencies.h"
#include "files.h"
#include "reader_pool.h"
#include "settings.h"
#include "state_runtime/store.hpp"
#include "watcher.h"
#include "writer_gate.h"

namespace sr::sqlite {

class SqliteStore final : public Store {
 public:
  using Interface = Store;
  static constexpr const char* kType = "sqlite";
  static constexpr const char* kSummary =
      "Facts, event log and snapshots in one SQLite file; nothing to install or run.";
  static constexpr const sr_option* const* kOptions = sqlite::kOptions;

  SqliteStore(Host, const Config&);

  void catalog(const std::function<void(const sr_column&)>& column) override;
  void run_script(std::string_view sql) override;
  std::unique_ptr<Transaction> begin(bool write) override;
  void watch(ChangedFn) override;
  void ready() override;
  void dependencies(const std::function<void(const sr_dependency&)>&) override;

 private:
  Settings settings_;
  WriterGate gate_;
  Connection writer_;
  int schema_;  // the format of the file; checked before anything else opens it
  ReaderPool readers_;
  Files files_;  // behind those who have opened them
  Checkpointer checkpointer_;
  Watcher watcher_;
  DependencyList dependencies_;
};

}  // namespace sr::sqlite
