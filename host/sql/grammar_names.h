// host/sql/grammar_names.h - the names that a model may give to columns, as GBNF. Pure; any thread.
#pragma once

#include <string>

namespace sr::host::sql {

// The rule `name` and those that it uses: [a-z_][a-z0-9_]*, at most 31 bytes, without the names
// that check_new_name() and the scanner refuse after AS.
std::string name_rules();

}  // namespace sr::host::sql
