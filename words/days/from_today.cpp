// Days that count from today.
#include "words/days/reader.h"

namespace sr::words {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

// These speak of today without naming it: what is overdue is known by it.
constexpr std::string_view kNow =
    "today todays tonight tonite now overdue late expired expires expiring due upcoming "
    "outstanding past soon already yet "
    "lapsed recent recently coming future still";
constexpr std::string_view kTomorrow =
    "tomorrow tomorrows tmrw tmr tomorow tommorow tommorrow tomoz";
// Days of the week that are other words, too.
constexpr std::string_view kAlsoWeekdays = "sun sat wed";
constexpr int kWeek = 7, kFortnight = 14, kSaturday = 5;

struct Step {
  std::string_view word;
  int step;
};
constexpr Step kSteps[] = {{"this", 0},  {"current", 0}, {"last", -1}, {"previous", -1},
                           {"past", -1}, {"next", 1},    {"coming", 1}};

int weekday_of(Day day) { return static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1; }

}  // namespace

// "today", "tomorrow", "last night", "overdue"
auto DayReader::near_today(std::size_t i) const -> Found {
  const auto found = [&](int more, std::size_t tokens) -> Found {
    const auto day = one_day(today_ + days(more));
    return day ? Found({{*day}, i + tokens}) : std::nullopt;
  };
  if (is(i, "day") && is_any(i + 1, "after before") && is_any(i + 2, "tomorrow yesterday")) {
    return found(is(i + 1, "after") ? 2 : -2, 3);
  }
  if (is_any(i, kTomorrow)) return found(1, 1);
  if (is_any(i, "yesterday yesterdays yday")) return found(-1, 1);
  if (is(i, "last") && is(i + 1, "night")) return found(-1, 2);
  if (is(i, "this") && is_any(i + 1, "morning afternoon evening")) return found(0, 2);
  if (is_any(i, kNow) && !(is(i, "late") && month(i + 1))) return found(0, 1);
  return std::nullopt;
}

std::optional<Day> DayReader::later(Day day, int number, std::string_view unit) {
  if (unit == "month") return months_later(day, number);
  if (unit == "quarter") return months_later(day, 3 * number);
  if (unit == "year") return months_later(day, 12 * number);
  return day + days(number * (unit == "day" ? 1 : unit == "fortnight" ? kFortnight : kWeek));
}

// "two weeks ago", "in 3 days", "older than a month", "the last 30 days"
auto DayReader::counted(std::size_t i) const -> Found {
  const auto how_many = count(is_any(i, "in within last past next coming") ? i + 1 : i);
  if (!how_many) return std::nullopt;
  const auto of = unit(how_many->next);
  if (of.empty()) return std::nullopt;
  const auto next = how_many->next + 1;
  const auto span = [&](std::optional<Day> first, std::optional<Day> last) -> Found {
    const auto end = last ? one_day(*last) : std::nullopt;
    return first && one_day(*first) && end ? Found({{{*first, end->after}}, next}) : std::nullopt;
  };
  if (is_any(i, "last past")) return span(later(today_, -how_many->what, of), today_);
  if (is_any(i, "next coming")) return span(today_, later(today_, how_many->what, of));
  if (auto found = beside(how_many->what, of, next)) return found;
  const bool ago = is_any(next, "ago back earlier"),
             hence = is(next, "from") && is_any(next + 1, "now today");
  const bool within = is_any(i, "in within");
  if (!ago && !hence && !within && !is(i - 1, "than")) return std::nullopt;
  const auto day = later(today_, hence || (within && !ago) ? how_many->what : -how_many->what, of);
  const auto found = day ? one_day(*day) : std::nullopt;
  return found ? Found({{*found}, next + (hence ? 2U : ago ? 1U : 0U)}) : std::nullopt;
}

// "two weeks from tomorrow", "3 days before 3 june", "a week on friday"
auto DayReader::beside(int number, std::string_view unit, std::size_t i) const -> Found {
  const int sign = is_any(i, "from after on") ? 1 : is(i, "before") ? -1 : 0;
  if (sign == 0 || (is(i, "from") && is_any(i + 1, "now today"))) return std::nullopt;
  for (++i; is(i, "the");) ++i;
  using Rule = Found (DayReader::*)(std::size_t) const;
  constexpr Rule kRules[] = {&DayReader::iso,           &DayReader::in_numbers,
                             &DayReader::of_week,       &DayReader::day_and_month,
                             &DayReader::month_and_day, &DayReader::near_today,
                             &DayReader::ordinal};
  for (const Rule rule : kRules) {
    const auto found = (this->*rule)(i);
    if (!found) continue;
    std::vector<Days> out;
    for (const auto& other : found->what) {
      const auto day = other.is_day() ? later(other.first, sign * number, unit) : std::nullopt;
      if (const auto one = day ? one_day(*day) : std::nullopt) out.push_back(*one);
    }
    return Found({std::move(out), found->next});
  }
  return std::nullopt;
}

// "this week", "last month", "next year", "the weekend", "end of the month", "end of month"
auto DayReader::named(std::size_t i) const -> Found {
  const auto of = unit(i + 1);
  if (of.empty() || of == "day" || of == "fortnight" || word(i + 1).ends_with('s'))
    return std::nullopt;
  std::optional<int> step;
  for (const auto& one : kSteps) {
    if (is(i, one.word)) step = one.step;
  }
  if (is(i, "the") && (of == "weekend" || is(i - 1, "of"))) step = 0;
  if (is(i, "of") && is_any(i - 1, "end start beginning")) step = 0;
  if (!step) return std::nullopt;
  const auto span = [&](std::optional<Day> first, std::optional<Day> after) -> Found {
    return first && one_day(*first) && after && one_day(*after) ? Found({{{*first, *after}}, i + 2})
                                                                : std::nullopt;
  };
  if (of == "week" || of == "weekend") {
    const auto monday = today_ + days(kWeek * *step - weekday_of(today_));
    return span(monday + days(of == "weekend" ? kSaturday : 0), monday + days(kWeek));
  }
  const year_month_day date(today_);
  const auto month = static_cast<int>(static_cast<unsigned>(date.month()));
  const int months = of == "year" ? 12 : of == "quarter" ? 3 : 1;
  const auto first = one_day(static_cast<int>(date.year()), (month - 1) / months * months + 1, 1);
  if (!first) return std::nullopt;
  return span(months_later(first->first, months * *step),
              months_later(first->first, months * (*step + 1)));
}

// "friday", "next friday", "friday 3 june"
auto DayReader::of_week(std::size_t i) const -> Found {
  const bool led = is_any(i, "this last next coming past");
  const auto j = led ? i + 1 : i;
  const auto which = weekday(j);
  if (!which) return std::nullopt;
  auto k = j + 1;
  while (is_any(k, ", . the -") && k < j + 4) ++k;
  using Rule = Found (DayReader::*)(std::size_t) const;
  constexpr Rule kRules[] = {&DayReader::iso, &DayReader::in_numbers, &DayReader::day_and_month,
                             &DayReader::month_and_day};
  for (const Rule rule : kRules) {
    if (auto found = (this->*rule)(k)) return found;  // the weekday of a day that is written out
  }
  if (auto found = weekday_and_day(*which, k)) return found;
  if (!led && is_any(j, kAlsoWeekdays) && !is_any(i - 1, kBeforeDay)) return std::nullopt;
  const int apart = *which - weekday_of(today_), ahead = (apart + kWeek) % kWeek;
  std::vector<Days> out;
  const auto add = [&](int more) {
    const auto day = one_day(today_ + days(more));
    if (day && (out.empty() || out.back() != *day)) out.push_back(*day);
  };
  if (is_any(i, "last past")) {
    add(ahead - kWeek);
  } else if (is(i, "this")) {
    add(apart);
    if (apart < 0) add(ahead);
  } else if (led) {
    add(ahead == 0 ? kWeek : ahead);
    if (is(i, "next")) add(kWeek + apart);
  } else {
    add(ahead);
    add(ahead - kWeek);
  }
  return out.empty() ? std::nullopt : Found({std::move(out), j + 1});
}

// "monday the 3rd", "fri 31": of the nearest month in which it is so.
auto DayReader::weekday_and_day(int weekday, std::size_t i) const -> Found {
  const auto said = day_number(i);
  const auto is_more = [&](std::size_t k) { return is_letters(k) || number(k, 40).has_value(); };
  if (!said || (!said->what.ordinal && is_more(said->next))) return std::nullopt;
  const auto first = today_ - (year_month_day(today_).day() - std::chrono::day(1));
  std::optional<Days> nearest;
  for (const int months : {0, 1, -1, 2, -2, 3, 4, 5, 6}) {
    const auto month = months_later(first, months);
    if (!month) continue;
    const year_month_day date(*month);
    const auto day = one_day(static_cast<int>(date.year()),
                             static_cast<int>(static_cast<unsigned>(date.month())), said->what.day);
    if (!day || weekday_of(day->first) != weekday) continue;
    if (!nearest ||
        std::chrono::abs(day->first - today_) < std::chrono::abs(nearest->first - today_))
      nearest = day;
  }
  return nearest ? Found({{*nearest}, said->next}) : std::nullopt;
}

}  // namespace sr::words
