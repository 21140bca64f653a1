// Points in time: the rows that every store gives, and what SQLite alone may find in a column.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/sql/names.h"
#include "plugins/stores/sqlite/times.h"
#include "tests/host/sql/rows.h"
#include "tests/host/sql/world.h"
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

using host::sql::testing::cases;

TEST(SqliteTimes, RowsAreThoseOfEveryStore) {
  const Folder folder;
  auto store = open_sqlite(folder.file("rows.db"));
  ASSERT_OK(store);
  std::ifstream file(cases() / "schema.sql");
  std::ostringstream schema;
  schema << file.rdbuf();
  ASSERT_OK(store->run_script(schema.str()));
  host::sql::testing::expect_rows_of_cases(*store);
}

TEST(SqliteNames, EveryWordIsAName) {
  const auto all = host::sql::testing::words();
  for (int i = 0; i < sqlite3_keyword_count(); ++i) {
    const char* word = nullptr;
    int length = 0;
    sqlite3_keyword_name(i, &word, &length);
    const auto name = host::sql::lower_ascii({word, static_cast<std::size_t>(length)});
    EXPECT_TRUE(std::binary_search(all.begin(), all.end(), name)) << name;
  }
  const Folder folder;
  auto store = open_sqlite(folder.file("words.db"));
  ASSERT_OK(store);
  host::sql::testing::expect_words_to_be_names(*store);
}

class Times : public testing::Test {
 protected:
  void SetUp() override {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
    db_.reset(db);
    ASSERT_EQ(sqlite::add_time_functions(db, &now_), SQLITE_OK);
  }
  // The value of an expression; its message when it fails.
  std::string value(const std::string& expression) {
    sqlite3_stmt* row = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_.get(), ("SELECT " + expression).c_str(), -1, &row, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(db_.get());
    std::string text = "NULL";
    if (sqlite3_step(row) != SQLITE_ROW) {
      text = sqlite3_errmsg(db_.get());
    } else if (sqlite3_column_type(row, 0) != SQLITE_NULL) {
      text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
    }
    sqlite3_finalize(row);
    return text;
  }

  std::int64_t now_ = 1'709'199'000'250'000;
  host::sql::testing::Database db_;
};

TEST_F(Times, EveryFormOfIso8601IsRead) {
  for (const char* text :
       {"2024-02-29 09:30", "2024-02-29T09:30", "2024-02-29 09:30:00", "2024-02-29T09:30:00.000Z",
        "2024-02-29 11:30:00+02", "2024-02-29T11:30:00+02:00", "2024-02-29 06:00:00-0330"}) {
    EXPECT_EQ(value("date_trunc('second', '" + std::string(text) + "')"), "2024-02-29 09:30:00")
        << text;
  }
  EXPECT_EQ(value("date_part('epoch', '2024-02-29 09:30:00.123456')"), "1709199000.12346");
  EXPECT_EQ(value("to_timestamp(1709199000.123456)"), "2024-02-29 09:30:00.123456");
}

TEST_F(Times, WhatIsNoPointInTimeIsNull) {
  for (const char* text :
       {"", "x", "2024", "2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "2024-2-9",
        "2024-02-29 24:00", "2024-02-29 09:60", "2024-02-29 09:30:61", "2024-02-29 09",
        "2024-02-29x09:30", "2024-02-29 09:30 PST", "2024-02-29 09:30+2", "2024-02-29 09:30+02:",
        "2024-02-29 09:30+99:00", "12024-01-01"}) {
    EXPECT_EQ(value("date_trunc('day', '" + std::string(text) + "')"), "NULL") << text;
    EXPECT_EQ(value("date_part('day', '" + std::string(text) + "')"), "NULL") << text;
  }
  EXPECT_EQ(value("date_trunc('day', NULL)"), "NULL");
  EXPECT_EQ(value("to_timestamp(NULL)"), "NULL");
  EXPECT_EQ(value("to_timestamp('soon')"), "NULL");
}

TEST_F(Times, NowIsWhatTheConnectionSaysAndOneValueInAStatement) {
  EXPECT_EQ(value("now()"), "2024-02-29 09:30:00.25");
  EXPECT_EQ(value("date_trunc('second', now())"), "2024-02-29 09:30:00");
  EXPECT_EQ(value("now() = now()"), "1");
  now_ = -1;
  EXPECT_EQ(value("now()"), "1969-12-31 23:59:59.999999");
}

TEST_F(Times, TheEndsOfTimeAreErrorsAndNoText) {
  EXPECT_EQ(value("to_timestamp(253402300799)"), "9999-12-31 23:59:59");
  EXPECT_EQ(value("to_timestamp(-62135596800)"), "0001-01-01 00:00:00");
  for (const char* seconds : {"253402300800", "-62135596801", "9e300", "-9e300"}) {
    EXPECT_NE(value("to_timestamp(" + std::string(seconds) + ")").find("out of the range of time"),
              std::string::npos)
        << seconds;
  }
  EXPECT_NE(value("date_trunc('age', '2024-01-01')").find("unit"), std::string::npos);
  EXPECT_NE(value("date_part('age', '2024-01-01')").find("unit"), std::string::npos);
}

TEST_F(Times, WeeksAreThoseOfIso8601) {
  EXPECT_EQ(value("date_part('week', '2021-01-03')"), "53.0");
  EXPECT_EQ(value("date_part('week', '2021-01-04')"), "1.0");
  EXPECT_EQ(value("date_part('week', '2024-12-29')"), "52.0");
  EXPECT_EQ(value("date_part('week', '2024-12-30')"), "1.0");
  EXPECT_EQ(value("date_part('dow', '2024-12-29')"), "0.0");
  EXPECT_EQ(value("date_part('isodow', '2024-12-29')"), "7.0");
  EXPECT_EQ(value("date_trunc('week', '2025-01-01 10:00')"), "2024-12-30 00:00:00");
}

}  // namespace
}  // namespace sr::test
