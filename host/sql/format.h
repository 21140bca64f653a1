// host/sql/format.h - the patterns of to_char that both databases write alike (docs/sql.md).
// Pure; any thread. Both throw Refused.
#pragma once

#include <string_view>

namespace sr::host::sql {

// '999,990.00', 'FM990', '990.0 %': returns the digits behind the point.
int check_number_pattern(std::string_view pattern, int at);

// 'YYYY-MM-DD HH24:MI:SS', 'FMDD Mon YYYY, "at" HH12 AM'.
void check_time_pattern(std::string_view pattern, int at);

}  // namespace sr::host::sql
