// An action that the app names may be for some rows only.
#include "host/sql/parameters.h"
#include "host/turn/event_values.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// The key of the row by the names of its columns: what the statements fix it by, or else values of
// the event that are called like them.
Json key_of_row(const Turn& turn, const sql::Plan& when) {
  const auto& values = turn.values;
  Json out = Json::object();
  for (const auto& parameter : when.parameters) {
    if (values.contains(parameter.name)) out[parameter.name] = values[parameter.name];
  }
  for (const auto& change : turn.changes) {
    if (change.plan.target != turn.action->table) continue;
    for (const auto& fixed : change.plan.fixed) {
      if (!fixed.key) continue;
      out[fixed.column] = fixed.parameter.empty() ? Json(fixed.literal) : values[fixed.parameter];
    }
  }
  return out;
}

Rejection not_now(const std::string& why) {
  Rejection out{"app", "when", why};
  out.final = true;
  return out;
}

}  // namespace

Step check_when(Turn& turn, TransactionRef& transaction) {
  if (turn.action == nullptr) return {};
  const auto& when = turn.engine.actions.at(turn.action->name).when;
  if (!when) return {};
  auto bound = sql::bind_values(*when, key_of_row(turn, *when));
  if (const auto* refusal = std::get_if<sql::Refusal>(&bound)) return not_now(refusal->why);
  auto found = transaction.execute(sql::statement_of(
      *when, SR_ROLE_BINDING, std::get<std::vector<Value>>(std::move(bound))));
  if (!found) {
    if (!blames_statement(found.error().code)) return found.error();
    return not_now(found.error().what);
  }
  const auto& rows = found->returned.rows;
  if (!rows.empty() && rows[0][0] != Value(std::int64_t{0})) return {};
  return not_now("\"" + turn.action->label + "\" is not for this row: " + turn.action->when +
                 " does not hold");
}

}  // namespace sr::host
