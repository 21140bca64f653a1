// words/days/reader.h - reads a text token by token for words/days.h: reader.cpp has the parts of a
// day, written.cpp days that are written out, from_today.cpp those that count from today. One
// thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "words/days.h"

namespace sr::words {

// Behind one of these a day of the week or of a month is one also where it could be something else.
constexpr std::string_view kBeforeDay =
    "on by until till from to since before after for of and every this";

// Nothing where there is no such day, or none behind it that has four digits of a year.
std::optional<Days> one_day(int year, int month, int day);
std::optional<Days> whole_month(int year, int month);
std::optional<Days> one_day(Day day);
// The same day so many months later, or the last of that month.
std::optional<Day> months_later(Day day, int months);

class DayReader {
 public:
  DayReader(std::string_view text, Day today, std::vector<Day> near);

  SpokenDays run();

 private:
  // What was read, and the token behind it. Of days none: it speaks of one that there is not.
  template <class T>
  struct Read {
    T what;
    std::size_t next;
    std::size_t first = 1;  // so many of several are first readings, the others are others of these
  };
  using Found = std::optional<Read<std::vector<Days>>>;
  using Number = std::optional<int>;
  struct Token {
    std::string word;  // small letters, digits, or one sign
    std::size_t begin, end;
  };
  struct DayNumber {
    int day;
    bool ordinal;  // "3rd", "third": it says which one
  };

  const std::string& word(std::size_t i) const;  // empty beyond the ends, also for i - 1 of 0
  bool is(std::size_t i, std::string_view what) const { return word(i) == what; }
  bool is_any(std::size_t i, std::string_view words) const;  // of words between spaces
  bool is_letters(std::size_t i) const;
  bool glued(std::size_t i) const;  // nothing stands between this token and the one before
  Number number(std::size_t i, std::size_t most_digits) const;

  std::optional<Read<int>> month(std::size_t i) const;
  Number weekday(std::size_t i) const;  // from Monday
  std::optional<Read<DayNumber>> day_number(std::size_t i) const;
  std::optional<Read<std::vector<int>>> day_numbers(std::size_t i) const;
  std::optional<Read<int>> year(std::size_t i) const;
  int century(int two_digits) const;
  std::optional<Read<int>> count(std::size_t i) const;
  std::string unit(std::size_t i) const;

  // What a day without a year may be.
  using InYear = std::function<std::optional<Days>(int year)>;
  std::vector<Days> in_year(Number year, const InYear& make) const;
  std::vector<Days> nearest(std::vector<Days> choices) const;

  Found iso(std::size_t i) const;
  Found in_numbers(std::size_t i) const;
  Found day_and_month(std::size_t i) const;
  Found month_and_day(std::size_t i) const;
  Found of_month(const std::vector<int>& days, int month, std::size_t next) const;
  Found month_alone(std::size_t i) const;
  Found year_alone(std::size_t i) const;
  Found quarter(std::size_t i) const;
  Found ordinal(std::size_t i) const;

  Found near_today(std::size_t i) const;
  Found counted(std::size_t i) const;
  Found named(std::size_t i) const;
  Found beside(int number, std::string_view unit, std::size_t i) const;
  Found of_week(std::size_t i) const;
  Found weekday_and_day(int weekday, std::size_t i) const;
  static std::optional<Day> later(Day day, int number, std::string_view unit);

  const Day today_;
  const std::vector<Day> near_;
  std::vector<Token> tokens_;
  std::vector<Days> written_;  // the last days or months that were written out
};

}  // namespace sr::words
