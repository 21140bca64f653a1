#include "calendar.h"

#include <cstdio>

namespace sr::sqlite {
namespace {

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

}  // namespace

std::optional<Moment> read_moment(std::string_view text) {
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

std::string write_moment(Moment moment) {
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

Days monday_of(Days day) {
  return day - std::chrono::days(std::chrono::weekday(day).iso_encoding() - 1);
}

int week_of(Days day) {
  const Days thursday = monday_of(day) + std::chrono::days(3);
  const Days first = Days(Date(thursday).year() / std::chrono::January / 1);
  return static_cast<int>((thursday - first).count() / 7 + 1);
}

}  // namespace sr::sqlite
