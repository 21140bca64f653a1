#include "random_schema.h"

#include <algorithm>
#include <vector>

namespace sr::testing {

namespace {

using Json = nlohmann::ordered_json;

const char* const kNames[] = {"a", "ab", "abc", "b", "kind", "é", "x\"y", ""};
const char* const kCharacters[] = {
    "a", "b",   "x", " ", "1", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\u0041", "\\ud83d\\ude00",
    "/", "\\/", "{", ",", ":", "]"};

}  // namespace

Json RandomSchema::schema() {
  root_ = value_schema(3);
  root_["$defs"]["tree"] = {
      {"type", "object"},
      {"properties",
       {{"v", {{"type", "integer"}}},
        {"kids", {{"type", "array"}, {"items", {{"$ref", "#/$defs/tree"}}}, {"maxItems", 2}}}}},
      {"required", {"v"}},
      {"additionalProperties", false}};
  return root_;
}

Json RandomSchema::value_schema(int depth) {
  switch (below(depth > 0 ? 14 : 8)) {
    case 0:
      return {{"type", "integer"}};
    case 1:
      return {{"type", "number"}};
    case 2:
      return {{"type", below(2) != 0 ? "boolean" : "null"}};
    case 3:
      return {{"const", kNames[below(8)]}};
    case 4:
      return {
          {"enum", {"open", "opened", 1, 12, nullptr, {{"a", below(3)}}, Json::array({1, "x"})}}};
    case 5: {
      Json s = {{"type", "string"}};
      if (below(2) != 0) s["minLength"] = below(3);
      if (below(2) != 0) s["maxLength"] = 2 + below(4);
      return s;
    }
    case 6:
      return {{"type", {"string", "null", "integer"}}};
    case 7:
      return below(3) == 0 ? Json{{"$ref", "#/$defs/tree"}} : Json::object();
    case 8:
    case 9:
      return array_schema(depth - 1);
    case 10:
    case 11:
    case 12:
      return object_schema(depth - 1);
    default:
      return union_schema(depth - 1);
  }
}

Json RandomSchema::object_schema(int depth) {
  Json s = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
  for (const auto* name : kNames) {
    if (below(3) != 0) continue;
    s["properties"][name] = value_schema(depth);
    if (below(2) != 0) s["required"].push_back(name);
  }
  switch (below(3)) {
    case 0:
      s["additionalProperties"] = false;
      break;
    case 1:
      s["additionalProperties"] = value_schema(0);
      break;
    default:
      break;
  }
  return s;
}

Json RandomSchema::array_schema(int depth) {
  Json s = {{"type", "array"}};
  if (below(3) == 0) s["prefixItems"] = Json::array({value_schema(depth), value_schema(depth)});
  s["items"] = value_schema(depth);
  if (below(2) != 0) s["minItems"] = below(3);
  if (below(2) != 0) s["maxItems"] = 2 + below(3);
  return s;
}

Json RandomSchema::union_schema(int depth) {
  if (below(3) == 0) return {{"allOf", {object_schema(depth), {{"type", {"object", "string"}}}}}};
  Json options = Json::array();
  const int count = 2 + below(2);
  for (int i = 0; i < count; ++i) {
    if (below(2) != 0) {
      options.push_back(value_schema(depth));
      continue;
    }
    options.push_back({{"type", "object"},
                       {"properties", {{"kind", {{"const", i}}}, {"v", value_schema(depth)}}},
                       {"required", {"kind", "v"}},
                       {"additionalProperties", false}});
  }
  return {{"anyOf", options}};
}

std::string RandomSchema::document(const Json& schema) {
  root_ = schema;
  return value(schema, 4);
}

std::string RandomSchema::value(const Json& s, int depth) {
  if (s.contains("$ref")) {
    const std::string kids =
        depth > 0 && below(2) != 0 ? ",\"kids\":[" + value(s, depth - 1) + "]" : "";
    return "{\"v\":" + number(false) + kids + "}";
  }
  if (s.contains("const")) return s["const"].dump();
  if (s.contains("enum"))
    return s["enum"][static_cast<std::size_t>(below(static_cast<int>(s["enum"].size())))].dump();
  if (s.contains("anyOf")) {
    return value(s["anyOf"][static_cast<std::size_t>(below(static_cast<int>(s["anyOf"].size())))],
                 depth);
  }
  if (s.contains("allOf")) return value(s["allOf"][0], depth);
  std::vector<std::string> types;
  if (!s.contains("type")) {
    types = {"null", "boolean", "number", "string"};
    if (depth > 0) types.insert(types.end(), {"array", "object"});
  } else if (s["type"].is_array()) {
    types = s["type"].get<std::vector<std::string>>();
  } else {
    types = {s["type"]};
  }
  const auto type = types[static_cast<std::size_t>(below(static_cast<int>(types.size())))];
  if (type == "null") return "null";
  if (type == "boolean") return below(2) != 0 ? "true" : "false";
  if (type == "integer" || type == "number") return number(type == "number");
  if (type == "string") return text(s.value("minLength", 0), s.value("maxLength", 6));
  return type == "array" ? array(s, depth - 1) : object(s, depth - 1);
}

std::string RandomSchema::text(int min, int max) {
  std::string out = "\"";
  for (int n = min + below(max - min + 1); n > 0; --n) {
    out += kCharacters[below(static_cast<int>(std::size(kCharacters)))];
  }
  return out + "\"";
}

std::string RandomSchema::number(bool fraction) {
  auto out = std::to_string(below(2000) - 1000);
  if (fraction && below(2) != 0) out += "." + std::to_string(below(100));
  if (fraction && below(3) == 0) out += "e" + std::to_string(below(20) - 10);
  return out;
}

std::string RandomSchema::array(const Json& s, int depth) {
  const auto prefix = s.value("prefixItems", Json::array());
  const auto items = s.value("items", Json::object());
  const int min = s.value("minItems", 0),
            most = std::max(min, std::min(s.value("maxItems", 3), depth > 0 ? 3 : 1));
  std::string out = "[";
  const int count = min + below(most - min + 1);
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    out += (i > 0 ? "," : "") + value(index < prefix.size() ? prefix[index] : items, depth);
  }
  return out + "]";
}

std::string RandomSchema::object(const Json& s, int depth) {
  const auto properties = s.value("properties", Json::object());
  const auto required = s.value("required", Json::array());
  std::string out;
  for (const auto& [name, schema] : properties.items()) {
    const bool must = std::find(required.begin(), required.end(), Json(name)) != required.end();
    if (must || (depth > 0 && below(2) != 0))
      out += "," + Json(name).dump() + ":" + value(schema, depth);
  }
  const auto free = s.value("additionalProperties", Json(true));
  for (int i = below(3); free != Json(false) && i > 0; --i) {
    out +=
        ",\"free" + std::to_string(i) + "\":" + value(free.is_boolean() ? Json::object() : free, 0);
  }
  return "{" + (out.empty() ? out : out.substr(1)) + "}";
}

std::string RandomSchema::mutated(std::string text) {
  static const std::string kBytes = "\"{}[],:01aetn\\ u-.\xc3\x80";
  const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size())));
  const char byte = kBytes[static_cast<std::size_t>(below(static_cast<int>(kBytes.size())))];
  switch (below(3)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.erase(at, 1);
      break;
    default:
      text.insert(at, 1, byte);
  }
  return text;
}

}  // namespace sr::testing
