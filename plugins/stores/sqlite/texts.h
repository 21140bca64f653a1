// texts.h - functions of texts that PostgreSQL has and SQLite 3.40 lacks, with what statements say
// of them (docs/sql.md): left, right, concat, concat_ws; and the collation "C", the order of bytes.
#pragma once

#include <sqlite3.h>

namespace sr::sqlite {

// Returns SQLite's code. Any thread, each connection on its own.
int add_text_functions(sqlite3*);

}  // namespace sr::sqlite
