// texts.h - functions of texts that PostgreSQL has and SQLite 3.40 lacks, with what statements say
// of them (docs/sql.md): left, right, concat, concat_ws; and the collation "C", the order of bytes.
#pragma once

#include <sqlite3.h>

#include <string_view>

namespace sr::sqlite {

// Returns SQLite's code. Any thread, each connection on its own.
int add_text_functions(sqlite3*);

// What a function was given as a text; empty for NULL. Borrowed while the function runs.
std::string_view text_of(sqlite3_value*);

}  // namespace sr::sqlite
