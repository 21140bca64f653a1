// host/turn/event_values.h - the values that an event brings, by name: a click's key and what its
// button asked for, a form's fields. Pure; any thread.
#pragma once

#include <string>

#include "host/app/app.h"
#include "host/base/json.h"
#include "host/session/session.h"
#include "host/turn/event.h"

namespace sr::host {

// An object; empty for kinds of events that bring none.
Json values_of(EventKind kind, const Json& payload);
// What a click is to do; empty when its payload does not say it as a text.
std::string verb_of(const Json& payload);
// The binding by which the submitted component shows one row of a table with its key; nullptr when
// there is none, or more than one.
const Binding* form_of(const Screen& screen, const Json& payload);
// A form of one row is sent with the key of the row, also where the client says nothing of it.
Event with_row_key(Event event, const Screen& screen);
// Whoever filled in the form looked at another row than the one that it shows now.
bool shows_another_row(const Event& event, const Screen& screen, std::uint64_t painted);
inline Json values_of(const Event& event) { return values_of(event.kind, event.payload); }

}  // namespace sr::host
