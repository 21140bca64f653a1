#include "host/turn/form.h"

#include <algorithm>

#include "host/session/bindings.h"
#include "host/sql/names.h"
#include "host/turn/event_values.h"

namespace sr::host {
namespace {

// The column of the form's table that it shows under this name; empty when there is none.
std::string column_of(const sql::Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.columns.begin(), plan.columns.end(),
                                  [&](const sql::PlannedColumn& c) { return c.name == name; });
  return found == plan.columns.end() ? std::string() : found->column;
}

// A form of settings sends {"email": …} for the row `email`.
bool names_a_setting(const sql::Plan& plan, const Json& row, const std::string& name) {
  return std::any_of(plan.key.begin(), plan.key.end(),
                     [&](const std::string& key) { return row.value(key, Json()) == name; });
}

std::string equals_value(const std::string& column, const std::string& name) {
  return sql::quote_name(column) + " = :" + sql::quote_name(name);
}

}  // namespace

std::optional<std::string> form_update(const App& app, const Screen& screen, const Json& payload) {
  const auto route = app.routes.find(EventKind::kSubmit);
  const auto values = payload.find("values");
  const auto* form = form_of(screen, payload);
  if (form == nullptr || values == payload.end() || !values->is_object() ||
      route == app.routes.end())
    return std::nullopt;
  const auto& targets = route->second.targets;
  if (std::find(targets.begin(), targets.end(), Target::kAction) == targets.end())
    return std::nullopt;
  const auto& plan = form->plan;
  const auto& row = *only_row(*form, screen.view);
  const auto* rule = app.policy.update_of(plan.key_of);
  if (rule == nullptr) return std::nullopt;

  std::vector<std::string> keys;
  for (const auto& name : plan.key) keys.push_back(column_of(plan, name));
  std::string set, where;
  for (const auto& [name, value] : values->items()) {
    const auto column = column_of(plan, name);
    if (column.empty() || names_a_setting(plan, row, name)) return std::nullopt;
    if (value == row.value(name, Json())) continue;  // as it was
    if (sql::lists(keys, column) || !sql::allows(rule->columns, column)) return std::nullopt;
    set += (set.empty() ? "" : ", ") + equals_value(column, name);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!values->contains(plan.key[i]) || !sql::lists(rule->where, keys[i])) return std::nullopt;
    where += (where.empty() ? "" : " AND ") + equals_value(keys[i], plan.key[i]);
  }
  if (set.empty()) return std::nullopt;
  return "UPDATE " + sql::quote_name(plan.key_of) + " SET " + set + " WHERE " + where;
}

}  // namespace sr::host
