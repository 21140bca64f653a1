#include "host/turn/form.h"

#include <algorithm>

#include "host/session/manifest.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

// The binding that fills the form, when it shows one row of a table with its key.
const Binding* form_of(const Screen& screen, const Json& payload, Json& row) {
  const int index = component_index(screen.view, payload.value("submit", std::string()));
  if (index < 0) return nullptr;
  const auto& component = screen.view["components"][static_cast<std::size_t>(index)];
  for (const auto& binding : screen.bindings) {
    if (component["id"] != binding.component || binding.plan.key.empty()) continue;
    const auto rows = component.find(binding.property.fills);
    if (rows == component.end() || !rows->is_array() || rows->size() != 1) continue;
    row = rows->front();
    return &binding;
  }
  return nullptr;
}

// The column of the form's table that it shows under this name; empty when there is none.
std::string column_of(const sql::Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.columns.begin(), plan.columns.end(),
                                  [&](const sql::PlannedColumn& c) { return c.name == name; });
  return found == plan.columns.end() ? std::string() : found->column;
}

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& one) { return sql::same_name(one, name); });
}

const sql::WriteRule* update_rule(const App& app, const std::string& table) {
  const auto found = app.policy.tables.find(table);
  return found == app.policy.tables.end() || !found->second.update ? nullptr : &*found->second.update;
}

std::string equals_value(const std::string& column, const std::string& name) {
  return sql::quote_name(column) + " = :" + sql::quote_name(name);
}

}  // namespace

std::optional<std::string> form_update(const App& app, const Screen& screen, const Json& payload) {
  const auto values = payload.find("values");
  if (values == payload.end() || !values->is_object()) return std::nullopt;
  Json row;
  const auto* form = form_of(screen, payload, row);
  if (form == nullptr) return std::nullopt;
  const auto& plan = form->plan;
  const auto* rule = update_rule(app, plan.key_of);
  if (rule == nullptr) return std::nullopt;

  std::string set, where;
  for (const auto& [name, value] : values->items()) {
    const auto column = column_of(plan, name);
    if (column.empty()) return std::nullopt;
    const bool is_key = std::find(plan.key.begin(), plan.key.end(), name) != plan.key.end();
    if (is_key && value == row[name]) continue;
    if (is_key || (!rule->columns.all && !lists(rule->columns.names, column))) return std::nullopt;
    set += (set.empty() ? "" : ", ") + equals_value(column, name);
  }
  for (const auto& name : plan.key) {
    const auto column = column_of(plan, name);
    if (!values->contains(name) || !lists(rule->where, column)) return std::nullopt;
    where += (where.empty() ? "" : " AND ") + equals_value(column, name);
  }
  if (set.empty()) return std::nullopt;
  return "UPDATE " + sql::quote_name(plan.key_of) + " SET " + set + " WHERE " + where;
}

}  // namespace sr::host
