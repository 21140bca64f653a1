#include "engine/machine/program.h"

#include <algorithm>

#include "engine/base/escape.h"
#include "engine/machine/conditions.h"

namespace sr::constrain {

NodeId Program::reserve(std::string place) {
  nodes_.push_back({{}, std::move(place)});
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId Program::add(std::string place, decltype(Node::what) what) {
  nodes_.push_back({std::move(what), std::move(place)});
  return static_cast<NodeId>(nodes_.size() - 1);
}

void Program::finish(NodeId root, std::uint32_t whitespace, bool may_be_empty) {
  root_ = root;
  whitespace_ = whitespace;
  may_be_empty_ = may_be_empty;
  for (auto& node : nodes_) {
    auto* object = std::get_if<Object>(&node.what);
    if (object == nullptr) continue;
    std::vector<std::string> names;
    for (const auto& member : object->members) names.push_back(quoted(member.name));
    object->names.emplace_back(names);
    object->reachable.assign(object->size(), object->size());
    auto next_required = object->size();
    for (auto i = object->size(); i-- > 0;) {
      if (object->members[i].required) next_required = i;
      if (object->any_order && object->members[i].required) object->required |= 1U << i;
      object->reachable[i] = next_required;
    }
  }
  if (!slots_.empty()) conditions_ = std::make_shared<const Conditions>(*this);
}

std::uint32_t Program::slot(const SlotSpec& spec) {
  const auto number = static_cast<std::uint32_t>(
      std::find(slots_.begin(), slots_.end(), spec) - slots_.begin());
  if (number == slots_.size()) slots_.push_back(spec);
  return number;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) append_escaped(out, c);
  return out += '"';
}

}  // namespace sr::constrain
