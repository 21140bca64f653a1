// host/sql/parameters.h - values that a statement names (`:alert_id`) instead of writing them out.
// They are bound when it runs, with the type of the column beside which they stand, and are never a
// part of its text. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/json.h"
#include "host/sql/guard.h"

namespace sr::host::sql {

// A statement as the parser knows it: `:alert_id` becomes `$1`, padded with blanks, so that every
// other byte stays where it is. The text must have passed scan(). Throws Refused.
struct Numbered {
  std::string text;
  std::vector<std::string> names;  // of $1, $2, …; once each
};
Numbered number_parameters(std::string_view statement);

// :name as a statement writes it, in double quotes where it must be.
std::string written_parameter(std::string_view name);

// A value of an event (text, number, true, false, null) as the store takes it for the column, or
// why that column cannot take it. `name` is what people know the value by.
std::variant<Value, Refusal> value_for(const Column& column, ParameterUse use, const std::string& name,
                                       const Json& value);

// The values of all parameters of a plan, in their order, out of an object of values by name.
std::variant<std::vector<Value>, Refusal> bind_values(const Plan&, const Json& values);

}  // namespace sr::host::sql
