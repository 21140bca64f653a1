#include "times.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "calendar.h"
#include "texts.h"

namespace sr::sqlite {
namespace {

constexpr double kMicros = 1e6;
constexpr double kLast = 253402300800;  // the year 10000, which has no four digits

void give(sqlite3_context* context, Moment moment) {
  const auto text = write_moment(moment);
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::optional<Moment> truncated(Moment moment, std::string_view unit) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const Date date(day);
  if (unit == "second") return std::chrono::floor<std::chrono::seconds>(moment);
  if (unit == "minute") return std::chrono::floor<std::chrono::minutes>(moment);
  if (unit == "hour") return std::chrono::floor<std::chrono::hours>(moment);
  if (unit == "day") return day;
  if (unit == "week") return monday_of(day);
  if (unit == "month") return Days(date.year() / date.month() / 1);
  if (unit == "quarter") {
    const unsigned first = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
    return Days(date.year() / std::chrono::month(first) / 1);
  }
  if (unit == "year") return Days(date.year() / std::chrono::January / 1);
  return std::nullopt;
}

std::optional<double> part(Moment moment, std::string_view unit) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const Date date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  const std::chrono::weekday weekday(day);
  if (unit == "epoch") return static_cast<double>(moment.time_since_epoch().count()) / kMicros;
  if (unit == "second") {
    return static_cast<double>(Micros(time.seconds() + time.subseconds()).count()) / kMicros;
  }
  if (unit == "minute") return time.minutes().count();
  if (unit == "hour") return time.hours().count();
  if (unit == "day") return static_cast<unsigned>(date.day());
  if (unit == "week") return week_of(day);
  if (unit == "month") return static_cast<unsigned>(date.month());
  if (unit == "quarter") return (static_cast<unsigned>(date.month()) - 1) / 3 + 1;
  if (unit == "year") return static_cast<int>(date.year());
  if (unit == "dow") return weekday.c_encoding();
  if (unit == "isodow") return weekday.iso_encoding();
  if (unit == "doy") {
    return static_cast<double>((day - Days(date.year() / std::chrono::January / 1)).count() + 1);
  }
  return std::nullopt;
}

void unknown_unit(sqlite3_context* context) {
  sqlite3_result_error(context, "the unit of a point in time is not known", -1);
}

void now(sqlite3_context* context, int, sqlite3_value**) {
  give(context, Moment(Micros(*static_cast<const std::int64_t*>(sqlite3_user_data(context)))));
}

void date_trunc(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto moment = read_moment(text_of(arguments[1]));
  if (!moment) return;  // NULL
  const auto result = truncated(*moment, text_of(arguments[0]));
  result ? give(context, *result) : unknown_unit(context);
}

void date_part(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto moment = read_moment(text_of(arguments[1]));
  if (!moment) return;
  const auto result = part(*moment, text_of(arguments[0]));
  result ? sqlite3_result_double(context, *result) : unknown_unit(context);
}

void to_timestamp(sqlite3_context* context, int, sqlite3_value** arguments) {
  const int type = sqlite3_value_numeric_type(arguments[0]);
  if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return;
  const double seconds = sqlite3_value_double(arguments[0]);
  // The first moment of the year 1.
  if (!(seconds >= -62135596800.0 && seconds < kLast)) {
    sqlite3_result_error(context, "this number of seconds is out of the range of time", -1);
    return;
  }
  give(context, Moment(Micros(std::llrint(seconds * kMicros))));
}

// "15 months -2 days 60 seconds": months first, whose last day is the latest, then the rest.
std::optional<Moment> shifted(Moment moment, std::string_view interval) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  std::int64_t months = 0, seconds = 0;
  while (!interval.empty()) {
    std::int64_t count = 0;
    const auto read = std::from_chars(interval.data(), interval.data() + interval.size(), count);
    interval.remove_prefix(static_cast<std::size_t>(read.ptr - interval.data()));
    const auto end = std::min(interval.find(' ', 1), interval.size());
    const auto unit = interval.substr(0, end);
    interval.remove_prefix(std::min(end + 1, interval.size()));
    const bool fits = read.ec == std::errc() && std::abs(count) < 1'000'000'000;
    if (fits && unit == " months")
      months += count;
    else if (fits && unit == " days")
      seconds += count * 86400;
    else if (fits && unit == " seconds")
      seconds += count;
    else
      return std::nullopt;
  }
  const Date date(day);
  const auto month = date.year() / date.month() + std::chrono::months(months);
  const Date last = month / std::chrono::last;
  return Days(month / std::min(date.day(), last.day())) + (moment - day) +
         std::chrono::seconds(seconds);
}

void plus_interval(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto moment = read_moment(text_of(arguments[0]));
  if (!moment || sqlite3_value_type(arguments[1]) == SQLITE_NULL) return;
  const auto result = shifted(*moment, text_of(arguments[1]));
  if (!result) return sqlite3_result_error(context, "the interval cannot be read", -1);
  const int year = static_cast<int>(Date(std::chrono::floor<std::chrono::days>(*result)).year());
  if (year < 1 || year > 9999) {
    return sqlite3_result_error(context, "this point in time is not in the years 1 to 9999", -1);
  }
  give(context, *result);
}

}  // namespace

int add_time_functions(sqlite3* db, const std::int64_t* moment) {
  constexpr int kSafe = SQLITE_UTF8 | SQLITE_INNOCUOUS, kSame = kSafe | SQLITE_DETERMINISTIC;
  auto* context = const_cast<std::int64_t*>(moment);
  const auto add = [&](const char* name, int arguments, int flags, auto* function) {
    return sqlite3_create_function_v2(db, name, arguments, flags, context, function, nullptr,
                                      nullptr, nullptr);
  };
  int rc = add("now", 0, kSafe, now);
  if (rc == SQLITE_OK) rc = add("date_trunc", 2, kSame, date_trunc);
  if (rc == SQLITE_OK) rc = add("date_part", 2, kSame, date_part);
  if (rc == SQLITE_OK) rc = add("to_timestamp", 1, kSame, to_timestamp);
  if (rc == SQLITE_OK) rc = add("timestamptz_pl_interval", 2, kSame, plus_interval);
  return rc;
}

}  // namespace sr::sqlite
