// host/session/field.h - a field of a form by which people give the value of a column. Pure; any
// thread.
#pragma once

#include <string>

#include "host/base/json.h"
#include "host/plugins/store.h"

namespace sr::host {

// Neither a default nor the database gives it a value, and it must have one.
bool must_be_given(const Column& column);

// {"name","label","kind","one_of"?,"required"?}. `kind`: text, number, toggle, date, or choice,
// which is one of `one_of`.
Json field_of(const Column& column, const std::string& name, const std::string& label,
              bool required);

}  // namespace sr::host
