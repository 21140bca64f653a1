// host/sql/names.h - how names are compared, checked and written so that SQLite and PostgreSQL
// read the same. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sr::host::sql {

std::string lower_ascii(std::string_view text);
bool same_name(std::string_view a, std::string_view b);  // ASCII case does not count

// The name as SQL text: quoted when it is a keyword of either database or not all lower case.
std::string quote_name(std::string_view name);
// What stands between the % of a pattern.
std::string_view inside(std::string_view pattern);
// 'text' with quotes doubled.
std::string quote_string(std::string_view text);

// Refuses a name that a statement makes (alias, WITH) when a database reserves it.
void check_new_name(std::string_view name, int at);
// Names of the databases' own tables and columns: sqlite_…, pg_…, sr_…, rowid, ctid, …
bool is_system_name(std::string_view name);

// "a", "b" or "c"
std::string list_of(const std::vector<std::string>& names, std::string_view last_word);

}  // namespace sr::host::sql
