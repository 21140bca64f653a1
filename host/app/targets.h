// host/app/targets.h - the JSON Schema of what the model may emit, for the constrainer.
//
// Pure functions; any thread. The text is the same for the same arguments.
#pragma once

#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/plugins/constrainer.h"
#include "host/plugins/store.h"

namespace sr::host {

inline constexpr int kMostComponents = 50;  // on one screen
inline constexpr int kMostPatchOps = 50;
inline constexpr int kMostStatements = 5;  // of one action

// What SQL in a target is held to: named grammars that the schema refers to by `x-grammar`.
struct SqlGrammars {
  bool held = false;            // else any text, which only the guard judges
  std::string action, binding;  // GBNF; empty: the policy allows no such statement
};

// Made of the app's policy and the database's catalog. The values of `kind`'s actions are those of
// the event, when it brings any: a click, a submit.
SqlGrammars sql_grammars(const App&, const std::vector<Column>& catalog,
                         EventKind kind = EventKind::kCommand);

// Several targets become a `oneOf` told apart by the constant `kind`; components one told apart
// by the constant `type`. Member order is the order in which the model writes. Left out is what
// cannot be written: an action, or a component with a query, where the policy allows no such
// statement; empty when nothing is left.
//
// `manifest`: what UIPatch may edit, so that it names only what is there (host/app/edits.h).
// Without one there is nothing to edit, and UIPatch is left out.
std::string target_schema(const App&, const std::vector<Target>& targets,
                          const SqlGrammars& = {}, const Json& manifest = {});

// The same with its grammars, for the constrainer.
GrammarSource target_source(const App&, const std::vector<Target>& targets, const SqlGrammars&,
                            const Json& manifest = {});

// The schema of one component, with `type` and `id` in front; null when it cannot be written.
Json component_schema(const ComponentType&, const SqlGrammars&, const Json& id);

// A schema without annotations (description, title, default, x-binding, …); objects that name
// their properties allow no others.
Json enforced(const Json& schema);

}  // namespace sr::host
