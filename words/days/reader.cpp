#include "words/days/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <set>

namespace sr::words {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr int kLastYear = 9998;  // so that a day behind it has four digits of a year, too
constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
struct Short {
  std::string_view word;
  int weekday;
};
constexpr Short kShortWeekdays[] = {{"mon", 0},  {"tue", 1}, {"tues", 1}, {"wed", 2},
                                    {"weds", 2}, {"thu", 3}, {"thur", 3}, {"thurs", 3},
                                    {"fri", 4},  {"sat", 5}, {"sun", 6}};
constexpr std::array<std::string_view, 20> kOrdinals = {
    "first",     "second",    "third",       "fourth",     "fifth",      "sixth",      "seventh",
    "eighth",    "ninth",     "tenth",       "eleventh",   "twelfth",    "thirteenth", "fourteenth",
    "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"};
struct Count {
  std::string_view word;
  int number;
};
constexpr Count kCounts[] = {{"a", 1},        {"an", 1},      {"one", 1},       {"two", 2},
                             {"three", 3},    {"four", 4},    {"five", 5},      {"six", 6},
                             {"seven", 7},    {"eight", 8},   {"nine", 9},      {"ten", 10},
                             {"eleven", 11},  {"twelve", 12}, {"thirteen", 13}, {"fourteen", 14},
                             {"fifteen", 15}, {"twenty", 20}, {"thirty", 30},   {"forty", 40},
                             {"fifty", 50},   {"sixty", 60},  {"ninety", 90},   {"couple", 2}};
constexpr std::string_view kUnits = "day week fortnight weekend month quarter year";
constexpr std::string_view kBetween = "- to until till through thru and , or & /";  // several days
// Before several; before others the first is something else: "booking 5 to 31 august".
constexpr std::string_view kBeforeList = "from between on the of by for until till";
constexpr std::string_view kBehindYear = ", . ; ) ? !";  // behind two digits that are one
constexpr std::size_t kMostInList = 8, kMostNear = 100;
constexpr int kYearsAround = 3;    // among which the 29th of February is found
constexpr int kFurthestYear = 20;  // ahead, that two digits mean

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }

// Small letters; signs that are typeset as they are typed, the bytes of one as long as it was.
std::string plain(std::string_view text) {
  struct Sign {
    std::string_view typeset;
    char typed;
  };
  constexpr Sign kSigns[] = {{"\u2011", '-'},  {"\u2013", '-'}, {"\u2014", '-'}, {"\u2019", '\''},
                             {"\u2018", '\''}, {"\u201C", '"'}, {"\u201D", '"'}, {"\u201E", '"'},
                             {"\u2026", '"'},  {"\u00AB", '"'}, {"\u00BB", '"'}, {"\u00A0", ' '}};
  std::string out;
  while (!text.empty()) {
    const auto sign = std::find_if(std::begin(kSigns), std::end(kSigns),
                                   [&](const Sign& s) { return text.starts_with(s.typeset); });
    const char c = text[0];
    out += sign != std::end(kSigns) ? sign->typed
           : c >= 'A' && c <= 'Z'   ? static_cast<char>(c + 32)
                                    : c;
    text.remove_prefix(sign != std::end(kSigns) ? sign->typeset.size() : 1);
  }
  return out;
}

bool is_among(std::string_view words, std::string_view one) {
  for (auto at = words.find(one); at != words.npos && !one.empty(); at = words.find(one, at + 1)) {
    const auto end = at + one.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
      return true;
  }
  return false;
}

int ordinal_of(std::string_view word) {
  if (word == "thirtieth") return 30;
  const auto at = std::find(kOrdinals.begin(), kOrdinals.end(), word);
  return at == kOrdinals.end() ? 0 : static_cast<int>(at - kOrdinals.begin()) + 1;
}

}  // namespace

std::optional<Days> one_day(int year, int month, int day) {
  const year_month_day date(std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (year < 1 || year > kLastYear || month < 1 || month > 12 || !date.ok()) return std::nullopt;
  return one_day(Day(date));
}

std::optional<Days> one_day(Day day) {
  const int year = static_cast<int>(year_month_day(day).year());
  if (year < 1 || year > kLastYear) return std::nullopt;
  return Days{day, day + days(1)};
}

std::optional<Days> whole_month(int year, int month) {
  const auto first = one_day(year, month, 1);
  if (!first) return std::nullopt;
  return Days{first->first, *months_later(first->first, 1)};
}

std::optional<Day> months_later(Day day, int months) {
  const year_month_day date(day);
  const auto month = date.year() / date.month() + std::chrono::months(months);
  if (const int year = static_cast<int>(month.year()); year < 1 || year > kLastYear + 1)
    return std::nullopt;
  const auto same = month / date.day();
  return same.ok() ? Day(same) : Day(month / std::chrono::last);
}

namespace {

std::vector<Day> each_once(std::vector<Day> days) {
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  days.resize(std::min(days.size(), kMostNear));
  return days;
}

}  // namespace

DayReader::DayReader(std::string_view text, Day today, std::vector<Day> near)
    : today_(today), near_(each_once(std::move(near))) {
  const auto read = plain(text);
  const auto run = [&](std::size_t from, bool (*belongs)(char)) {
    while (from < read.size() && belongs(read[from])) ++from;
    return from;
  };
  for (std::size_t at = 0; at < read.size();) {
    const char c = read[at];
    const auto end = is_letter(c) ? run(at, is_letter) : is_digit(c) ? run(at, is_digit) : at + 1;
    if (!is_blank(c)) tokens_.push_back({read.substr(at, end - at), at, end});
    at = end;
  }
}

SpokenDays DayReader::run() {
  struct Rule {
    Found (DayReader::*read)(std::size_t) const;
    bool written = false;
  };
  constexpr Rule kRules[] = {{&DayReader::iso, true},
                             {&DayReader::in_numbers, true},
                             {&DayReader::of_week},
                             {&DayReader::day_and_month, true},
                             {&DayReader::month_and_day, true},
                             {&DayReader::quarter},
                             {&DayReader::counted},
                             {&DayReader::named},
                             {&DayReader::near_today},
                             {&DayReader::month_alone, true},
                             {&DayReader::ordinal},
                             {&DayReader::year_alone}};
  SpokenDays out;
  std::vector<Days> others;
  const auto add = [&](const Days& one) {
    const bool known = std::find(out.days.begin(), out.days.end(), one) != out.days.end();
    if (!known && out.days.size() < kMostDays) out.days.push_back(one);
  };
  for (std::size_t i = 0; i < tokens_.size() && out.days.size() < kMostDays;) {
    Found found;
    for (const auto& rule : kRules) {
      if (!(found = (this->*rule.read)(i))) continue;
      if (rule.written && !found->what.empty()) written_ = found->what;
      break;
    }
    i = found ? found->next : i + 1;
    if (!found) continue;
    const auto& all = found->what;
    const auto first = static_cast<std::ptrdiff_t>(std::min(found->first, all.size()));
    std::for_each(all.begin(), all.begin() + first, add);
    others.insert(others.end(), all.begin() + first, all.end());
    out.no_such_day = out.no_such_day || all.empty();
  }
  std::for_each(others.begin(), others.end(), add);
  return out;
}

const std::string& DayReader::word(std::size_t i) const {
  static const std::string nothing;
  return i < tokens_.size() ? tokens_[i].word : nothing;
}

bool DayReader::is_any(std::size_t i, std::string_view words) const {
  return is_among(words, word(i));
}

bool DayReader::is_letters(std::size_t i) const {
  return !word(i).empty() && is_letter(word(i)[0]);
}

bool DayReader::glued(std::size_t i) const {
  return i > 0 && i < tokens_.size() && tokens_[i - 1].end == tokens_[i].begin;
}

DayReader::Number DayReader::number(std::size_t i, std::size_t most_digits) const {
  const auto& digits = word(i);
  if (digits.empty() || digits.size() > most_digits || !is_digit(digits[0])) return std::nullopt;
  int out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

auto DayReader::month(std::size_t i) const -> std::optional<Read<int>> {
  const auto& name = word(i);
  for (std::size_t at = 0; at < kMonths.size(); ++at) {
    const bool meant =
        name == kMonths[at] || name == kMonths[at].substr(0, 3) || (name == "sept" && at == 8);
    if (meant)
      return Read<int>{static_cast<int>(at) + 1, i + (is(i + 1, ".") && glued(i + 1) ? 2U : 1U)};
  }
  return std::nullopt;
}

DayReader::Number DayReader::weekday(std::size_t i) const {
  const auto at = std::find(kWeekdays.begin(), kWeekdays.end(), word(i));
  if (at != kWeekdays.end()) return static_cast<int>(at - kWeekdays.begin());
  for (const auto& one : kShortWeekdays) {
    if (one.word == word(i)) return one.weekday;
  }
  return std::nullopt;
}

auto DayReader::day_number(std::size_t i) const -> std::optional<Read<DayNumber>> {
  const auto is_day = [](int n) { return n >= 1 && n <= 31; };
  if (const auto digits = number(i, 2)) {
    const bool ordinal = glued(i + 1) && is_any(i + 1, "st nd rd th");
    const bool other =
        (glued(i + 1) && is_any(i + 1, ": %")) || (glued(i) && is_any(i - 1, ": . # '"));
    if (!is_day(*digits) || (other && !ordinal)) return std::nullopt;
    return Read<DayNumber>{{*digits, ordinal}, i + (ordinal ? 2U : 1U)};
  }
  if (const int day = ordinal_of(word(i))) return Read<DayNumber>{{day, true}, i + 1};
  if (!is_any(i, "twenty thirty")) return std::nullopt;
  const auto j = is(i + 1, "-") ? i + 2 : i + 1;
  const int more = ordinal_of(word(j)), day = (is(i, "twenty") ? 20 : 30) + more;
  if (more == 0 || !is_day(day)) return std::nullopt;
  return Read<DayNumber>{{day, true}, j + 1};
}

// One or several: "3", "3-7", "3rd and 5th".
auto DayReader::day_numbers(std::size_t i) const -> std::optional<Read<std::vector<int>>> {
  const auto first = day_number(i);
  if (!first) return std::nullopt;
  Read<std::vector<int>> out{{first->what.day}, first->next};
  const bool several = first->what.ordinal || i == 0 || is_any(i - 1, kBeforeList) ||
                       weekday(i - 1) || month(i - 1) ||
                       (is(out.next, "-") && glued(out.next) && glued(out.next + 1));
  while (several && is_any(out.next, kBetween) && out.what.size() < kMostInList) {
    auto k = out.next + 1;
    while (is_any(k, "the and")) ++k;
    const auto other = day_number(k);
    if (!other) break;
    out.what.push_back(other->what.day);
    out.next = other->next;
  }
  return out;
}

auto DayReader::year(std::size_t i) const -> std::optional<Read<int>> {
  if (is_any(i, ", of") || (is(i, "-") && glued(i))) ++i;
  if (is(i, "'") && glued(i + 1) && word(i + 1).size() == 2) {
    if (const auto digits = number(i + 1, 2)) return Read<int>{century(*digits), i + 2};
  }
  const auto digits = number(i, 4);
  if (digits && word(i).size() == 2 && (word(i + 1).empty() || is_any(i + 1, kBehindYear)) &&
      !glued(i)) {
    return Read<int>{century(*digits), i + 1};
  }
  if (!digits || *digits < 1000 || *digits > 2999) return std::nullopt;
  return Read<int>{*digits, i + 1};
}

int DayReader::century(int two_digits) const {
  const int year = 2000 + two_digits;
  return year > static_cast<int>(year_month_day(today_).year()) + kFurthestYear ? year - 100 : year;
}

// "3", "three", "a", "a couple of".
auto DayReader::count(std::size_t i) const -> std::optional<Read<int>> {
  if (const auto digits = number(i, 3)) return Read<int>{*digits, i + 1};
  if (is(i, "a") && is_any(i + 1, "couple few")) ++i;
  const auto at = std::find_if(std::begin(kCounts), std::end(kCounts),
                               [&](const Count& one) { return one.word == word(i); });
  if (at == std::end(kCounts)) return std::nullopt;
  return Read<int>{at->number, i + (is(i + 1, "of") ? 2U : 1U)};
}

std::string DayReader::unit(std::size_t i) const {
  auto one = word(i);
  if (one.ends_with('s')) one.pop_back();
  return is_among(kUnits, one) ? one : "";
}

std::vector<Days> DayReader::in_year(Number year, const InYear& make) const {
  std::vector<Days> out;
  if (year) {
    if (auto said = make(*year)) out.push_back(*said);
    return out;
  }
  std::set<int> years;
  auto around = near_;
  around.push_back(today_);
  for (const auto day : around) {
    const int year = static_cast<int>(year_month_day(day).year());
    for (int one = year - kYearsAround; one <= year + kYearsAround; ++one) years.insert(one);
  }
  for (const int one : years) {
    if (auto meant = make(one)) out.push_back(*meant);
  }
  return nearest(std::move(out));
}

std::vector<Days> DayReader::nearest(std::vector<Days> choices) const {
  const auto apart = [](const Days& span, Day day) {
    const auto distance = day < span.first ? span.first - day : day - span.after + days(1);
    return std::max(0, static_cast<int>(distance.count()));
  };
  const auto by = [&](const std::vector<Day>& all) {
    auto order = choices;
    std::stable_sort(order.begin(), order.end(), [&](const Days& a, const Days& b) {
      const auto least = [&](const Days& span) {
        int out = apart(span, all.front());
        for (const auto day : all) out = std::min(out, apart(span, day));
        return out;
      };
      return least(a) < least(b);
    });
    return order;
  };
  std::reverse(choices.begin(), choices.end());  // of two that are as near the later one
  auto out = by({today_});
  if (out.empty()) return out;
  out.resize(std::min<std::size_t>(out.size(), apart(out[0], today_) <= kSureDays ? 1 : 2));
  if (near_.empty()) return out;
  const auto beside = by(near_).front();
  if (std::find(out.begin(), out.end(), beside) == out.end()) out.push_back(beside);
  return out;
}

SpokenDays days_in(std::string_view text, Day today, const std::vector<Day>& near) {
  return DayReader(text, today, near).run();
}

std::optional<Day> day_at(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() < kForm.size() || (text.size() > kForm.size() && is_digit(text[kForm.size()])))
    return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[i]) : text[i] != kForm[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t from, std::size_t size) {
    int out = 0;
    std::from_chars(text.data() + from, text.data() + from + size, out);
    return out;
  };
  const auto found = one_day(part(0, 4), part(5, 2), part(8, 2));
  return found ? std::optional(found->first) : std::nullopt;
}

std::string written(Day day) {
  const year_month_day date(day);
  const auto digits = [](unsigned number, std::size_t size) {
    auto out = std::to_string(number);
    return std::string(size - std::min(size, out.size()), '0') + out;
  };
  return digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         digits(static_cast<unsigned>(date.month()), 2) + "-" +
         digits(static_cast<unsigned>(date.day()), 2);
}

}  // namespace sr::words
