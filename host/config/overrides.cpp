#include "host/config/overrides.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "host/config/yaml.h"

namespace sr::host::config {
namespace {

// Everything below a value that was given on the command line is placed there.
void place_all(Node& node, const Place& at) {
  node.at = at;
  node.extent = {};
  for (auto& item : node.items) place_all(item, at);
  for (auto& m : node.members) {
    m.key_at = at;
    place_all(m.value, at);
  }
}

// A list, a map, or a text in quotes; anything else stands for itself.
bool is_yaml(const std::string& text) {
  if (text.empty()) return false;
  const char first = text.front();
  const bool quoted = text.size() > 1 && (first == '"' || first == '\'') && text.back() == first;
  return first == '[' || first == '{' || quoted;
}

bool value_of(const std::string& text, const Place& at, Diagnostics& diagnostics, Node& out) {
  if (!is_yaml(text)) {
    out.kind = Node::Kind::kScalar;
    out.text = text;
  } else {
    // Positions inside the value would show it: the option as a whole is blamed.
    Diagnostics inner;
    auto decoded = decode_yaml(Source::file(at.source->name(), text), text, inner);
    if (!decoded || !inner.ok()) {
      diagnostics.error(at, "the value is not YAML; put a text that begins with [ or { in quotes");
      return false;
    }
    out = std::move(*decoded);
  }
  place_all(out, at);
  return true;
}

// The node that one step of the path leads to, made when it is missing; nullptr after an error.
Node* step(Node& from, const std::string& name, const Place& at, Diagnostics& diagnostics) {
  if (from.is_null()) from.kind = name == "0" ? Node::Kind::kSequence : Node::Kind::kMap;
  if (from.is_sequence()) {
    std::size_t index = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (bad != std::errc() || end != name.data() + name.size() || index > from.items.size()) {
      diagnostics.error(at, "\"" + name + "\" is not an item of this list; it has " +
                                std::to_string(from.items.size()) + ", counted from 0");
      return nullptr;
    }
    if (index == from.items.size()) from.items.push_back({.at = at});
    return &from.items[index];
  }
  if (!from.is_map()) {
    diagnostics.error(at, "there is nothing below " + shown(from) + " that \"" + name +
                              "\" could name");
    return nullptr;
  }
  const auto found = std::find_if(from.members.begin(), from.members.end(),
                                  [&](const Member& m) { return m.key == name; });
  if (found != from.members.end()) return &found->value;
  from.members.push_back({name, at, Node{.at = at}});
  return &from.members.back().value;
}

}  // namespace

void apply_overrides(Node& root, const std::vector<std::string>& overrides,
                     Diagnostics& diagnostics) {
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    const auto path = text.substr(0, equals);
    // The value may be a secret: it is not repeated.
    const Place at{Source::option("--set " + path + (equals == std::string::npos ? "" : "=…")), 0,
                   0, 1};
    if (equals == std::string::npos || path.empty() || path.front() == '.' || path.back() == '.' ||
        path.find("..") != std::string::npos) {
      diagnostics.error(at, "write --set path=value, for example --set pipeline.store=facts");
      continue;
    }
    Node value;
    if (!value_of(text.substr(equals + 1), at, diagnostics, value)) continue;
    Node* node = &root;
    for (std::size_t from = 0; node != nullptr && from <= path.size();) {
      const auto dot = std::min(path.find('.', from), path.size());
      node = step(*node, path.substr(from, dot - from), at, diagnostics);
      from = dot + 1;
    }
    if (node != nullptr) *node = std::move(value);
  }
  name_paths(root, "");
}

}  // namespace sr::host::config
