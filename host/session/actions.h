// host/session/actions.h - the actions that an app names, planned once, and which of them a table on
// screen offers. Immutable once made; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host/app/app.h"
#include "host/session/session.h"
#include "host/sql/guard.h"

namespace sr::host {

struct PlannedAction {
  std::vector<sql::Plan> statements;  // empty: a model decides
  // SELECT count(*) of the row, when it is one that the action is for. Its parameters are the
  // columns of the table's key, by their names.
  std::optional<sql::Plan> when;
  std::vector<std::string> key;  // these
};
using PlannedActions = std::map<std::string, PlannedAction>;

// Held to policy and catalog; or what is wrong, and where.
struct Mistake {
  config::Place at;
  std::string why;
};
std::variant<PlannedAction, Mistake> plan_action(const DeclaredAction&, const sql::Guard&);

// Adds the buttons of the app's actions to the components of the view that can have some, that show
// rows of such a table with their key, and for which the manifest says nothing else; and to each
// such button, whoever wrote it, the fields of what it has to ask.
void offer_actions(const App& app, const PlannedActions& planned, const std::vector<Binding>& bindings,
                   Json& view);

}  // namespace sr::host
