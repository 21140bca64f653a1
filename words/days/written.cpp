// Days that are written out.
#include <algorithm>
#include <cstdlib>

#include "words/days/reader.h"

namespace sr::words {
namespace {

// Months that are other words, too: only behind one of these, beside a number, or first of all.
constexpr std::string_view kAlsoMonths = "may mar jan";
constexpr std::string_view kBeforeMonth =
    "in of since until till by before after from to this last next during for through early mid "
    "late and";
constexpr std::string_view kBehindMay =
    "i we you he she they it be have not as well a the this that";
constexpr std::string_view kBeforeYear =
    "in since of before after from until till to year during for through by and than between";
// Behind a place in some order, which is no day of a month.
constexpr std::string_view kBehindPlace =
    "one ones row rows line lines entry item floor time place grade class year form team bed "
    "street avenue round lap "
    "edition person name";
constexpr int kNearYears = 10;  // whose numbers are years wherever they stand
constexpr int kFirstLoneYear = 1900, kLastLoneYear = 2099;

}  // namespace

// 2026-06-03, 2026/6/3, 2026-06
auto DayReader::iso(std::size_t i) const -> Found {
  const auto year = number(i, 4), month = number(i + 2, 2), day = number(i + 4, 2);
  const auto& sign = word(i + 1);
  if (!year || word(i).size() != 4 || !month || !is_any(i + 1, "- / .") || !glued(i + 1) ||
      !glued(i + 2)) {
    return std::nullopt;
  }
  if (is(i + 3, sign) && glued(i + 3) && glued(i + 4) && day) {
    const auto found = one_day(*year, *month, *day);
    return Found({found ? std::vector<Days>{*found} : std::vector<Days>(), i + 5});
  }
  const auto found = whole_month(*year, *month);
  if (!found || sign != "-" || word(i + 2).size() != 2) return std::nullopt;
  return Found({{*found}, i + 3});
}

// 3/6/2026, 3.6.26, 3-6-2026, 3/6
auto DayReader::in_numbers(std::size_t i) const -> Found {
  const auto first = number(i, 2), second = number(i + 2, 2);
  const auto& sign = word(i + 1);
  if (!first || !second || !is_any(i + 1, "/ . -") || !glued(i + 1) || !glued(i + 2) ||
      (glued(i) && (is_any(i - 1, "/ . -") || is_letters(i - 1)))) {
    return std::nullopt;  // a part of a number: N26/01
  }
  Number year;
  auto next = i + 3;
  if (is(next, sign) && glued(next)) {
    const auto digits = glued(next + 1) ? number(next + 1, 9) : Number();
    const auto size = word(next + 1).size();
    if (digits && (size == 2 || size == 4)) {
      year = size == 2 ? century(*digits) : *digits;
      next += 2;
    } else if (sign != "." || digits) {
      return std::nullopt;
    } else {
      ++next;
    }
  } else if (sign != "/") {
    return std::nullopt;
  }
  const auto read = [&](int day, int month) {
    return in_year(year, [&](int one) { return one_day(one, month, day); });
  };
  auto out = read(*first, *second);
  if (sign == "/" && *first != *second) {
    const auto other = read(*second, *first);
    out.insert(out.end(), other.begin(), other.end());
  }
  if (out.empty() && !year) return std::nullopt;
  return Found({std::move(out), next});
}

// "3 june", "the 3rd and 5th of june 2026"
auto DayReader::day_and_month(std::size_t i) const -> Found {
  const auto days = day_numbers(i);
  if (!days) return std::nullopt;
  auto next = days->next;
  while (is_any(next, "of o ' -")) ++next;
  const auto named = month(next);
  return named ? of_month(days->what, named->what, named->next) : std::nullopt;
}

// "june 3", "June 3-7, 2026"
auto DayReader::month_and_day(std::size_t i) const -> Found {
  const auto named = month(i);
  if (!named) return std::nullopt;
  auto next = named->next;
  while (is_any(next, "the -")) ++next;
  const auto days = day_numbers(next);
  return days ? of_month(days->what, named->what, days->next) : std::nullopt;
}

auto DayReader::of_month(const std::vector<int>& days, int month, std::size_t next) const -> Found {
  const auto said = year(next);
  next = said ? said->next : next;
  std::vector<Days> firsts, others;
  for (const int day : days) {
    const auto found = in_year(said ? Number(said->what) : Number(),
                               [&](int one) { return one_day(one, month, day); });
    if (found.empty()) return Found({{}, next});
    firsts.push_back(found[0]);
    others.insert(others.end(), found.begin() + 1, found.end());
  }
  const auto first = firsts.size();
  firsts.insert(firsts.end(), others.begin(), others.end());
  return Found({std::move(firsts), next, first});
}

auto DayReader::month_alone(std::size_t i) const -> Found {
  const auto named = month(i);
  if (!named) return std::nullopt;
  const auto said = year(named->next);
  const bool other_word = is_any(i, kAlsoMonths) && !said && !is_any(i - 1, kBeforeMonth);
  if (other_word && (i > 0 || is_any(i + 1, kBehindMay))) return std::nullopt;
  auto out = in_year(said ? Number(said->what) : Number(),
                     [&](int one) { return whole_month(one, named->what); });
  return out.empty() ? std::nullopt : Found({std::move(out), said ? said->next : named->next});
}

auto DayReader::year_alone(std::size_t i) const -> Found {
  const auto said = number(i, 4);
  const int this_year = static_cast<int>(std::chrono::year_month_day(today_).year());
  if (!said || *said < kFirstLoneYear || *said > kLastLoneYear || glued(i) ||
      (glued(i + 1) && !is_any(i + 1, ", . ? ! ' ) ; :")) ||
      (!is_any(i - 1, kBeforeYear) && std::abs(*said - this_year) > kNearYears)) {
    return std::nullopt;
  }
  return Found({{{one_day(*said, 1, 1)->first, one_day(*said + 1, 1, 1)->first}}, i + 1});
}

// "q3", "second quarter of 2025"
auto DayReader::quarter(std::size_t i) const -> Found {
  auto which = is(i, "q") && glued(i + 1) ? number(i + 1, 1) : Number();
  auto next = i + 2;
  if (const auto said = day_number(i);
      !which && said && said->what.ordinal && is(said->next, "quarter")) {
    which = said->what.day;
    next = said->next + 1;
  }
  if (!which || *which < 1 || *which > 4) return std::nullopt;
  const auto said = year(next);
  auto out = in_year(said ? Number(said->what) : Number(), [&](int one) -> std::optional<Days> {
    const auto first = whole_month(one, 3 * *which - 2), last = whole_month(one, 3 * *which);
    if (!first || !last) return std::nullopt;
    return Days{first->first, last->after};
  });
  return out.empty() ? std::nullopt : Found({std::move(out), said ? said->next : next});
}

// "by the 14th": of the month that was written before, or the next; else of the one in which it is
// nearest to today, and the next.
auto DayReader::ordinal(std::size_t i) const -> Found {
  const auto said = day_number(i);
  if (!said || !said->what.ordinal || is_any(said->next, kBehindPlace)) return std::nullopt;
  const bool the = is(i - 1, "the") && (!written_.empty() || is_any(i - 2, kBeforeDay));
  if (!number(i, 2) && !the) return std::nullopt;
  const auto in_month_of = [&](Day day) {
    const std::chrono::year_month_day date(day);
    return one_day(static_cast<int>(date.year()),
                   static_cast<int>(static_cast<unsigned>(date.month())), said->what.day);
  };
  if (!written_.empty()) {
    const auto day = std::chrono::year_month_day(written_[0].first).day();
    const auto month = written_[0].first - (day - std::chrono::day(1));
    std::vector<Day> months{month};
    if (const auto next = months_later(month, 1)) months.push_back(*next);
    if (!written_[0].is_day()) {
      months.clear();
      for (const auto& one : written_) months.push_back(one.first);
    } else if (std::chrono::day(static_cast<unsigned>(said->what.day)) < day) {
      std::reverse(months.begin(), months.end());  // "from 28 july to the 2nd"
    }
    std::vector<Days> out;
    for (std::size_t k = 0; k < months.size() && k < 2; ++k) {
      if (const auto one = in_month_of(months[k])) out.push_back(*one);
    }
    return out.empty() ? std::nullopt : Found({std::move(out), said->next});
  }
  const auto first = today_ - (std::chrono::year_month_day(today_).day() - std::chrono::day(1));
  std::optional<Days> nearest, coming;
  for (const int months : {1, 0, -1}) {
    const auto month = months_later(first, months);
    const auto one = month ? in_month_of(*month) : std::nullopt;
    if (!one) continue;
    if (!nearest ||
        std::chrono::abs(one->first - today_) < std::chrono::abs(nearest->first - today_))
      nearest = one;
    if (one->first >= today_) coming = one;
  }
  if (!nearest) return std::nullopt;
  std::vector<Days> out{*nearest};
  if (coming && *coming != *nearest) out.push_back(*coming);
  return Found({std::move(out), said->next});
}

}  // namespace sr::words
