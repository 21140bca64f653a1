#include "host/app/screens.h"

#include <algorithm>
#include <set>

#include "host/base/words.h"
#include "host/config/read.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

const ComponentType* type_of(const Node& component, const std::vector<ComponentType>& types,
                             MapReader& map, Diagnostics& diagnostics) {
  const auto* node = map.required("type", "one of the app's components");
  const auto name = node != nullptr ? config::read_string(*node, diagnostics) : std::nullopt;
  if (!name) return nullptr;
  std::vector<std::string> known;
  for (const auto& type : types) {
    if (type.name == *name) return &type;
    known.push_back(type.name);
  }
  const auto& at = component.get("type")->at;
  diagnostics.error(at, "there is no component \"" + *name + "\"; the app has " + listed(known),
                    nearest(*name, known));
  return nullptr;
}

// A component with its members in the order of its schema, in which a model would write them.
Json read_component(const Node& node, const std::vector<ComponentType>& types,
                    std::set<std::string>& ids, Diagnostics& diagnostics) {
  MapReader map(node, diagnostics, node.path);
  const auto* type = node.is_map() ? type_of(node, types, map, diagnostics) : nullptr;
  Json out = Json::object();
  out["type"] = type != nullptr ? type->name : "";
  if (const auto* id = map.required("id", "a name that no other component of the screen has")) {
    out["id"] = config::read_string(*id, diagnostics).value_or("");
    if (!ids.insert(out["id"].get<std::string>()).second) {
      diagnostics.error(id->at, "two components of this screen have the id " + out["id"].dump());
    }
  }
  if (type == nullptr) return out;
  const auto required = type->schema.value("required", Json::array());
  const auto properties = type->schema.value("properties", Json::object());
  for (const auto& [name, schema] : properties.items()) {
    const bool must = std::find(required.begin(), required.end(), Json(name)) != required.end();
    const auto* member = must ? map.required(name) : map.optional(name);
    if (member != nullptr) out[name] = config::to_json(*member);
  }
  map.finish();
  return out;
}

DeclaredScreen read_screen(const config::Member& member, const std::vector<ComponentType>& types,
                           Diagnostics& diagnostics) {
  DeclaredScreen out;
  out.name = member.key;
  out.at = member.key_at;
  if (config::check_name(member.key, member.key_at, "the name of a screen", diagnostics)) {
    out.label = capitalised(in_words(member.key));
  }
  out.manifest = {{"kind", "manifest"}, {"components", Json::array()}};
  MapReader map(member.value, diagnostics, member.value.path);
  if (const auto* label = map.optional("label")) {
    out.label = config::read_string(*label, diagnostics).value_or("");
  }
  std::set<std::string> ids;
  if (const auto* components = map.required("components", "what is on the screen, in order")) {
    if (!components->is_sequence() || components->items.empty()) {
      diagnostics.error(components->at, components->path + " must be a list of at least one component");
    }
    for (const auto& item : components->items) {
      out.manifest["components"].push_back(read_component(item, types, ids, diagnostics));
    }
  }
  map.finish();
  return out;
}

}  // namespace

std::vector<DeclaredScreen> read_screens(const Node& node, const std::vector<ComponentType>& types,
                                         Diagnostics& diagnostics) {
  std::vector<DeclaredScreen> out;
  MapReader(node, diagnostics, node.path);  // reports what is no mapping
  if (node.is_map() && node.members.empty()) {
    diagnostics.error(node.at, "screens must name at least one screen; leave it out to have none");
  }
  for (const auto& m : node.members) out.push_back(read_screen(m, types, diagnostics));
  return out;
}

}  // namespace sr::host
