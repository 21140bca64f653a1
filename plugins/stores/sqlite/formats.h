// formats.h - to_char of numbers and of points in time, with the patterns of PostgreSQL that
// docs/sql.md lists. Any other pattern is an error.
#pragma once

#include <sqlite3.h>

namespace sr::sqlite {

// Returns SQLite's code. Any thread, each connection on its own.
int add_format_functions(sqlite3*);

}  // namespace sr::sqlite
