// host/cli/cases/same_value.h - values of a database compared by what they mean. Pure; any thread.
#pragma once

#include <optional>

#include "host/base/json.h"

namespace sr::host {

// Of a number or a boolean.
std::optional<double> number_of(const Json& value);

// Numbers as numbers, true as 1; days and times whether or not their seconds are written; else
// equal.
bool same_value(const Json& a, const Json& b);

// The same as a person reads it: one of two numbers may be rounded, when the other is a division.
bool reads_as(const Json& wanted, const Json& shown);

}  // namespace sr::host
