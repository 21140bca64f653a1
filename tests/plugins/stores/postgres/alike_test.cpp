// What PostgreSQL answers itself and SQLite's store by functions of its own, side by side: many
// patterns, numbers and points in time, made from a fixed seed.
#include <random>

#include "host/sql/format.h"
#include "host/sql/moment.h"
#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "tests/host/sql/world.h"
#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

using host::sql::quote_string;

class Alike : public testing::Test {
 protected:
  // Each expression of x, for every value, in both.
  void compare(const std::vector<std::string>& values, const std::vector<std::string>& expressions) {
    std::string rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      rows += (i > 0 ? " UNION ALL SELECT " : "SELECT ") + std::to_string(i) + " AS i, " + values[i] + " AS x";
    }
    for (const auto& expression : expressions) {
      const auto list = [&](const std::string& joined) {
        return "SELECT " + joined + " FROM (SELECT i, " + expression + " AS v FROM (" + rows + ") AS r) AS q";
      };
      const auto theirs = PostgresServer::instance().text(
          database_, list("string_agg(coalesce(CAST(v AS text), 'NULL'), '|' ORDER BY i)"));
      const auto ours = sqlite(list("group_concat(coalesce(v, 'NULL'), '|')"));
      EXPECT_EQ(ours, theirs) << expression;
    }
  }

  std::string sqlite(const std::string& sql) {
    sqlite3_stmt* row = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &row, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_.get()) << sql;
    std::string text = "NULL";
    if (sqlite3_step(row) != SQLITE_ROW) {
      text = sqlite3_errmsg(db_.get());
    } else if (const auto* found = sqlite3_column_text(row, 0)) {
      text = reinterpret_cast<const char*>(found);
    }
    sqlite3_finalize(row);
    return text;
  }

  std::size_t below(std::size_t count) { return random_() % count; }
  template <class T>
  const T& any(const std::vector<T>& of) { return of[below(of.size())]; }

  const std::string database_ = PostgresServer::instance().fresh_database();
  host::sql::testing::Database db_ = host::sql::testing::open_world();
  std::mt19937 random_{7};
};

TEST_F(Alike, NumbersAsText) {
  const std::vector<std::string> numbers = {
      "0", "1", "-1", "9", "10", "-10", "99", "100", "-123", "999", "1000", "12345", "-1234567", "9007199254740993",
      "9223372036854775807", "-9223372036854775807", "0.0", "0.5", "-0.5", "0.05", "-0.05", "0.004", "-0.004", "0.005",
      "1.005", "-1.005", "2.675", "9.995", "-9.995", "99.5", "999.5", "-999.95", "0.1", "12.5", "1234.5678", "-98765.4321",
      "123456789.25", "1e15", "-1e20", "0.000001", "NULL"};
  std::vector<std::string> patterns = {"9", "0", "99", "00", "990", "999,990.00", "9.99", "0.00", "FM9", "FM0.0",
                                       "FM999.00", "$999,999", "990.0 %", "FM990.00€", "000,000", "9,0,9"};
  for (int i = 0; i < 120; ++i) {
    std::string pattern = below(3) == 0 ? "FM" : "";
    if (below(6) == 0) pattern += any<std::string>({"$", " ", "€ "});
    const auto digits = 1 + below(10);
    for (std::size_t d = 0; d < digits; ++d) {
      pattern += below(3) == 0 ? '0' : '9';
      if (d + 1 < digits && below(4) == 0) pattern += ',';
    }
    if (below(2) == 0) {
      pattern += '.';
      for (auto d = 1 + below(4); d > 0; --d) pattern += pattern[0] == 'F' || below(2) == 0 ? '0' : '9';
    }
    if (below(5) == 0) pattern += any<std::string>({"%", " %", " €"});
    patterns.push_back(pattern);
  }
  std::vector<std::string> expressions;
  for (const auto& pattern : patterns) {
    const int places = host::sql::check_number_pattern(pattern, 0);
    expressions.push_back("to_char(round(CAST(x AS numeric), " + std::to_string(places) + "), " +
                          quote_string(pattern) + ")");
  }
  compare(numbers, expressions);
  std::vector<std::string> whole;
  for (const auto& number : numbers) {
    if (number.find_first_of(".eN") == std::string::npos) whole.push_back(number);
  }
  expressions.clear();
  for (const auto& pattern : patterns) expressions.push_back("to_char(x, " + quote_string(pattern) + ")");
  compare(whole, expressions);
}

TEST_F(Alike, PointsInTimeAsText) {
  std::vector<std::string> moments;
  for (const char* text : {"2024-02-29 00:00:00", "2024-02-29 12:00:00", "2023-12-31 23:59:59.999999", "2021-01-03 11:59:59.5",
                           "2020-12-31 13:05:09.001", "2026-01-01 01:02:03", "0001-01-01 00:00:00", "9999-12-31 23:00:00",
                           "1969-12-31 23:59:59", "2000-05-07 09:08:07.060504", "2016-02-29 06:07:08", "2005-01-01 10:10:10"}) {
    moments.push_back("to_timestamp(" + std::to_string(host::sql::epoch_of(text)) + ")");
  }
  moments.push_back("to_timestamp(1709199000.123456)");
  moments.push_back("to_timestamp(NULL)");
  const std::vector<std::string> parts = {
      "YYYY", "YY", "IYYY", "Q", "MM", "MONTH", "Month", "month", "MON", "Mon", "mon", "IW", "WW", "W", "DDD", "DD", "D", "ID",
      "DAY", "Day", "day", "DY", "Dy", "dy", "HH24", "HH12", "HH", "MI", "SS", "MS", "US", "AM", "PM", "am", "pm",
      "FMYYYY", "FMYY", "FMIYYY", "FMMM", "FMMONTH", "FMMonth", "FMmonth", "FMMon", "FMIW", "FMWW", "FMDDD", "FMDD", "FMD",
      "FMDAY", "FMDay", "FMday", "FMDy", "FMHH24", "FMHH12", "FMMI", "FMSS", "FMAM", "FMQ", "FMID"};
  const std::vector<std::string> between = {" ", "-", "/", ":", ".", ", ", "\"T\"", "\" o'clock \"", "年", "\"\"", "(", ")", "_", ""};
  std::vector<std::string> expressions;
  const auto add = [&](const std::string& pattern) {
    try {
      host::sql::check_time_pattern(pattern, 0);
    } catch (const host::sql::Refused&) {
      return;
    }
    expressions.push_back("to_char(x, " + quote_string(pattern) + ")");
  };
  for (const auto& part : parts) add(part);
  for (int i = 0; i < 150; ++i) {
    std::string pattern;
    for (auto count = 2 + below(6); count > 0; --count) pattern += any(parts) + any(between);
    add(pattern);
  }
  EXPECT_GE(expressions.size(), 120u);
  compare(moments, expressions);
}

TEST_F(Alike, MonthsOfIntervals) {
  std::vector<std::string> moments = {"to_timestamp(NULL)"};
  for (int i = 0; i < 60; ++i) {
    moments.push_back("to_timestamp(" + std::to_string(static_cast<std::int64_t>(below(3'000'000'000)) - 1'000'000'000) + ")");
  }
  for (const char* text : {"2024-01-31", "2024-02-29", "2023-01-29", "2023-03-31", "2100-02-28", "2000-02-29"}) {
    moments.push_back("to_timestamp(" + std::to_string(host::sql::epoch_of(text)) + ")");
  }
  std::vector<std::string> expressions;
  for (int i = 0; i < 80; ++i) {
    host::sql::Interval interval;
    interval.months = static_cast<std::int64_t>(below(i % 2 == 0 ? 30 : 6000)) - (i % 2 == 0 ? 15 : 3000);
    if (i % 3 == 0) interval.seconds = static_cast<std::int64_t>(below(10'000'000)) - 5'000'000;
    expressions.push_back("to_char(timestamptz_pl_interval(x, " +
                          quote_string(host::sql::text_of(interval)) + "), 'YYYY-MM-DD HH24:MI:SS')");
  }
  compare(moments, expressions);
}

TEST_F(Alike, PartsOfTexts) {
  std::vector<std::string> expressions;
  for (const int count : {0, 1, 2, 3, 7, 100, -1, -2, -3, -7, -100, 2147483647, -2147483647}) {
    for (const char* name : {"\"left\"", "\"right\""}) {
      expressions.push_back(std::string(name) + "(x, " + std::to_string(count) + ")");
    }
  }
  expressions.push_back("concat(x, '-', i, x, NULL)");
  expressions.push_back("concat_ws(x, i, NULL, '', x)");
  expressions.push_back("concat_ws('·', x)");
  compare({"''", "'a'", "'ab'", "'äöü'", "'名前は'", "'🙂🙂'", "'a🙂ü名'", "'e\u0301'", "NULL"}, expressions);
}

}  // namespace
}  // namespace sr::test
