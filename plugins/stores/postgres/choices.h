// choices.h - what a CHECK allows a column to hold. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sr::postgres {

// From what pg_get_constraintdef says of a CHECK on one column: the values of `c IN ('a', 'b')`,
// also joined with others by AND, or with `c IS NULL` by OR. Numbers are kept as they are written.
// Empty for a CHECK of any other form.
std::vector<std::string> choices_of(std::string_view check, std::string_view column);

}  // namespace sr::postgres
