#include "host/session/new_row.h"

#include <algorithm>
#include <optional>

#include "host/base/words.h"
#include "host/session/field.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "host/sql/names.h"
#include "host/sql/parameters.h"

namespace sr::host {
namespace {

// Numbers that the database gives by itself are left to it.
bool can_be_given(const Column& column, const sql::WriteRule& rule) {
  const bool numbered = column.key() && (column.flags & SR_COLUMN_HAS_DEFAULT) != 0;
  return sql::allows(rule.columns, column.name) && !numbered && column.type != SR_BLOB &&
         (column.flags & SR_COLUMN_GENERATED) == 0;
}

// Null: no row can be added.
Json form_of(const App& app, const std::vector<Column>& catalog, const std::string& table) {
  const auto policy = app.policy.tables.find(table);
  if (policy == app.policy.tables.end() || !policy->second.insert) return nullptr;
  Json fields = Json::array();
  for (const auto& column : catalog) {
    if (column.table != table) continue;
    if (can_be_given(column, *policy->second.insert)) {
      const auto label = capitalised(sql::called(app.labels, table, column.name));
      fields.push_back(field_of(column, column.name, label, must_be_given(column)));
    } else if (must_be_given(column)) {
      return nullptr;
    }
  }
  if (fields.empty()) return nullptr;
  return {{"label", "Add " + singular(sql::called(app.labels, table))}, {"fields", fields}};
}

bool takes_submits(const App& app) {
  const auto route = app.routes.find(EventKind::kSubmit);
  if (route == app.routes.end()) return false;
  const auto& targets = route->second.targets;
  return std::find(targets.begin(), targets.end(), Target::kAction) != targets.end();
}

bool is_table(const Binding& binding) { return binding.property.as == BindingProperty::As::kTable; }

// Where the form stands, and the table that it adds to.
struct Found {
  const Json* form;
  std::string table;
};

std::optional<Found> offered(const Screen& screen, const Json& payload) {
  const auto component = payload.value("submit", Json());
  for (const auto& binding : screen.bindings) {
    const int index = component_index(screen.view, binding.component);
    if (component != binding.component || index < 0 || !is_table(binding)) continue;
    const auto& shown = screen.view["components"][static_cast<std::size_t>(index)];
    const auto form = shown.find("new_row");
    if (form != shown.end()) return Found{&*form, binding.plan.key_of};
  }
  return std::nullopt;
}

}  // namespace

void offer_new_rows(const App& app, const std::vector<Column>& catalog,
                    const std::vector<Binding>& bindings, Json& view) {
  if (!takes_submits(app)) return;
  for (const auto& binding : bindings) {
    const int index = component_index(view, binding.component);
    if (index < 0 || !is_table(binding) || binding.plan.key_of.empty()) continue;
    auto form = form_of(app, catalog, binding.plan.key_of);
    if (!form.is_null()) {
      view["components"][static_cast<std::size_t>(index)]["new_row"] = std::move(form);
    }
  }
}

bool adds_row(const Json& payload) {
  return payload.is_object() && payload.value("new_row", Json()) == true;
}

std::variant<std::string, NoNewRow> new_row_insert(const Screen& screen, const Json& payload) {
  const auto found = offered(screen, payload);
  if (!found) {
    return NoNewRow{"no row can be added to " + compact(payload.value("submit", Json())) +
                    " on this screen"};
  }
  const auto values = payload.value("values", Json::object());
  std::string columns, names;
  std::size_t given = 0;
  for (const auto& field : (*found->form)["fields"]) {
    const auto name = field["name"].get<std::string>();
    if (!values.contains(name)) {
      if (!field.contains("required")) continue;
      return NoNewRow{field["label"].get<std::string>() + " is missing"};
    }
    columns += (given == 0 ? "" : ", ") + sql::quote_name(name);
    names += (given == 0 ? "" : ", ") + sql::written_parameter(name);
    ++given;
  }
  for (const auto& [name, value] : values.items()) {
    const auto& fields = (*found->form)["fields"];
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&](const Json& field) { return field["name"] == name; });
    if (!known) return NoNewRow{compact(name) + " is no field of a new row of " + found->table};
  }
  if (given == 0) return NoNewRow{"nothing is given of the new row"};
  return "INSERT INTO " + sql::quote_name(found->table) + " (" + columns + ") VALUES (" + names +
         ")";
}

}  // namespace sr::host
