// Affinities and odd declared types, and what becomes of values in them (docs/stores/sqlite.md).
#include <sqlite3.h>

#include "host/sql/guard.h"
#include "host/sql/number.h"
#include "tests/plugins/stores/sqlite/bench.h"
#include "tests/plugins/stores/types.h"

namespace sr::test {
namespace {

const std::vector<TypeCase> kTypes = {
    {"INTEGER", "9223372036854775807", "9223372036854775807", "-9223372036854775807",
     "-9223372036854775807"},
    {"INTEGER", "1.5", "real 1.5", "2.5", "refused: takes values of type integer"},
    {"INTEGER", "'x'", "'x'", "'7'", "7"},
    {"INTEGER", "9223372036854775807", "9223372036854775807", "v + 1", "refused: 64 bits"},
    {"INTEGER", "1", "1", "v * 2 + 1", "3"},
    {"UNSIGNED BIG INT", "18446744073709551615", "real 18446744073709551616",
     "18446744073709551615", "refused: 64 bits"},
    {"SMALLINT", "70000", "70000", "70000", "70000"},
    {"INT STRICT", "1", "1", "2", "2"},
    {"REAL", "1e-7", "real 1e-07", "5e-324", "real 5e-324"},
    {"DOUBLE PRECISION", "9e999", "real inf", "-2.2606631148481385e-299",
     "real -2.2606631148481385e-299"},
    {"FLOAT", "1", "real 1", "1e999", "refused: too large or too small"},
    {"REAL STRICT", "-0.0", "real 0", "1e22", "real 1e+22"},
    {"DECIMAL(10,2)", "0.1", "real 0.1", "v + 0.1 + 0.1", "real 0.3"},
    {"DECIMAL(10,2)", "10.00", "10", "12345678.90", "real 12345678.9"},
    {"DECIMAL(10,2)", "1", "1", "0.125", "refused: 2 behind it, not 0.125"},
    {"DECIMAL(10,2)", "2.3", "real 2.3", "v * 1.15", "real 2.65"},
    {"NUMERIC(5)", "1", "1", "123456", "refused: takes 5 digits before the point"},
    {"NUMERIC", "1.5", "real 1.5", "1e3", "1000"},
    {"BOOLEAN", "1", "true", "FALSE", "false"},
    {"BOOLEAN", "'true'", "'true'", "'true'", "refused: a condition is compared"},
    {"TEXT", "'007'", "'007'", "'00\\7'", "'00\\7'"},
    {"TEXT", "5", "'5'", "6", "'6'"},
    {"VARCHAR(2)", "'longer'", "'longer'", "'longer still'", "'longer still'"},
    {"CLOB", "''", "''", "'it''s'", "'it's'"},
    {"TEXT STRICT", "'x'", "'x'", "'7'", "'7'"},
    {"DATE", "'2024-02-29'", "'2024-02-29'", "'2024-03-01'", "'2024-03-01'"},
    {"DATE", "2460370.5", "real 2460370.5", "'2023-02-29'", "refused: is no day"},
    {"DATETIME", "1709164800", "1709164800", "'2024-02-29T09:30'", "'2024-02-29 09:30:00'"},
    {"TIME", "'09:30'", "'09:30'", "'10:00'", "'10:00'"},
    {"UUID", "'a'", "'a'", "'123e4567-e89b-12d3-a456-426614174000'",
     "'123e4567-e89b-12d3-a456-426614174000'"},
    {"STRING", "'007'", "7", "'008'", "refused: keeps '008' as a number"},
    {"STRING", "'abc'", "'abc'", "'12 Main St'", "'12 Main St'"},
    {"STRING", "'1e'", "'1e'", "'555-1234'", "'555-1234'"},
    {"JSON", "'-'", "'-'", "'2024-02'", "'2024-02'"},
    {"INET", "'10.0.0.1'", "'10.0.0.1'", "'127.0.0.1'", "'127.0.0.1'"},
    {"JSON", "'{}'", "'{}'", "' 1e5 '", "refused: declare v as TEXT"},
    {"ANY", "'5'", "5", "' 6'", "refused: keeps ' 6' as a number"},
    {"ANY STRICT", "'5'", "'5'", "'6'", "'6'"},
    {"", "'5'", "'5'", "'6'", "'6'"},
    {"", "5", "5", "0.5", "real 0.5"},
    {"BLOB", "x'00ff01'", "3 bytes", "'x'", "refused: holds bytes"},
    {"BLOB", "'text'", "'text'", "NULL", "NULL"},
    {"TEXT", "CAST(x'61ff' AS TEXT)", "'a\xEF\xBF\xBD'", "", ""},
    {"INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL", "", "no row", "3",
     "refused: the database computes v"},
    {"INTEGER NOT NULL DEFAULT 5", "1", "1", "NULL", "refused: cannot be NULL"},
};

TEST(SqliteTypes, ArriveAndAreWrittenAsTheDocumentSays) {
  Folder folder;
  auto store = open_sqlite(folder.file("facts.db"));
  ASSERT_OK(store);
  expect_types(*store, "", kTypes);
}

// The guard's rule is SQLite's own, for every text of these characters up to five of them.
TEST(SqliteTypes, ATextIsKeptAsANumberWhenItReadsAsOne) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "CREATE TABLE t (v STRING)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_stmt *insert = nullptr, *look = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO t (rowid, v) VALUES (1, ?1)", -1, &insert,
                               nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_prepare_v2(db, "SELECT typeof(v) FROM t", -1, &look, nullptr), SQLITE_OK);
  const auto sqlite_says = [&](const std::string& text) {
    sqlite3_bind_text(insert, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    EXPECT_EQ(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_reset(insert);
    EXPECT_EQ(sqlite3_step(look), SQLITE_ROW);
    const std::string type = reinterpret_cast<const char*>(sqlite3_column_text(look, 0));
    sqlite3_reset(look);
    return type != "text";
  };
  std::vector<std::string> texts{""};
  const std::string_view characters = "07.eE+- x";
  for (std::size_t begin = 0, longest = 0; longest < 5; ++longest) {
    const auto end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : characters) texts.push_back(texts[begin] + c);
    }
  }
  for (const char* other :
       {"2024-02-29", "555-1234", "12.5.2024", "1e400", "-1e-400", "\t\n\v\f\r5\r\f\v\n\t", "0x1F",
        "1_000", "1,5", "\u00a05", "\u0665", "Infinity", "-inf", "nan", "9223372036854775808",
        "123456789012345678901234567890", "00000000000000000000000000001", "1e+00000000001", "5\x1f",
        "1e99999999999999999999", "1d5", "1f", "(1)", "'1'", "$1", "1%"}) {
    texts.emplace_back(other);
  }
  for (const auto& text : texts) {
    EXPECT_EQ(host::sql::reads_as_number(text), sqlite_says(text)) << '"' << text << '"';
  }
  sqlite3_finalize(insert);
  sqlite3_finalize(look);
  sqlite3_close(db);
}

TEST(SqliteTypes, KeysThatTheDatabaseDoesNotGiveMustBeNamed) {
  Folder folder;
  auto store = open_sqlite(folder.file("facts.db"));
  ASSERT_OK(store);
  ASSERT_OK(store->run_script(R"sql(
    CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
    CREATE TABLE plain (id INTEGER PRIMARY KEY, v TEXT);
    CREATE TABLE serial (id SERIAL PRIMARY KEY, v TEXT);
    CREATE TABLE int (id INT PRIMARY KEY, v TEXT);
    CREATE TABLE without (id INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID;
    CREATE TABLE given (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), v TEXT);
  )sql"));
  host::sql::Policy policy;
  for (const char* table : {"auto", "plain", "serial", "int", "without", "given"}) {
    policy.tables[table].insert = host::sql::WriteRule{host::sql::Columns{true, {}}, {}, 1};
  }
  const host::sql::Guard guard(policy, *store->catalog());
  const auto inserted = [&](const std::string& table) {
    const auto answer = guard.action("INSERT INTO " + table + " (v) VALUES ('x')");
    if (const auto* refusal = std::get_if<host::sql::Refusal>(&answer)) return refusal->why;
    auto t = store->begin(true);
    const auto done =
        t->execute(host::sql::statement_of(std::get<host::sql::Plan>(answer), SR_ROLE_ACTION));
    return done.ok() ? std::string("added") : done.error().what;
  };
  EXPECT_EQ(inserted("auto"), "added");
  EXPECT_EQ(inserted("plain"), "added");
  EXPECT_EQ(inserted("given"), "added");
  const std::string missing = " has no default; name it, too";
  EXPECT_EQ(inserted("serial"), "id belongs to the key of serial and" + missing);
  EXPECT_EQ(inserted("\"int\""), "id belongs to the key of int and" + missing);
  EXPECT_NE(inserted("without").find("NOT NULL"), std::string::npos) << inserted("without");
}

TEST(SqliteTypes, SumsLoseNothing) {
  Folder folder;
  auto store = open_sqlite(folder.file("facts.db"));
  ASSERT_OK(store);
  const auto one = [&](const std::string& sql) { return told(query(*store, sql)[0][0]); };
  const std::string values = " FROM (SELECT 1e16 AS x UNION ALL SELECT 1.0 UNION ALL SELECT -1e16)";
  EXPECT_EQ(one("SELECT sum(x)" + values), "real 1");
  EXPECT_EQ(one("SELECT sum(x) FROM (SELECT 1 AS x WHERE FALSE)"), "NULL");
  EXPECT_EQ(one("SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1 "
                "UNION ALL SELECT -1)"),
            "9223372036854775807");
  EXPECT_EQ(one("SELECT group_concat(s) FROM (SELECT sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) AS s "
                "FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 4))"),
            "'1,3,6'");
  auto t = store->begin(false);
  EXPECT_FAILS(t->execute(owner("SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL "
                                "SELECT 1)")),
               SR_INVALID_ARGUMENT, "the sum has more than 64 bits");
}

}  // namespace
}  // namespace sr::test
