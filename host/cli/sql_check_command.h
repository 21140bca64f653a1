// host/cli/sql_check_command.h - `state-runtime sql check APP`: the guard of an app, without a
// deployment. The app's schema is run in a database that goes away again.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct SqlCheckArgs {
  std::string app;  // its folder
  std::string as;   // "action", "binding", or empty: whatever the statement is
  std::vector<std::string> statements;
};

void add_sql_check(CLI::App& command, SqlCheckArgs& args);
// 0 when all are allowed, 1 when one is not, kExitConfig when the app is wrong.
int sql_check_command(const SqlCheckArgs& args, std::istream& in, std::ostream& out,
                      std::ostream& err);

}  // namespace sr::host
