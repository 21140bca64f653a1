#include "host/app/edits.h"

#include <algorithm>

#include "host/patch/patch.h"

namespace sr::host {
namespace {

// Alternatives of one grammar. Places deeper than these are reached by replacing what holds them.
constexpr std::size_t kMostPlaces = 400;

Json constant(const std::string& value) { return {{"const", value}}; }

class Edits {
 public:
  explicit Edits(Json& out) : out_(out) {}

  void put(const char* op, const std::string& path, const Json& value) {
    add({{"op", constant(op)}, {"path", constant(path)}, {"value", value}},
        Json::array({"op", "path", "value"}));
  }
  void remove(const std::string& path) {
    add({{"op", constant("remove")}, {"path", constant(path)}}, Json::array({"op", "path"}));
  }

  // The properties of an object that stands at `path`, and what is inside them.
  void members(const Json& object, const Json& schema, const std::string& path) {
    const auto required = schema.value("required", Json::array());
    const auto properties = schema.value("properties", Json::object());
    for (const auto& [name, property] : properties.items()) {
      if (full()) return;
      if (property.is_object() && property.contains("const")) continue;  // there is no choice
      const auto below = path + "/" + patch::escape(name);
      const auto found = object.find(name);
      if (found == object.end()) {
        put("add", below, property);
        continue;
      }
      put("replace", below, property);
      const bool must = std::find(required.begin(), required.end(), Json(name)) != required.end();
      if (!must) remove(below);
      inside(*found, property, below);
    }
  }

 private:
  bool full() const { return out_.size() >= kMostPlaces; }
  void add(Json properties, Json required) {
    if (full()) return;
    Json out = {{"type", "object"}};
    out["properties"] = std::move(properties);
    out["required"] = std::move(required);
    out["additionalProperties"] = false;
    out_.push_back(std::move(out));
  }

  void inside(const Json& value, const Json& schema, const std::string& path) {
    if (!schema.is_object()) return;
    const auto type = schema.value("type", Json());
    if (value.is_object() && type == "object") members(value, schema, path);
    if (value.is_array() && type == "array" && schema.contains("items") &&
        !schema.contains("prefixItems")) {
      items(value, schema, path);
    }
  }

  void items(const Json& list, const Json& schema, const std::string& path) {
    const auto& item = schema["items"];
    if (list.size() < schema.value("maxItems", SIZE_MAX)) put("add", path + "/-", item);
    const bool may_shrink = list.size() > schema.value("minItems", std::size_t{0});
    for (std::size_t i = 0; i < list.size() && !full(); ++i) {
      const auto below = path + "/" + std::to_string(i);
      put("replace", below, item);
      if (may_shrink) remove(below);
      inside(list[i], item, below);
    }
  }

  Json& out_;
};

}  // namespace

Json edit_schemas(const App& app, const SqlGrammars& sql, const Json& manifest) {
  Json out = Json::array();
  if (!manifest.is_object()) return out;
  Edits edits(out);
  const auto& components = manifest.at("components");
  Json ids = Json::array();
  for (const auto& component : components) ids.push_back(component.at("id"));

  if (components.size() < kMostComponents) {
    Json id = {{"type", "string"}};
    if (!ids.empty()) id["not"] = {{"enum", ids}};
    Json kinds = Json::array();
    for (const auto& type : app.components) {
      if (auto schema = component_schema(type, sql, id); !schema.is_null()) kinds.push_back(schema);
    }
    if (!kinds.empty()) {
      edits.put("add", "/components/-", kinds.size() == 1 ? kinds[0] : Json{{"oneOf", kinds}});
    }
  }
  for (const auto& component : components) {
    const auto id = component.at("id").get<std::string>();
    const auto path = "/components/" + patch::escape(id);
    edits.remove(path);
    const auto* type = app.component(component.at("type").get<std::string>());
    if (type == nullptr) continue;
    const auto schema = component_schema(*type, sql, constant(id));
    if (schema.is_null()) continue;
    edits.put("replace", path, schema);
    edits.members(component, schema, path);
  }
  return out;
}

}  // namespace sr::host
