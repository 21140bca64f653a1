// times.h - the functions that statements use for points in time (docs/sql.md), which PostgreSQL
// has and SQLite lacks: now, date_trunc, date_part, to_timestamp, timestamptz_pl_interval. They take and give what
// CURRENT_TIMESTAMP writes, "2024-02-29 09:30:00" in UTC, and read the other forms of ISO 8601 as
// well. NULL for what is no point in time; weeks begin on Monday.
#pragma once

#include <sqlite3.h>

#include <cstdint>

namespace sr::sqlite {

// `*now`: microseconds since 1970, read whenever a statement calls now(); it outlives the
// connection. Returns SQLite's code.
int add_time_functions(sqlite3*, const std::int64_t* now);

}  // namespace sr::sqlite
