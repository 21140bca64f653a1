// host/sql/grammar/event_values.h - how a grammar lets a statement name the values that an event
// brings, instead of writing them out: slots that are filled for each event. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/constrainer.h"
#include "host/sql/grammar/tables.h"

namespace sr::host::sql {

// What may be given to the column: `:name` of a value that fits its kind, a choice, TRUE and FALSE,
// NULL apart. Small numbers too, when it is written into.
std::string event_value(const GrammarColumn&, Gbnf&, bool written);
// What says which row: of a key a value of the event, or the name of one, as a form of settings
// sends it.
std::string event_key(const GrammarColumn&, Gbnf&);
// By how much a number is changed.
std::string event_step(const GrammarColumn&, Gbnf&);

// NULL, of a click: a form says it with a value.
std::string event_null();

// What these slots hold for an object of values by name; `form`: as it is submitted.
std::vector<SlotTexts> slots_of(const Json& values, bool form);

}  // namespace sr::host::sql
