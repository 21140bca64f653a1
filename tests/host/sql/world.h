// tests/host/sql/world.h - the tables, the policy and the case files that the guard's tests share.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "host/sql/guard.h"

namespace sr::host::sql::testing {

std::filesystem::path cases();

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, Close>;

// tests/cases/sql/schema.sql in memory, with double-quoted strings off.
Database open_world();
std::vector<Column> catalog_of(sqlite3*);
Policy world_policy();
Guard world_guard();

// One case of a file; docs/sql.md explains the format.
struct Case {
  int line = 0;
  bool action = false;
  std::string rule;       // of refused.sql
  std::string statement;  // escapes resolved
  std::string expected;   // what follows "-->", when given
};
std::vector<Case> read_cases(const std::filesystem::path&);

// Runs the plan with an authorizer that allows what its grants and functions say and nothing
// else. Returns SQLite's message, or "". `unused` receives grants and functions never asked for.
std::string run_on_sqlite(sqlite3*, const Plan&, std::vector<std::string>* unused,
                          std::vector<std::string>* columns = nullptr);

}  // namespace sr::host::sql::testing
