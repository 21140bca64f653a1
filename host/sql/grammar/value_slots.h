// host/sql/grammar/value_slots.h - where a grammar leaves room for values that are known only when
// it is used: slots (docs/constraining.md), filled for each event.
//
//   said, shown, whole, day, …      what an event's author wrote, what stands on screen (sources.h)
//   known-12                        the values that stand in column 12 of the catalog
//   shared-12                       the same, when rows share them
//   event-text, event-whole, …      names of the event's own values that fit a column
//   (parameters.h)
//
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/constrainer.h"
#include "host/sql/grammar/tables.h"
#include "host/sql/number.h"
#include "host/sql/sources.h"

namespace sr::host::sql {

// A slot of this name, as a grammar writes it: <values:name>.
std::string slot(const std::string& name, const char* options = "");
std::string known_slot(std::size_t place);
std::string shared_slot(std::size_t place);
std::string decimal_slot(const Decimal&);
// A text that was said or shown, of at most so many characters, or an empty one.
std::string told_text(int most);
// A pattern of LIKE: one of them between two %, and what was said also beside a single one.
std::string told_pattern(int most);
// That, or a value that stands in the column.
std::string with_known(const GrammarColumn&, const std::string& text, const char* options = " quote='");

// What may be given to the column of an event: `:name` of a value that fits its kind, a choice, a value
// that rows share, TRUE and FALSE, NULL apart. Small numbers too, when it is written into.
std::string event_value(const GrammarColumn&, Gbnf&, bool written);
// What says which row: of a key a value of the event, or the name of one, as a form of settings
// sends it.
std::string event_key(const GrammarColumn&, Gbnf&);
// By how much a number is changed.
std::string event_step(const GrammarColumn&, Gbnf&);
// NULL, of a click: a form says it with a value.
std::string event_null();

// What the slots of values that are told hold. `catalog`: that of the grammar.
std::vector<SlotTexts> told_slots(const Sources&, const std::vector<Column>& catalog);
// What those of an event's values hold, of an object by name; `form`: as it is submitted.
std::vector<SlotTexts> event_slots(const Json& values, bool form);

}  // namespace sr::host::sql
