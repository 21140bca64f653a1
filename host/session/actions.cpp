#include "host/session/actions.h"

#include <algorithm>
#include <set>

#include "host/base/words.h"
#include "host/session/field.h"
#include "host/session/manifest.h"
#include "host/sql/names.h"
#include "host/sql/parameters.h"

namespace sr::host {
namespace {

std::string condition_query(const DeclaredAction& action, const std::vector<std::string>& key) {
  std::string where;
  for (const auto& name : key) {
    where += sql::quote_name(name) + " = " + sql::written_parameter(name) + " AND ";
  }
  return "SELECT count(*) AS n FROM " + sql::quote_name(action.table) + " WHERE " + where + "(" +
         action.when + ")";
}

// `column = 'value'`, which a page can see by itself; null for any other condition.
Json plain_condition(const std::string& when, const Json& columns) {
  const auto equals = when.find('=');
  if (equals == std::string::npos) return nullptr;
  const auto trimmed = [](std::string text) {
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  const auto column = trimmed(when.substr(0, equals));
  const auto value = trimmed(when.substr(equals + 1));
  const bool plain =
      value.size() >= 2 && value.front() == '\'' && value.find('\'', 1) == value.size() - 1;
  if (!plain || std::find(columns.begin(), columns.end(), Json(column)) == columns.end()) {
    return nullptr;
  }
  return {{"column", column}, {"equals", value.substr(1, value.size() - 2)}};
}

// A component of this type can have buttons, as docs/app.md says.
bool takes_buttons(const ComponentType& type) {
  const auto properties = type.schema.value("properties", Json::object());
  return properties.contains("actions") && properties["actions"].value("type", "") == "array";
}

// What the statements call the key of the row; its column when they do not name it.
std::string param_of(const PlannedAction& planned, const std::string& table, const Json& key) {
  for (const auto& statement : planned.statements) {
    if (statement.target != table) continue;
    for (const auto& fixed : statement.fixed) {
      if (fixed.key && !fixed.parameter.empty()) return fixed.parameter;
    }
  }
  return (key.is_string() ? key : key[0]).get<std::string>();
}

// Empty is no value of it.
bool never_empty(const sql::PlannedParameter& parameter) {
  return parameter.use != sql::ParameterUse::kAssigned ||
         (parameter.column.flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_KEY)) != 0;
}

void ask(const sql::Plan& plan, std::set<std::string>& given, Json& out) {
  for (const auto& parameter : plan.parameters) {
    const auto& name = parameter.name;
    if (!given.insert(name).second) continue;
    out.push_back(
        field_of(parameter.column, name, capitalised(in_words(name)), never_empty(parameter)));
  }
}

// The values that statements and condition name and the click does not bring. A page sends a key of
// one column as `param`, one of several under its own names; for the condition the host knows it by
// these.
Json asked_values(const PlannedAction& planned, const std::string& param, const Json& key) {
  Json out = Json::array();
  std::set<std::string> given;
  if (key.is_array()) {
    for (const auto& name : key) given.insert(name);
  } else {
    given.insert(param);
  }
  for (const auto& statement : planned.statements) ask(statement, given, out);
  if (!planned.when) return out;
  given.insert(planned.key.begin(), planned.key.end());
  ask(*planned.when, given, out);
  return out;
}

Json buttons(const App& app, const PlannedActions& planned, const std::string& table,
             const Json& component) {
  Json out = Json::array();
  for (const auto& action : app.actions) {
    if (action.table != table) continue;
    Json button = {{"user_action", action.name}, {"label", action.label}};
    button["param"] = param_of(planned.at(action.name), table, component["key"]);
    if (auto when = plain_condition(action.when, component["columns"]); !when.is_null()) {
      button["when"] = std::move(when);
    }
    out.push_back(std::move(button));
  }
  return out;
}

bool names_verb(const sql::Plan& plan) {
  return std::any_of(plan.parameters.begin(), plan.parameters.end(),
                     [](const auto& parameter) { return parameter.name == "user_action"; });
}

// Of the app's buttons and of those that the manifest has written.
void ask_values(const PlannedActions& planned, Json& component) {
  for (auto& button : component["actions"]) {
    const auto action = planned.find(button.value("user_action", ""));
    if (action == planned.end()) continue;
    auto asks = asked_values(action->second, button.value("param", ""), component["key"]);
    if (!asks.empty()) button["asks"] = std::move(asks);
  }
}

}  // namespace

std::variant<PlannedAction, Mistake> plan_action(const DeclaredAction& action,
                                                 const sql::Guard& guard) {
  const auto& tables = guard.policy().tables;
  const auto key = guard.key_of(action.table);
  if (!tables.contains(action.table)) {
    return Mistake{action.table_at, "the policy has no table \"" + action.table + "\""};
  }
  PlannedAction out;
  for (const auto& statement : action.statements) {
    auto plan = guard.action(statement.sql);
    if (auto* refusal = std::get_if<sql::Refusal>(&plan)) {
      return Mistake{statement.at, "[" + refusal->rule + "] " + refusal->why};
    }
    out.statements.push_back(std::get<sql::Plan>(std::move(plan)));
    if (names_verb(out.statements.back())) {
      return Mistake{statement.at,
                     "user_action is the verb of the click; call the value otherwise"};
    }
  }
  if (action.when.empty()) return out;
  out.key = key;
  if (key.empty())
    return Mistake{action.when_at, action.table + " has no key, so no row can be told"};
  auto plan = guard.binding(condition_query(action, key), nullptr, /*may_name_values=*/true);
  if (auto* refusal = std::get_if<sql::Refusal>(&plan)) {
    return Mistake{action.when_at, "[" + refusal->rule + "] " + refusal->why};
  }
  out.when = std::get<sql::Plan>(std::move(plan));
  return out;
}

void offer_actions(const App& app, const PlannedActions& planned,
                   const std::vector<Binding>& bindings, Json& view) {
  if (app.actions.empty()) return;
  for (const auto& binding : bindings) {
    const int index = component_index(view, binding.component);
    if (index < 0 || binding.plan.key.empty()) continue;
    auto& component = view["components"][static_cast<std::size_t>(index)];
    const auto* type = app.component(component["type"].get<std::string>());
    if (type == nullptr || !takes_buttons(*type) || !component.contains("key")) continue;
    if (!component.contains("actions")) {
      auto offered = buttons(app, planned, binding.plan.key_of, component);
      if (offered.empty()) continue;
      component["actions"] = std::move(offered);
    }
    ask_values(planned, component);
  }
}

}  // namespace sr::host
