// host/sql/moment.h - points in time, days and intervals as statements write them, read into the
// one form that both databases compare alike. Any thread; what cannot be read is nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sr::host::sql {

// "2024-02-29", also with " 09:30", "T09:30:00.5", "Z" or "+02:00" behind it, as
// "2024-02-29 09:30:00" in UTC, fractions to the microsecond.
std::optional<std::string> as_moment(std::string_view text);

// "2024-02-29" when it is a day of the calendar.
std::optional<std::string> as_day(std::string_view text);

// Whole seconds since 1970 of what as_moment or as_day gave.
std::int64_t epoch_of(std::string_view moment);

// Months have no fixed length; all else is seconds. Months are added first.
struct Interval {
  std::int64_t months = 0, seconds = 0;
};
// "2 days", "1 week 2 hours", "-90 minutes", "01:30:00", "1 year 3 months -2 days".
std::optional<Interval> interval_of(std::string_view text);
// "15 months -2 days -60 seconds", which PostgreSQL reads as well.
std::string text_of(const Interval&);

// Whether date_part and EXTRACT (date_trunc) of both databases know the unit, in lower case.
bool is_part(std::string_view unit);
bool is_truncation(std::string_view unit);

}  // namespace sr::host::sql
