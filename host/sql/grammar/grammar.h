// host/sql/grammar/grammar.h - the statements that a model may write, as grammars made of the database's
// catalog and the app's policy (docs/sql.md, "What the model writes").
//
// What such a grammar accepts, the guard accepts: a model that is held to it cannot name what the
// policy hides, nor give a column a value that it cannot have. The guard lets more pass.
// Where they leave room for values they have slots, to be filled when they are used (value_slots.h).
// Pure; any thread. The text is GBNF, the same for the same catalog and policy.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"

namespace sr::host::sql {

// Where the values of an action come from. A query's are always told.
enum class Values {
  kTold,       // the model writes out what was said, what stands on screen, what is known (sources.h)
  kOfTheEvent  // it names those that a click or a form has brought
};

// INSERT, UPDATE and DELETE; empty when the policy allows none.
std::string action_grammar(const Policy&, const std::vector<Column>& catalog,
                           Values values = Values::kTold);
// SELECT; empty when no table may be read.
std::string binding_grammar(const Policy&, const std::vector<Column>& catalog);

}  // namespace sr::host::sql
