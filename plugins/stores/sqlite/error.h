// error.h - SQLite's result codes as the SDK's codes and sentences. Any thread.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "state_runtime/plugin.hpp"

namespace sr::sqlite {

// What a failed call on `db` means. `rc` is an extended result code; `doing` starts the sentence
// ("the commit", "opening the log").
Failure failure_of(sqlite3* db, int rc, std::string_view doing);

// Throws failure_of() unless rc is SQLITE_OK, SQLITE_ROW or SQLITE_DONE.
void check(sqlite3* db, int rc, std::string_view doing);

}  // namespace sr::sqlite
