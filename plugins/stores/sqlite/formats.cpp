#include "formats.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "calendar.h"
#include "numbers.h"
#include "texts.h"

namespace sr::sqlite {
namespace {

// ---- numbers ----

struct NumberPattern {
  bool fills = false;  // FM: without blanks
  std::string_view signs;
  std::size_t whole = 0, fraction = 0;  // digits before and behind the point
  std::size_t zeros = 0;                // the first digit that is always written
};

std::optional<NumberPattern> number_pattern(std::string_view text) {
  NumberPattern out;
  out.fills = text.starts_with("FM");
  out.signs = text.substr(out.fills ? 2 : 0);
  bool point = false, zero = false;
  for (const char c : out.signs) {
    if (c == '.') {
      if (point || out.whole == 0) return std::nullopt;
      point = true;
    } else if (c == '9' || c == '0') {
      zero = zero || (c == '0' && !point);
      if (!zero && !point) out.zeros = out.whole + 1;
      ++(point ? out.fraction : out.whole);
    } else if (c != ',' && c != ' ' && c != '%' && c != '$' && (c & 0x80) == 0) {
      return std::nullopt;
    }
  }
  if (out.whole == 0 || (point && out.fraction == 0)) return std::nullopt;
  return out;
}

// "-12.5" with so many digits behind the point.
std::string digits_of(sqlite3_value* value, std::size_t places) {
  std::string text;
  if (sqlite3_value_numeric_type(value) == SQLITE_INTEGER) {
    text = std::to_string(sqlite3_value_int64(value));
  } else {
    char digits[512];  // the smallest double has 343 characters
    const double real = sqlite3_value_double(value);
    text.assign(digits,
                std::to_chars(digits, std::end(digits), real, std::chars_format::fixed).ptr);
    text = rounded_text(std::move(text), places);
    const bool none = text.find_first_of("123456789") == std::string::npos;
    if (none && text.starts_with('-')) text.erase(0, 1);
  }
  const auto point = text.find('.');
  const auto written = point == std::string::npos ? 0 : text.size() - point - 1;
  if (places > 0 && point == std::string::npos) text += '.';
  if (places > written) text.append(places - written, '0');
  if (places == 0 && point != std::string::npos) text.erase(point);
  return text;
}

std::string format_number(std::string number, const NumberPattern& pattern) {
  const bool negative = number.starts_with('-');
  if (negative) number.erase(0, 1);
  const auto whole = std::min(number.find('.'), number.size());
  if (whole > pattern.whole) {
    number = std::string(pattern.whole, '#') + "." + std::string(pattern.fraction, '#');
  }
  const auto blanks = pattern.whole - std::min(whole, pattern.whole);
  const bool always = pattern.zeros < pattern.whole;  // some digit before the point is 0
  std::string out;
  bool sign_written = false, begun = false;
  std::size_t digit = 0, taken = 0;  // of the pattern, of the number
  for (const char c : pattern.signs) {
    if (c == ',') {
      if (begun || !pattern.fills) out += begun ? ',' : ' ';
      continue;
    }
    if (c != '9' && c != '0' && c != '.') {
      out += c;
      continue;
    }
    // ' .5': no 0 before the point unless the pattern has one.
    const bool bare_point = !always && taken == 0 && number[0] == '0' && pattern.fraction > 0;
    if (!sign_written && (digit >= blanks || (always && digit >= pattern.zeros)) && !bare_point) {
      sign_written = true;
      if (negative || !pattern.fills) out += negative ? '-' : ' ';
    }
    if (digit < blanks && (!always || digit < pattern.zeros)) {
      if (!pattern.fills) out += ' ';
    } else if (digit < blanks) {
      out += '0';
      begun = true;
    } else {
      if (bare_point) {
        if (!pattern.fills) out += ' ';
      } else {
        out += number[taken];
        begun = begun || c != '.';
      }
      ++taken;
    }
    ++digit;
  }
  return out;
}

// ---- points in time ----

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
constexpr std::size_t kLongestName = 9;

constexpr std::string_view kPatterns[] = {
    "YYYY", "YY",   "IYYY", "Q",  "MM", "MONTH", "Month", "month", "MON", "Mon", "mon", "IW",
    "WW",   "W",    "DDD",  "DD", "D",  "ID",    "DAY",   "Day",   "day", "DY",  "Dy",  "dy",
    "HH24", "HH12", "HH",   "MI", "SS", "MS",    "US",    "AM",    "PM",  "am",  "pm"};

std::string padded(long long value, std::size_t width) {
  auto text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

// As the pattern is written: MONTH, Month, month; only the first three letters of MON and DY.
std::string named(std::string_view name, std::string_view pattern, bool fills) {
  std::string out(name);
  const bool whole = pattern.size() > 3 || (pattern[1] | 0x20) == 'a';
  const bool lower = (pattern[0] & 0x20) != 0, upper = (pattern[1] & 0x20) == 0;
  for (auto& c : out) {
    if (upper) c = static_cast<char>(c & ~0x20);
    if (lower) c = static_cast<char>(c | 0x20);
  }
  if (!whole) return out.substr(0, 3);
  if (!fills) out.resize(kLongestName, ' ');
  return out;
}

std::string part(Moment moment, std::string_view pattern, bool fills) {
  const Days day = std::chrono::floor<std::chrono::days>(moment);
  const Date date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  const std::chrono::weekday weekday(day);
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto of_month = static_cast<unsigned>(date.day());
  const auto of_year = (day - Days(date.year() / std::chrono::January / 1)).count() + 1;
  const auto hour = time.hours().count();
  const auto micros = time.subseconds().count();
  const auto number = [&](long long value, std::size_t width) {
    return padded(value, fills ? 0 : width);
  };
  const auto is = [&](std::string_view name) { return pattern == name; };
  if (is("YYYY")) return number(year, 4);
  if (is("YY")) return number(year % 100, 2);
  if (is("IYYY"))
    return number(static_cast<int>(Date(monday_of(day) + std::chrono::days(3)).year()), 4);
  if (is("Q")) return number((month - 1) / 3 + 1, 1);
  if (is("MM")) return number(month, 2);
  if (is("IW")) return number(week_of(day), 2);
  if (is("WW")) return number((of_year - 1) / 7 + 1, 2);
  if (is("W")) return number((of_month - 1) / 7 + 1, 1);
  if (is("DDD")) return number(of_year, 3);
  if (is("DD")) return number(of_month, 2);
  if (is("D")) return number(weekday.c_encoding() + 1, 1);
  if (is("ID")) return number(weekday.iso_encoding(), 1);
  if (is("HH24")) return number(hour, 2);
  if (is("HH12") || is("HH")) return number(hour % 12 == 0 ? 12 : hour % 12, 2);
  if (is("MI")) return number(time.minutes().count(), 2);
  if (is("SS")) return number(time.seconds().count(), 2);
  if (is("MS")) return padded(micros / 1000, 3);
  if (is("US")) return padded(micros, 6);
  if (is("AM") || is("PM")) return hour < 12 ? "AM" : "PM";
  if (is("am") || is("pm")) return hour < 12 ? "am" : "pm";
  if ((pattern[0] | 0x20) == 'm') return named(kMonths[month - 1], pattern, fills);
  return named(kDays[weekday.c_encoding()], pattern, fills);
}

std::optional<std::string> format_moment(Moment moment, std::string_view pattern) {
  std::string out;
  while (!pattern.empty()) {
    if (pattern[0] == '"') {
      const auto end = pattern.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      out += pattern.substr(1, end - 1);
      pattern.remove_prefix(end + 1);
      continue;
    }
    const bool fills = pattern.starts_with("FM");
    if (fills) pattern.remove_prefix(2);
    std::string_view known;
    for (const auto candidate : kPatterns) {
      if (pattern.starts_with(candidate) && candidate.size() > known.size()) known = candidate;
    }
    if (known.empty()) {
      const bool letter =
          !pattern.empty() && std::isalnum(static_cast<unsigned char>(pattern[0])) != 0;
      if (pattern.empty() || fills || letter) return std::nullopt;
      out += pattern[0];
      pattern.remove_prefix(1);
      continue;
    }
    out += part(moment, known, fills);
    pattern.remove_prefix(known.size());
  }
  return out;
}

std::optional<std::string> formatted(sqlite3_value* value, std::string_view pattern) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    const auto known = number_pattern(pattern);
    if (!known) return std::nullopt;
    return format_number(digits_of(value, known->fraction), *known);
  }
  const auto moment = read_moment(text_of(value));
  return moment ? format_moment(*moment, pattern) : std::nullopt;
}

void to_char(sqlite3_context* context, int, sqlite3_value** arguments) {
  const bool null = sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
                    sqlite3_value_type(arguments[1]) == SQLITE_NULL;
  const bool text = sqlite3_value_type(arguments[0]) == SQLITE_TEXT;
  if (null || (text && !read_moment(text_of(arguments[0])))) return;
  try {
    const auto out = formatted(arguments[0], text_of(arguments[1]));
    if (!out) return sqlite3_result_error(context, "the pattern of to_char is not known", -1);
    sqlite3_result_text64(context, out->c_str(), out->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

int add_format_functions(sqlite3* db) {
  constexpr int kSame = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
  return sqlite3_create_function_v2(db, "to_char", 2, kSame, nullptr, to_char, nullptr, nullptr,
                                    nullptr);
}

}  // namespace sr::sqlite
