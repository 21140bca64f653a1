// host/sql/conditions.h - what a statement asks of values, whatever the column. Pure; any thread.
#pragma once

#include <set>
#include <string>

namespace sr::host::sql {

// "= 'open'", "< 25", "IS NULL", "LIMIT 3", and each OR and NOT. A pattern counts as the text
// inside its wildcards. A statement that cannot be read has none.
std::multiset<std::string> conditions_in(const std::string& statement);

}  // namespace sr::host::sql
