#include "host/app/targets.h"

#include <set>
#include <string_view>

namespace sr::host {
namespace {

const std::set<std::string_view> kAnnotations = {
    "description", "title",    "default",   "examples", "$comment", "$schema",
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

Json component_schema(const ComponentType& component) {
  const auto schema = enforced(component.schema);
  Json properties = {{"type", constant(component.name.c_str())}, {"id", text()}};
  Json required = Json::array({"type", "id"});
  if (schema.contains("properties")) properties.update(schema["properties"]);
  if (schema.contains("required")) {
    for (const auto& name : schema["required"]) required.push_back(name);
  }
  auto out = schema;
  for (const char* last : {"required", "additionalProperties"}) out.erase(last);
  out["type"] = "object";
  out["properties"] = properties;
  out["required"] = required;
  out["additionalProperties"] = false;
  return out;
}

Json list(const Json& items, int most) {
  return {{"type", "array"}, {"items", items}, {"maxItems", most}};
}

Json manifest(const App& app) {
  Json components = Json::array();
  for (const auto& c : app.components) components.push_back(component_schema(c));
  return object({{"kind", constant("manifest")},
                 {"components", list(one_of(components), kMostComponents)}},
                Json::array({"kind", "components"}));
}

Json patch() {
  const Json with_value = Json::array({"op", "path", "value"});
  const auto any = Json::object();
  const Json ops = Json::array({
      object({{"op", constant("add")}, {"path", text()}, {"value", any}}, with_value),
      object({{"op", constant("remove")}, {"path", text()}}, Json::array({"op", "path"})),
      object({{"op", constant("replace")}, {"path", text()}, {"value", any}}, with_value),
  });
  return object({{"kind", constant("patch")}, {"ops", list(one_of(ops), kMostPatchOps)}},
                Json::array({"kind", "ops"}));
}

Json schema_of(const App& app, Target target) {
  switch (target) {
    case Target::kManifest: return manifest(app);
    case Target::kAction:
      return object({{"kind", constant("sql")}, {"sql", text()}}, Json::array({"kind", "sql"}));
    case Target::kPatch: return patch();
    case Target::kRefusal:
      return object({{"kind", constant("refuse")}, {"say", text()}},
                    Json::array({"kind", "say"}));
  }
  return Json::object();
}

}  // namespace

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

std::string target_schema(const App& app, const std::vector<Target>& targets) {
  Json alternatives = Json::array();
  for (const auto t : targets) alternatives.push_back(schema_of(app, t));
  return one_of(alternatives).dump();
}

}  // namespace sr::host
