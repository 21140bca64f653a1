#include "host/config/schema.h"

#include "host/config/deployment.h"
#include "host/plugins/interfaces.h"
#include "host/plugins/option_value.h"

namespace sr::host::config {
namespace {

Json object(Json properties, Json required) {
  Json out;
  out["type"] = "object";
  out["properties"] = std::move(properties);
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

Json described(Json schema, const std::string& text) {
  Json out;
  out["description"] = text;
  out.update(schema);
  return out;
}

// `schema`, or a text in which ${NAME} stands for it.
Json or_variable(Json schema) {
  return {{"anyOf", Json::array({std::move(schema), {{"$ref", "#/$defs/variable"}}})}};
}

Json number(const char* type, const char* least, const char* most) {
  Json out{{"type", type}};
  const auto bound = [&](const char* key, const char* text) {
    if (text != nullptr) out[key] = Json::parse(text);
  };
  bound("minimum", least);
  bound("maximum", most);
  return out;
}

// As they are written in a deployment.
constexpr const char* kDuration = "^(0|[0-9]+(ms|s|m|h|d))$";
constexpr const char* kName = "^[A-Za-z][A-Za-z0-9_-]*$";
constexpr const char* kSize = "^[0-9]+(KiB|MiB|GiB)?$";

Json size() {
  return {{"anyOf", Json::array({number("integer", "0", nullptr),
                                 {{"type", "string"}, {"pattern", kSize}}})}};
}

Json duration() {
  return {{"anyOf", Json::array({{{"const", 0}}, {{"type", "string"}, {"pattern", kDuration}}})}};
}

Json value_of(const sr_option& o) {
  switch (o.type) {
    case SR_BOOL: return or_variable({{"type", "boolean"}});
    case SR_INT: return or_variable(number("integer", o.min_value, o.max_value));
    case SR_FLOAT: return or_variable(number("number", o.min_value, o.max_value));
    case SR_ENUM: return or_variable({{"enum", choices_of(o)}});
    case SR_DURATION:
      return or_variable(duration());
    case SR_SIZE: return or_variable(size());
    case SR_LIST: return {{"type", "array"}, {"items", {{"$ref", "#/$defs/text"}}}};
    default: return {{"$ref", "#/$defs/text"}};
  }
}

// Bounds of durations and sizes have units, and are told in words.
std::string words_of(const sr_option& o) {
  std::string out = o.doc;
  if (o.type == SR_DURATION || o.type == SR_SIZE) {
    if (o.min_value != nullptr) out += std::string(" At least ") + o.min_value + ".";
    if (o.max_value != nullptr) out += std::string(" At most ") + o.max_value + ".";
  }
  return out;
}

// A default or an example, as it is written in YAML.
Json written(const sr_option& o, const char* text) {
  const bool plain = o.type == SR_BOOL || o.type == SR_INT || o.type == SR_FLOAT;
  return plain ? Json::parse(text) : Json(text);
}

Json schema_of(const sr_option& o) {
  Json out = described(value_of(o), words_of(o));
  if (o.default_value != nullptr && o.type != SR_LIST) out["default"] = written(o, o.default_value);
  if (o.example != nullptr && o.type != SR_LIST) {
    out["examples"] = Json::array({written(o, o.example)});
  }
  if ((o.flags & SR_DEPRECATED) != 0) out["deprecated"] = true;
  return out;
}

Json schema_of(const sr_component& c) {
  Json properties{{"type", {{"const", c.type}}}};
  Json required = Json::array({"type"});
  for (const auto* const* o = c.options; o != nullptr && *o != nullptr; ++o) {
    properties[(*o)->name] = schema_of(**o);
    if (((*o)->flags & SR_REQUIRED) != 0) required.push_back((*o)->name);
  }
  return described(object(std::move(properties), std::move(required)), c.summary);
}

// Instances by name, each of one of the types that are loaded.
Json section(const Registry& registry, std::string_view interface, Json& defs) {
  Json types = Json::array();
  for (const auto& registered : registry.components()) {
    if (interface_name(registered.component->interface_id) != interface) continue;
    const auto name = std::string(interface) + "." + registered.component->type;
    defs[name] = schema_of(*registered.component);
    types.push_back({{"$ref", "#/$defs/" + name}});
  }
  Json out{{"type", "object"}, {"minProperties", 1}, {"propertyNames", {{"pattern", kName}}}};
  if (!types.empty()) out["additionalProperties"] = {{"oneOf", std::move(types)}};
  return out;
}

Json count() { return or_variable(number("integer", "1", nullptr)); }

Json limits() {
  return object({{"message_size", or_variable(size())},
                 {"events_per_second", or_variable(number("number", "0.1", "1000000"))},
                 {"event_burst", count()},
                 {"waiting_events", count()},
                 {"sessions", count()},
                 {"sessions_per_peer", count()},
                 {"memory", or_variable(size())},
                 {"keep", or_variable(duration())}},
                Json::array());
}

}  // namespace

Json deployment_schema(const Registry& registry) {
  const Json text{{"$ref", "#/$defs/text"}};
  const Json name{{"$ref", "#/$defs/name"}};
  Json defs;
  defs["text"] = {{"type", "string"}};
  defs["variable"] = {{"type", "string"}, {"pattern", "\\$\\{[^}]*\\}"}};
  defs["name"] = {{"type", "string"}, {"pattern", kName}};

  Json keys;
  keys["version"] = {{"const", 1}};
  keys["app"] = described(text, "The folder that holds app.yaml.");
  keys["canvas"] = described(text, "The folder of the built page.");
  keys["plugins"] = object({{"search", {{"type", "array"}, {"items", text}}}}, Json::array());
  Json required = Json::array({"version", "app"});
  for (const auto& interface : interfaces()) {
    const auto key = std::string(interface.name) + "s";
    keys[key] = section(registry, interface.name, defs);
    required.push_back(key);
  }
  keys["pipeline"] = described(
      object({{"backend", name}, {"store", name}, {"constrainer", name}},
             Json::array({"backend", "store", "constrainer"})),
      "The backend, store and constrainer of turns, by name.");
  required.push_back("pipeline");
  keys["tests"] = described(text, "The folder of the cases that `state-runtime test` plays.");
  keys["limits"] = limits();
  keys["metrics"] = described(or_variable({{"type", "boolean"}}), "GET /metrics is answered.");
  keys["log"] = object({{"level", {{"enum", {"trace", "debug", "info", "warn", "error", "off"}}}}},
                       Json::array());

  Json out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "A deployment of State Runtime";
  out.update(object(std::move(keys), std::move(required)));
  out["$defs"] = std::move(defs);
  return out;
}

}  // namespace sr::host::config
