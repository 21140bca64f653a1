#include "bench/window/measured.h"

namespace sr::bench {

const char* const kMeasuredTable =
    "CREATE TABLE measured (id INTEGER PRIMARY KEY, title TEXT NOT NULL, indexed INTEGER NOT NULL, "
    "plain INTEGER NOT NULL, state TEXT NOT NULL);"
    "CREATE INDEX measured_indexed ON measured (indexed);";
const char* const kMeasuredQuery =
    "SELECT id, title, indexed, plain, state FROM measured ORDER BY id";

bool is_open(std::uint64_t id) { return id % 3 == 0; }

std::string measured_rows(int rows) {
  return "INSERT INTO measured (id, title, indexed, plain, state) "
         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(rows) +
         ") SELECT i, 'Item ' || i || ' of a long list', (i % 100003) * 7 + i % 7, "
         "(i % 99991) * 11, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'done' END FROM n;";
}

}  // namespace sr::bench
