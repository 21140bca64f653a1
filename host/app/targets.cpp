#include "host/app/targets.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "host/app/edits.h"
#include "host/sql/grammar/grammar.h"

namespace sr::host {
namespace {

constexpr const char* kActionGrammar = "sql-action";
constexpr const char* kBindingGrammar = "sql-binding";

const std::set<std::string_view> kAnnotations = {
    "description", "title",    "default",   "examples",   "$comment", "$schema",
    "$id",         "readOnly", "writeOnly", "deprecated", "x-binding"};
const std::set<std::string_view> kSchemas = {"items", "additionalProperties", "not", "contains",
                                             "propertyNames"};
const std::set<std::string_view> kSchemaLists = {"oneOf", "anyOf", "allOf", "prefixItems"};
const std::set<std::string_view> kSchemaMaps = {"properties", "patternProperties"};

Json object(const Json& properties, const Json& required) {
  Json out = {{"type", "object"}, {"properties", properties}, {"required", required}};
  out["additionalProperties"] = false;
  return out;
}

// One alternative stands for itself.
Json one_of(const Json& alternatives) {
  if (alternatives.size() == 1) return alternatives[0];
  return {{"oneOf", alternatives}};
}

Json constant(const char* value) { return {{"const", value}}; }

const Json& text() {
  static const Json schema = {{"type", "string"}};
  return schema;
}

Json list(const Json& items, int most) {
  return {{"type", "array"}, {"items", items}, {"maxItems", most}};
}

// What cannot be written is null.
Json manifest_schema(const App& app, const SqlGrammars& sql) {
  Json components = Json::array();
  for (const auto& c : app.components) {
    if (auto schema = component_schema(c, sql, text()); !schema.is_null()) {
      components.push_back(std::move(schema));
    }
  }
  if (components.empty() && !app.components.empty()) return nullptr;
  return object(
      {{"kind", constant("manifest")}, {"components", list(one_of(components), kMostComponents)}},
      Json::array({"kind", "components"}));
}

Json action_schema(const SqlGrammars& sql) {
  if (sql.held && sql.action.empty()) return nullptr;
  auto statement = text();
  if (sql.held) statement["x-grammar"] = kActionGrammar;
  return object(
      {{"kind", constant("sql")}, {"sql", statement}, {"then", list(statement, kMostStatements - 1)}},
      Json::array({"kind", "sql"}));
}

Json patch_schema(const App& app, const SqlGrammars& sql, const Json& manifest) {
  const auto ops = edit_schemas(app, sql, manifest);
  if (ops.empty()) return nullptr;
  return object({{"kind", constant("patch")}, {"ops", list(one_of(ops), kMostPatchOps)}},
                Json::array({"kind", "ops"}));
}

Json schema_of(const App& app, Target target, const SqlGrammars& sql, const Json& manifest) {
  switch (target) {
    case Target::kManifest:
      return manifest_schema(app, sql);
    case Target::kAction:
      return action_schema(sql);
    case Target::kPatch:
      return patch_schema(app, sql, manifest);
    case Target::kUndo:
    case Target::kRedo:
      if (sql.held && sql.action.empty()) return nullptr;  // nothing is ever changed
      return object({{"kind", constant(target == Target::kUndo ? "undo" : "redo")}}, Json::array({"kind"}));
    case Target::kRefusal:
      return object({{"kind", constant("refuse")}, {"reason", {{"enum", reason_names()}}}},
                    Json::array({"kind", "reason"}));
  }
  return nullptr;
}

}  // namespace

SqlGrammars sql_grammars(const App& app, const std::vector<Column>& catalog, EventKind kind) {
  if (!app.policy.grammar) return {};
  const auto values = brings_values(kind) ? sql::Values::kOfTheEvent : sql::Values::kTold;
  return {true, sql::action_grammar(app.policy, catalog, values),
          sql::binding_grammar(app.policy, catalog)};
}

Json component_schema(const ComponentType& component, const SqlGrammars& sql, const Json& id) {
  auto out = enforced(component.schema);
  Json properties = {{"type", constant(component.name.c_str())}, {"id", id}};
  Json required = Json::array({"type", "id"});
  if (out.contains("properties")) properties.update(out["properties"]);
  if (out.contains("required")) {
    for (const auto& name : out["required"]) required.push_back(name);
  }
  for (const auto& binding : component.bindings) {
    if (!sql.held) break;
    if (!sql.binding.empty()) {
      properties[binding.property]["x-grammar"] = kBindingGrammar;
      continue;
    }
    if (std::find(required.begin(), required.end(), Json(binding.property)) != required.end()) {
      return nullptr;
    }
    properties.erase(binding.property);
  }
  for (const char* last : {"required", "additionalProperties"}) out.erase(last);
  out["type"] = "object";
  out["properties"] = properties;
  out["required"] = required;
  out["additionalProperties"] = false;
  return out;
}

Json enforced(const Json& schema) {
  if (!schema.is_object()) return schema;  // true, false
  Json out = Json::object();
  for (const auto& [key, value] : schema.items()) {
    if (kAnnotations.contains(key)) continue;
    if (kSchemas.contains(key)) {
      out[key] = enforced(value);
    } else if (kSchemaLists.contains(key) && value.is_array()) {
      out[key] = Json::array();
      for (const auto& item : value) out[key].push_back(enforced(item));
    } else if (kSchemaMaps.contains(key) && value.is_object()) {
      out[key] = Json::object();
      for (const auto& [name, property] : value.items()) out[key][name] = enforced(property);
    } else {
      out[key] = value;
    }
  }
  if (out.contains("properties") && !out.contains("additionalProperties")) {
    out["additionalProperties"] = false;
  }
  return out;
}

std::string target_schema(const App& app, const std::vector<Target>& targets,
                          const SqlGrammars& sql, const Json& manifest) {
  Json alternatives = Json::array();
  for (const auto t : targets) {
    auto schema = schema_of(app, t, sql, manifest);
    if (!schema.is_null()) alternatives.push_back(std::move(schema));
  }
  return alternatives.empty() ? "" : one_of(alternatives).dump();
}

GrammarSource target_source(const App& app, const std::vector<Target>& targets,
                            const SqlGrammars& sql, const Json& manifest) {
  GrammarSource out{"json_schema", target_schema(app, targets, sql, manifest), {}};
  if (!sql.action.empty()) out.named.push_back({kActionGrammar, "grammar", sql.action});
  if (!sql.binding.empty()) out.named.push_back({kBindingGrammar, "grammar", sql.binding});
  return out;
}

}  // namespace sr::host
