// host/sql/grammar/names.h - how a model writes names: those of tables and columns, and those that
// it gives itself. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sr::host::sql {

// Bare when it is [a-z_][a-z0-9_]* and no word that PostgreSQL reserves, else in double quotes.
std::string written_name(std::string_view name);

// The rule `name` and those that it uses: [a-z_][a-z0-9_]*, at most 31 bytes (up to 49 where it
// begins like a forbidden name, which is within what a database takes), without the names
// that check_new_name() and the scanner refuse after AS.
std::string name_rules();

}  // namespace sr::host::sql
