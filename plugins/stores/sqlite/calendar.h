// calendar.h - points in time as SQLite keeps them, "2024-02-29 09:30:00" in UTC. Pure; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sr::sqlite {

using Days = std::chrono::sys_days;
using Date = std::chrono::year_month_day;
using Micros = std::chrono::microseconds;
using Moment = std::chrono::sys_time<Micros>;

// Also the other forms of ISO 8601; nullopt for what is no point in time.
std::optional<Moment> read_moment(std::string_view text);
std::string write_moment(Moment);

Days monday_of(Days day);
// The number of the week of ISO 8601: that of the year which has the week's Thursday.
int week_of(Days day);

}  // namespace sr::sqlite
