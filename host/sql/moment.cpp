#include "host/sql/moment.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace sr::host::sql {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t kLongestInterval = 366LL * 86400 * 1000;  // a thousand years
constexpr std::int64_t kMostMonths = 12 * 1000;

// Reads a text from its front; each function takes what it can and says whether it could.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool skip(char c) {
    if (next() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (skip(' ')) {
    }
  }
  // Exactly `count` digits.
  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    const char* end = rest_.data() + count;
    if (!std::all_of(rest_.data(), end, [](char c) { return c >= '0' && c <= '9'; })) return false;
    std::from_chars(rest_.data(), end, value);
    rest_.remove_prefix(count);
    return true;
  }
  bool number(std::int64_t& value) {
    const char* end = rest_.data() + rest_.size();
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    if (error != std::errc() || next() == '-') return false;
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    return true;
  }
  std::string word() {
    std::string text;
    for (; (next() | 0x20) >= 'a' && (next() | 0x20) <= 'z'; rest_.remove_prefix(1)) {
      text += static_cast<char>(next() | 0x20);
    }
    return text;
  }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> read_day(Reader& text) {
  int year = 0, month = 0, day = 0;
  const bool read = text.digits(4, year) && text.skip('-') && text.digits(2, month) &&
                    text.skip('-') && text.digits(2, day);
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!read || !date.ok() || year == 0) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<microseconds> read_time(Reader& text) {
  int hour = 0, minute = 0, second = 0;
  if (!text.digits(2, hour) || !text.skip(':') || !text.digits(2, minute)) return std::nullopt;
  microseconds fraction{0};
  if (text.skip(':')) {
    if (!text.digits(2, second)) return std::nullopt;
    if (text.skip('.')) {
      int digit = 0, read = 0;
      for (std::int64_t unit = 100000; text.digits(1, digit); unit /= 10, ++read) {
        fraction += microseconds(digit * unit);
      }
      if (read == 0 || read > 6) return std::nullopt;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
         fraction;
}

// "Z", "+02", "-0330", "+02:00" or nothing: how far the text is ahead of UTC.
std::optional<std::chrono::minutes> read_offset(Reader& text) {
  if (text.done() || text.skip('Z') || text.skip('z')) return std::chrono::minutes(0);
  const int sign = text.next() == '-' ? -1 : 1;
  int hour = 0, minute = 0;
  if (!text.skip('-') && !text.skip('+')) return std::nullopt;
  if (!text.digits(2, hour)) return std::nullopt;
  if (!text.done() && (text.skip(':'), !text.digits(2, minute))) return std::nullopt;
  if (hour > 15 || minute > 59) return std::nullopt;
  return std::chrono::minutes(sign * (hour * 60 + minute));
}

struct Unit {
  std::string_view name;
  std::int64_t seconds;
};
constexpr Unit kUnits[] = {
    {"s", 1},         {"sec", 1},       {"secs", 1},    {"second", 1},   {"seconds", 1},
    {"min", 60},      {"mins", 60},     {"minute", 60}, {"minutes", 60}, {"h", 3600},
    {"hr", 3600},     {"hrs", 3600},    {"hour", 3600}, {"hours", 3600}, {"d", 86400},
    {"day", 86400},   {"days", 86400},  {"w", 604800},  {"week", 604800}, {"weeks", 604800}};

struct Months {
  std::string_view name;
  std::int64_t months;
};
constexpr Months kMonths[] = {{"mon", 1}, {"mons", 1}, {"month", 1}, {"months", 1}, {"y", 12},
                              {"yr", 12}, {"yrs", 12}, {"year", 12}, {"years", 12}};

constexpr std::string_view kTruncations[] = {"second", "minute", "hour",    "day",
                                             "week",   "month",  "quarter", "year"};
constexpr std::string_view kMoreParts[] = {"dow", "isodow", "doy", "epoch"};

// nullptr when there is none of this name.
auto named(const auto& units, std::string_view name) {
  const auto* known = std::find_if(std::begin(units), std::end(units),
                                   [&](const auto& u) { return u.name == name; });
  return known == std::end(units) ? nullptr : known;
}

bool is_among(const auto& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::optional<std::string> as_moment(std::string_view written) {
  Reader text(written);
  const auto day = read_day(text);
  if (!day) return std::nullopt;
  std::chrono::sys_time<microseconds> at = *day;
  if (!text.done()) {
    if (!text.skip(' ') && !text.skip('T')) return std::nullopt;
    const auto time = read_time(text);
    const auto offset = time ? read_offset(text) : std::nullopt;
    if (!offset || !text.done()) return std::nullopt;
    at += *time - *offset;
  }
  const auto date = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day ymd(date);
  const std::chrono::hh_mm_ss time(at - date);
  if (static_cast<int>(ymd.year()) < 1 || static_cast<int>(ymd.year()) > 9999) return std::nullopt;
  char out[48];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  std::string result = out;
  if (time.subseconds().count() != 0) {
    std::snprintf(out, sizeof out, ".%06d", static_cast<int>(time.subseconds().count()));
    result += out;
    result.erase(result.find_last_not_of('0') + 1);
  }
  return result;
}

std::optional<std::string> as_day(std::string_view written) {
  Reader text(written);
  if (!read_day(text) || !text.done()) return std::nullopt;
  return std::string(written);
}

std::int64_t epoch_of(std::string_view moment) {
  Reader text(moment);
  std::chrono::sys_time<microseconds> at = read_day(text).value_or(std::chrono::sys_days());
  if (text.skip(' ')) at += read_time(text).value_or(microseconds(0));
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

std::optional<Interval> interval_of(std::string_view written) {
  Reader text(written);
  Interval total;
  int parts = 0;
  for (text.skip_blanks(); !text.done(); text.skip_blanks(), ++parts) {
    const int sign = text.skip('-') ? -1 : 1;
    if (sign == 1) text.skip('+');
    std::int64_t count = 0;
    if (!text.number(count) || count > kLongestInterval) return std::nullopt;
    std::int64_t seconds = 0, months = 0;
    if (text.skip(':')) {
      int minute = 0, second = 0;
      if (!text.digits(2, minute) || minute > 59) return std::nullopt;
      if (text.skip(':') && (!text.digits(2, second) || second > 59)) return std::nullopt;
      seconds = count * 3600 + minute * 60 + second;
    } else {
      text.skip_blanks();
      const std::string unit = text.word();
      const auto* fixed = named(kUnits, unit);
      const auto* calendar = named(kMonths, unit);
      if (fixed == nullptr && calendar == nullptr) return std::nullopt;
      seconds = fixed ? count * fixed->seconds : 0;
      months = calendar ? count * calendar->months : 0;
    }
    total.seconds += sign * seconds;
    total.months += sign * months;
    if (std::abs(total.seconds) > kLongestInterval || std::abs(total.months) > kMostMonths) {
      return std::nullopt;
    }
  }
  if (parts == 0) return std::nullopt;
  return total;
}

std::string text_of(const Interval& interval) {
  std::string text = std::to_string(interval.months) + " months";
  const std::int64_t days = interval.seconds / 86400, seconds = interval.seconds % 86400;
  if (days != 0) text += " " + std::to_string(days) + " days";
  if (seconds != 0) text += " " + std::to_string(seconds) + " seconds";
  return text;
}

bool is_truncation(std::string_view unit) { return is_among(kTruncations, unit); }

bool is_part(std::string_view unit) { return is_truncation(unit) || is_among(kMoreParts, unit); }

}  // namespace sr::host::sql
