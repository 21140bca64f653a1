#include "host/cli/cases/spoken_screens.h"

#include <algorithm>

#include "host/app/screens.h"
#include "host/base/words.h"
#include "host/config/read.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::Member;
using config::Node;

const std::vector<std::string> kRoles = {"table", "metric", "chart", "form"};

bool plays(const BindingProperty& binding, const std::string& role) {
  switch (binding.as) {
    case BindingProperty::As::kTable:
      return role == "table";
    case BindingProperty::As::kValue:
      return role == "metric";
    case BindingProperty::As::kRows:
      return role == (binding.fills == "fields" ? "form" : "chart");
  }
  return false;
}

const ComponentType* player_of(const std::string& role, const App& app) {
  for (const auto& type : app.components) {
    if (std::any_of(type.bindings.begin(), type.bindings.end(),
                    [&](const auto& binding) { return plays(binding, role); })) {
      return &type;
    }
  }
  return nullptr;
}

Member* member_of(Node& node, std::string_view key) {
  const auto found = std::find_if(node.members.begin(), node.members.end(),
                                  [&](const Member& m) { return m.key == key; });
  return found == node.members.end() ? nullptr : &*found;
}

// What stands over a component is called `title` or `label`; one that must be there is the id in
// words.
void name_heading(Node& node, const ComponentType& type) {
  const auto properties = type.schema.value("properties", Json::object());
  const auto required = type.schema.value("required", Json::array());
  for (const auto& [own, other] : {std::pair("title", "label"), std::pair("label", "title")}) {
    if (!properties.contains(own) || properties.contains(other)) continue;
    if (auto* written = member_of(node, other)) written->key = own;
    const bool must = std::find(required.begin(), required.end(), Json(own)) != required.end();
    const auto* id = node.get("id");
    if (!must || id == nullptr || node.get(own) != nullptr) continue;
    Node words = *id;
    words.text = capitalised(in_words(id->text));
    node.members.push_back({own, id->at, std::move(words)});
  }
}

void cast(Node& component, const App& app, Diagnostics& diagnostics) {
  auto* member = member_of(component, "type");
  if (member == nullptr) return;  // read_screens says so
  const auto role = config::read_choice(member->value, diagnostics, kRoles);
  if (!role) {
    member->value.broken = true;
    return;
  }
  const auto* type = player_of(*role, app);
  if (type == nullptr) {
    diagnostics.error(member->value.at, "the deployment's app has no component that is a " + *role);
    member->value.broken = true;
    return;
  }
  member->value.text = type->name;
  name_heading(component, *type);
}

}  // namespace

std::vector<DeclaredScreen> read_spoken_screens(const Node& node, const App& app,
                                                Diagnostics& diagnostics) {
  Node screens = node;
  for (auto& screen : screens.members) {
    for (auto& component : screen.value.items) cast(component, app, diagnostics);
    Node whole;
    whole.kind = Node::Kind::kMap;
    whole.at = screen.value.at;
    whole.path = screen.value.path;
    whole.members.push_back({"components", screen.value.at, std::move(screen.value)});
    screen.value = std::move(whole);
  }
  auto out = read_screens(screens, app.components, diagnostics);
  const auto home = std::find_if(out.begin(), out.end(),
                                 [](const DeclaredScreen& s) { return s.name == "home"; });
  if (home == out.end()) {
    diagnostics.error(node.at, "screens lacks \"home\", with which each event begins");
  } else {
    std::rotate(out.begin(), home, home + 1);
  }
  return out;
}

}  // namespace sr::host
