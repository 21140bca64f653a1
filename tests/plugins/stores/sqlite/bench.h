// tests/plugins/stores/sqlite/bench.h - a SQLite store under test, and the same file by hand.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <string>

#include "tests/plugins/stores/store_bench.h"

extern "C" const sr_plugin* sr_plugin_v1_sqlite() noexcept;

namespace sr::test {

// Opens the store on a file with short times, and with what `more` adds.
host::Result<host::LoadedStore> open_sqlite(const std::string& file, const Options& more = {});

// A plain connection to the file, with none of the store's care.
class Raw {
 public:
  explicit Raw(const std::string& file);
  ~Raw() { sqlite3_close(db_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  void run(const std::string& sql);  // fails the test if it fails
  std::string text(const std::string& sql);  // the first value

 private:
  sqlite3* db_ = nullptr;
};

// Runs `work` in a process of its own and returns once it has called the function it is given.
// The process then stays until this object goes, and dies by SIGKILL.
class Process {
 public:
  using Ready = std::function<void()>;
  explicit Process(const std::function<void(const Ready&)>& work);
  ~Process() { kill(); }
  void kill();

 private:
  int id_ = 0;
};

}  // namespace sr::test
