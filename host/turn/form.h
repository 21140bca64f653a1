// host/turn/form.h - a form of one row of a table is saved by code: what its values come to is
// known without a model. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "host/app/app.h"
#include "host/session/session.h"

namespace sr::host {

// The UPDATE that a submit comes to, with the event's values by name; of values that are as they
// were it says nothing. None when the component does not show one row of a table with its key, a
// value is no column of it or belongs to its key, or policy or route do not let it be set: then a
// model decides. `payload`: with the key of the row (event_values.h).
std::optional<std::string> form_update(const App& app, const Screen& screen, const Json& payload);

}  // namespace sr::host
