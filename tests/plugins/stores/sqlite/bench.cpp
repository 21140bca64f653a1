#include "tests/plugins/stores/sqlite/bench.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace sr::test {

host::Result<host::LoadedStore> open_sqlite(const std::string& file, const Options& more) {
  Options options = {{"path", file}, {"lock_timeout", "200ms"}, {"watch_interval", "10ms"}};
  for (const auto& option : more) {
    std::erase_if(options, [&](const auto& o) { return o.first == option.first; });
    options.push_back(option);
  }
  return open_store(sr_plugin_v1_sqlite(), options);
}

Raw::Raw(const std::string& file) {
  EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
  sqlite3_busy_timeout(db_, 2000);
}

void Raw::run(const std::string& sql) {
  EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sql << ": " << sqlite3_errmsg(db_);
}

std::string Raw::text(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  std::string out;
  EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
  if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != nullptr) {
    out = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  }
  sqlite3_finalize(statement);
  return out;
}

Process::Process(const std::function<void(const Ready&)>& work) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  id_ = ::fork();
  if (id_ == 0) {
    ::close(ends[0]);
    work([&] { (void)!::write(ends[1], "x", 1); });
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  ::close(ends[0]);
}

void Process::kill() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = 0;
}

}  // namespace sr::test
