// table_text.h - what a CREATE TABLE text says that SQLite's own pragmas do not. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sr::sqlite {

// The values that each column (in lower case) may hold according to the CHECKs of a table:
// `CHECK (c IN ('a', 'b'))`, also joined with others by AND, or with `c IS NULL` by OR. Numbers
// are kept as they are written. A CHECK of any other form says nothing.
std::map<std::string, std::vector<std::string>> choices_of(std::string_view create_table);

}  // namespace sr::sqlite
