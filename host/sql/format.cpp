#include "host/sql/format.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kLongestPattern = 100;
constexpr int kMostDigits = 19, kMostPlaces = 15;

// Of those that begin alike the longest counts, in PostgreSQL too: IDDD is not ID and DD.
constexpr std::string_view kTimePatterns[] = {
    "YYYY", "YY",   "IYYY", "Q",   "MM",    "MONTH", "Month", "month", "MON", "Mon", "mon",
    "IW",   "WW",   "W",    "DDD", "DD",    "D",     "ID",    "DAY",   "Day", "day", "DY",
    "Dy",   "dy",   "HH24", "HH12", "HH",   "MI",    "SS",    "MS",    "US",  "AM",  "PM",
    "am",   "pm"};
constexpr std::string_view kForeignPatterns[] = {
    "Y,YYY", "YYY", "Y",    "IYY",  "IY",  "I",   "IDDD", "SSSSS", "SSSS", "FF1", "FF2", "FF3",
    "FF4",   "FF5", "FF6",  "J",    "CC",  "RM",  "AD",   "BC",    "A.D.", "B.C.", "A.M.", "P.M.",
    "TZH",   "TZM", "TZ",   "OF",   "FX",  "TM",  "TH",   "SP"};
constexpr std::string_view kWithoutFill[] = {"MS", "US"};  // FM means nothing before them

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void no(const std::string& why, int at) { refuse("function", "to_char: " + why, at); }

void check_length(std::string_view pattern, int at) {
  if (pattern.empty()) no("the pattern is empty", at);
  if (pattern.size() > kLongestPattern) {
    no("a pattern has at most " + std::to_string(kLongestPattern) + " bytes", at);
  }
}

// The letters at the front, or the one sign.
std::string front_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_letter(text[end])) ++end;
  return quote_string(text.substr(0, std::max<std::size_t>(end, 1)));
}

std::string_view longest(const auto& patterns, std::string_view text) {
  std::string_view found;
  for (const std::string_view pattern : patterns) {
    if (text.starts_with(pattern) && pattern.size() > found.size()) found = pattern;
  }
  return found;
}

// What stands before and behind a number.
bool is_beside_number(char c) { return c == ' ' || c == '%' || c == '$' || (c & 0x80) != 0; }

}  // namespace

int check_number_pattern(std::string_view pattern, int at) {
  check_length(pattern, at);
  std::string_view rest = pattern;
  const bool fills = rest.starts_with("FM");
  if (fills) rest.remove_prefix(2);
  const auto skip = [&](auto takes) {
    std::size_t end = 0;
    while (end < rest.size() && takes(rest[end])) ++end;
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(end);
    return taken;
  };
  skip(is_beside_number);
  const auto whole = skip([](char c) { return c == '9' || c == '0' || c == ','; });
  if (whole.empty()) {
    no((rest.empty() ? std::string("the pattern of a number has no digits")
                     : "the pattern " + front_of(rest) + " of a number is not portable") +
           "; write one such as '999,990.00' or 'FM990'",
       at);
  }
  if (whole.starts_with(',') || whole.ends_with(',') || whole.find(",,") != std::string_view::npos) {
    no("a comma of the pattern " + quote_string(pattern) + " stands between no two digits", at);
  }
  std::string_view fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    fraction = skip([](char c) { return c == '9' || c == '0'; });
    if (fraction.empty()) no("no digits stand behind the point of the pattern " + quote_string(pattern), at);
    if (fills && fraction.find('9') != std::string_view::npos) {
      no("with FM the digits behind the point are 0, not 9 as in " + quote_string(pattern), at);
    }
  }
  skip(is_beside_number);
  if (!rest.empty()) no("the pattern " + front_of(rest) + " of a number is not portable", at);
  const auto digits = std::count_if(whole.begin(), whole.end(), is_digit);
  if (digits > kMostDigits || fraction.size() > kMostPlaces) {
    no("a pattern has at most " + std::to_string(kMostDigits) + " digits before the point and " +
           std::to_string(kMostPlaces) + " behind it",
       at);
  }
  return static_cast<int>(fraction.size());
}

void check_time_pattern(std::string_view pattern, int at) {
  check_length(pattern, at);
  std::string_view rest = pattern;
  while (!rest.empty()) {
    if (rest[0] == '"') {
      const auto end = rest.find('"', 1);
      const auto text = rest.substr(0, end);
      if (end == std::string_view::npos) no("a double quote in the pattern is never closed", at);
      if (text.find('\\') != std::string_view::npos) no("a pattern has no backslash", at);
      rest.remove_prefix(end + 1);
      continue;
    }
    const bool fills = rest.starts_with("FM");
    if (fills) rest.remove_prefix(2);
    const auto known = longest(kTimePatterns, rest), foreign = longest(kForeignPatterns, rest);
    const bool plain = !fills && !is_letter(rest[0]) && !is_digit(rest[0]) && rest[0] != '\\';
    if (known.empty() && foreign.empty() && plain) {
      rest.remove_prefix(1);
      continue;
    }
    if (known.size() <= foreign.size()) {
      const std::string what = !foreign.empty() ? quote_string(foreign)
                               : rest.empty()   ? std::string("'FM'")
                                                : front_of(rest);
      no("the pattern " + what + " of a point in time is not portable; write 'YYYY-MM-DD HH24:MI:SS' "
             "or Mon, Dy and AM, and words in double quotes",
         at);
    }
    if (fills && longest(kWithoutFill, known) == known) {
      no("FM means nothing before " + std::string(known), at);
    }
    rest.remove_prefix(known.size());
  }
}

// to_char(x, 'pattern')
Term Writer::to_char(std::vector<Term> terms, int at) {
  Term& value = terms[0];
  if (!terms[1].string) {
    refuse("function", "to_char takes its pattern as a plain text",
           terms[1].at >= 0 ? terms[1].at : at);
  }
  no_value(terms[1]);
  const int pattern_at = terms[1].at >= 0 ? terms[1].at : at;
  if (is_moment(value.type) && !value.constant) {
    check_time_pattern(*terms[1].string, pattern_at);
  } else if (is_number(value.type)) {
    const int places = check_number_pattern(*terms[1].string, pattern_at);
    value = shown_number(std::move(value), places);
  } else {
    refuse("type", std::string("to_char takes a number or a point in time, not a value of type ") +
                       name_of(value.type),
           value.at >= 0 ? value.at : at);
  }
  return {.sql = "to_char(" + value.sql + ", " + terms[1].sql + ")", .type = Type::kText, .at = at};
}

// A number with so many places, as both databases have it: PostgreSQL would round doubles in
// another way than decimals, and SQLite goes over to a double where 64 bits do not suffice.
Term Writer::shown_number(Term value, int places) {
  if (value.type == Type::kInteger) {
    if (!value.number.computed) return value;
    used("int8");
    value.sql = "int8(" + value.sql + ")";
    return value;
  }
  if (value.numeric && !value.number.computed && value.number.places == places) return value;
  if (value.number.places > places) value = settled(std::move(value));
  used("round");
  value.sql = "round(" + (value.numeric ? value.sql : "CAST(" + value.sql + " AS numeric)") + ", " +
              std::to_string(places) + ")";
  return value;
}

}  // namespace sr::host::sql
