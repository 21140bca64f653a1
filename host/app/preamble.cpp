#include "host/app/preamble.h"

#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/relations.h"

namespace sr::host {
namespace {

const char* type_of(const Column& column) {
  switch (column.type) {
    case SR_BOOLEAN: return "boolean";
    case SR_INTEGER: return "integer";
    case SR_REAL: return "real";
    case SR_BLOB: return "blob";
    case SR_NULL:
    case SR_TEXT: break;
  }
  return "text";
}

// Visible to the model: readable, writable, or the column that says which row is written.
bool visible(const sql::TablePolicy& policy, const std::string& name) {
  if (policy.select && sql::allows(*policy.select, name)) return true;
  for (const auto* rule : {&policy.insert, &policy.update, &policy.remove}) {
    if (!*rule) continue;
    if (sql::allows((*rule)->columns, name)) return true;
    if (sql::lists((*rule)->where, name)) return true;
  }
  return false;
}

Json columns_of(const sql::Columns& columns) {
  if (columns.all) return "all";
  return columns.names;
}

Json write_rule(const sql::WriteRule& rule, bool sets, bool picks) {
  Json out = Json::object();
  if (sets) out["columns"] = columns_of(rule.columns);
  if (picks) out["where"] = rule.where;
  out["max_rows"] = rule.max_rows;
  return out;
}

// Where a query may go on from a row: "of", to one of another table; "has", to many.
void tell_links(const std::string& name, const sql::Policy& policy, const sql::Links& links, Json& table) {
  const auto own = links.find(name);
  if (own == links.end()) return;
  for (const auto& link : own->second) {
    const auto there = policy.tables.find(link.table);
    if (there == policy.tables.end() || !there->second.select) continue;
    (link.many ? table["has"] : table["of"])[link.name] = link.table;
  }
}

// Columns and keys of one table in the order of the catalog; null when nothing is visible.
Json table(const std::string& name, const sql::TablePolicy& policy,
           const std::vector<Column>& catalog) {
  Json columns = Json::object(), key = Json::array();
  for (const auto& c : catalog) {
    if (c.table != name || !visible(policy, c.name)) continue;
    if (c.choices.empty()) {
      columns[c.name] = type_of(c);
    } else {
      columns[c.name] = {{"one_of", c.choices}};
    }
    if (c.key()) key.push_back(c.name);
  }
  if (columns.empty()) return nullptr;
  Json out = {{"columns", columns}};
  if (!key.empty()) out["key"] = key;
  if (policy.select) out["select"] = columns_of(*policy.select);
  if (policy.insert) out["insert"] = write_rule(*policy.insert, true, false);
  if (policy.update) out["update"] = write_rule(*policy.update, true, true);
  if (policy.remove) out["delete"] = write_rule(*policy.remove, false, true);
  return out;
}

const char* query_of(BindingProperty::As as) {
  switch (as) {
    case BindingProperty::As::kTable: return "table";
    case BindingProperty::As::kRows: return "rows";
    case BindingProperty::As::kValue: break;
  }
  return "value";
}

// "title": "string", "unit?": "string", "level": {"one_of": […]}, lists as [item], objects as
// objects; a description stands behind a plain type.
Json shape(const Json& schema);

Json shape_of_properties(const Json& schema) {
  Json out = Json::object();
  const auto required = schema.value("required", Json::array());
  const auto properties = schema.value("properties", Json::object());
  for (const auto& [name, property] : properties.items()) {
    const bool must = std::find(required.begin(), required.end(), name) != required.end();
    out[must ? name : name + "?"] = shape(property);
  }
  return out;
}

Json shape(const Json& schema) {
  if (!schema.is_object()) return "any";
  if (schema.contains("const")) return {{"one_of", Json::array({schema["const"]})}};
  if (schema.contains("enum")) return {{"one_of", schema["enum"]}};
  for (const char* key : {"oneOf", "anyOf"}) {
    if (!schema.contains(key)) continue;
    Json any = Json::array();
    for (const auto& item : schema[key]) any.push_back(shape(item));
    return {{"any_of", any}};
  }
  const auto type = schema.value("type", Json("any"));
  if (type == "object") return shape_of_properties(schema);
  if (type == "array") return Json::array({shape(schema.value("items", Json::object()))});
  auto text = type.is_string() ? type.get<std::string>() : type.dump();
  if (schema.contains("description") && schema["description"].is_string()) {
    text += ": " + schema["description"].get<std::string>();
  }
  return text;
}

Json component(const ComponentType& c) {
  Json out = Json::object();
  if (c.schema.contains("description")) out["about"] = c.schema["description"];
  auto properties = shape_of_properties(c.schema);
  for (const auto& binding : c.bindings) {
    for (auto& [name, value] : properties.items()) {
      if (name == binding.property || name == binding.property + "?") {
        value = {{"query", query_of(binding.as)}};
      }
    }
  }
  out["properties"] = properties;
  return out;
}

// What the app's own actions are for; those with statements are done without a model.
Json actions(const App& app) {
  Json out = Json::object();
  for (const auto& action : app.actions) {
    auto& told = out[action.name] = {{"on", action.table}};
    if (!action.about.empty()) told["about"] = action.about;
    if (!action.when.empty()) told["when"] = action.when;
  }
  return out;
}

}  // namespace

Json preamble(const App& app, const std::vector<Column>& catalog) {
  Json out = {{"app", app.name}, {"prompt", app.prompt}};
  out["tables"] = Json::object();
  const auto links = sql::links_of(catalog);
  for (const auto& [name, policy] : app.policy.tables) {
    auto told = table(name, policy, catalog);
    if (told.is_null()) continue;
    if (policy.select) tell_links(name, app.policy, links, told);
    out["tables"][name] = std::move(told);
  }
  out["functions"] = app.policy.functions;
  out["components"] = Json::object();
  for (const auto& c : app.components) out["components"][c.name] = component(c);
  if (!app.actions.empty()) out["actions"] = actions(app);
  out["routes"] = Json::object();
  for (const auto& [kind, route] : app.routes) {
    if (route.targets.empty()) continue;  // no model is asked
    auto& targets = out["routes"][to_string(kind)] = Json::array();
    for (const auto t : route.targets) targets.push_back(to_string(t));
  }
  return out;
}

}  // namespace sr::host
