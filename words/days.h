// words/days.h - the days that a text speaks of: "3 june 2026", "2026-06-03", "the 14th",
// "tomorrow", "two weeks ago", "next month". Pure functions, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::words {

using Day = std::chrono::sys_days;

// From its first day to before the other one.
struct Days {
  Day first, after;

  bool is_day() const { return after == first + std::chrono::days(1); }
  friend bool operator==(const Days&, const Days&) = default;
};

struct SpokenDays {
  std::vector<Days> days;
  bool no_such_day =
      false;  // it speaks of a day that there is not, "31 june"; that is none of them
};

// In the text's order, each once, other readings behind all first ones; English, UTF-8. A day
// without a year is the one nearest to `today`, the next nearest too when that is more than
// kSureDays away, and the one nearest to any of `near`: days that stand beside the text. A day of
// the week is the coming one and the one before.
constexpr int kSureDays = 45;
constexpr std::size_t kMostDays = 16;
SpokenDays days_in(std::string_view text, Day today, const std::vector<Day>& near = {});

// The day that a text begins with as databases write it, 2026-06-03.
std::optional<Day> day_at(std::string_view text);
// As databases write it; days of the years 1 to 9999.
std::string written(Day day);

}  // namespace sr::words
