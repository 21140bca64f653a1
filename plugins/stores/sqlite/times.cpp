#include "times.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace sr::sqlite {
namespace {

using Days = std::chrono::sys_days;
using Date = std::chrono::year_month_day;
using Micros = std::chrono::microseconds;
using Moment = std::chrono::sys_time<Micros>;

constexpr double kMicros = 1e6;
constexpr double kLast = 253402300800;  // the year 10000, which has no four digits

// The value of `count` digits at `at`; -1 when they are not there.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : '\0'; }

// "+02:00", "-0330", "+02", "Z" or nothing.
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return std::chrono::minutes(0);
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const int hour = digits(text, 1, 2);
  const std::size_t behind = at(text, 3) == ':' ? 4 : 3;
  const int minute = text.size() == 3 ? 0 : digits(text, behind, 2);
  const bool whole = text.size() == 3 || text.size() == behind + 2;
  if (hour < 0 || hour > 15 || minute < 0 || minute > 59 || !whole) return std::nullopt;
  return std::chrono::minutes((text[0] == '-' ? -1 : 1) * (hour * 60 + minute));
}

std::optional<Moment> read(std::string_view text) {
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (year < 1 || month < 1 || day < 1 || at(text, 4) != '-' || at(text, 7) != '-') {
    return std::nullopt;
  }
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  Moment moment = Days(date);
  if (text.size() == 10) return moment;
  if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || at(text, 13) != ':') {
    return std::nullopt;
  }
  moment += std::chrono::hours(hour) + std::chrono::minutes(minute);
  std::size_t end = 16;
  if (at(text, end) == ':') {
    const int second = digits(text, end + 1, 2);
    if (second < 0 || second > 59) return std::nullopt;
    moment += std::chrono::seconds(second);
    end += 3;
    if (at(text, end) == '.') {
      std::int64_t unit = 100000;
      for (++end; digits(text, end, 1) >= 0; ++end, unit /= 10) {
        moment += Micros(digits(text, end, 1) * unit);
      }
    }
  }
  const auto offset = offset_of(text.substr(end));
  if (!offset) return std::nullopt;
  return moment - *offset;
}

std::string write(Moment moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const Date date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  std::string out = text;
  if (time.subseconds().count() == 0) return out;
  std::snprintf(text, sizeof text, ".%06d", static_cast<int>(time.subseconds().count()));
  out += text;
  return out.erase(out.find_last_not_of('0') + 1);
}

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<std::size_t>(
                                                      sqlite3_value_bytes(value)));
}

void give(sqlite3_context* context, Moment moment) {
  const auto text = write(moment);
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

Days monday_of(Days day) {
  return day - std::chrono::days(std::chrono::weekday(day).iso_encoding() - 1);
}

// The number of the week of ISO 8601: that of the year which has the week's Thursday.
int week_of(Days day) {
  const Days thursday = monday_of(day) + std::chrono::days(3);
  const Days first = Days(Date(thursday).year() / std::chrono::January / 1);
  return static_cast<int>((thursday - first).count() / 7 + 1);
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
  const auto moment = read(text_of(arguments[1]));
  if (!moment) return;  // NULL
  const auto result = truncated(*moment, text_of(arguments[0]));
  result ? give(context, *result) : unknown_unit(context);
}

void date_part(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto moment = read(text_of(arguments[1]));
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
  return rc;
}

}  // namespace sr::sqlite
