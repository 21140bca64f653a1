#include "host/session/manifest_check.h"

#include <array>

#include "host/app/targets.h"
#include "host/session/log_text.h"

namespace sr::host {
namespace {

// One token a byte; lives for ever, as grammars borrow it.
const sr_vocabulary& byte_vocabulary() {
  static const auto bytes = [] {
    std::array<std::uint8_t, 256> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    return all;
  }();
  static const auto offsets = [] {
    std::array<std::uint32_t, 257> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
    return all;
  }();
  static const sr_vocabulary vocabulary{sizeof(sr_vocabulary), 256,  bytes.data(), offsets.data(), -1,
                                        0,                     nullptr, str("bytes")};
  return vocabulary;
}

// A copy whose members stand in the order of the schema's properties, where it names them.
Json in_schema_order(const Json& value, const Json& schema) {
  if (value.is_array() && schema.contains("items")) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(in_schema_order(item, schema["items"]));
    return out;
  }
  if (!value.is_object() || !schema.contains("properties")) return value;
  Json out = Json::object();
  for (const auto& [name, property] : schema["properties"].items()) {
    if (value.contains(name)) out[name] = in_schema_order(value[name], property);
  }
  for (const auto& [name, member] : value.items()) {
    if (!out.contains(name)) out[name] = member;
  }
  return out;
}

Json component_in_order(const App& app, const Json& component) {
  Json out = Json::object();
  Json rest = Json::object();
  for (const char* first : {"type", "id"}) {
    if (component.contains(first)) out[first] = component[first];
  }
  for (const auto& [name, value] : component.items()) {
    if (!out.contains(name)) rest[name] = value;
  }
  const auto* type = component.contains("type") && component["type"].is_string()
                         ? app.component(component["type"].get<std::string>())
                         : nullptr;
  if (type != nullptr) rest = in_schema_order(rest, type->schema);
  out.update(rest);
  return out;
}

}  // namespace

Result<ManifestCheck> ManifestCheck::make(const App& app, LoadedConstrainer constrainer) {
  auto grammar = constrainer.compile({"json_schema", target_schema(app, {Target::kManifest}), {}},
                                     byte_vocabulary());
  if (!grammar) return std::move(grammar).error();
  return ManifestCheck(app, std::move(*grammar));
}

Result<Json> ManifestCheck::check(const Json& manifest) const {
  Json ordered = manifest;
  for (auto& component : ordered["components"]) {
    if (component.is_object()) component = component_in_order(*app_, component);
  }
  auto matcher = grammar_->open();
  if (!matcher) return std::move(matcher).error();
  const auto text = compact(ordered);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!matcher->accept(static_cast<unsigned char>(text[i]))) {
      const auto from = i < 30 ? 0 : i - 30;
      return Error{SR_INVALID_ARGUMENT, "screen",
                   "the edited manifest does not fit its components' schemas after `" +
                       text.substr(from, i - from) + "`: " + matcher->explain(), {}};
    }
  }
  if (matcher->status() == SR_MATCH_OPEN) {
    return Error{SR_INVALID_ARGUMENT, "screen", "the edited manifest is not complete", {}};
  }
  return ordered;
}

}  // namespace sr::host
