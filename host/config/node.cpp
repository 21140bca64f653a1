#include "host/config/node.h"

#include <charconv>
#include <cmath>

#include "host/config/diagnostics.h"

namespace sr::host::config {
namespace {

template <class T>
bool parse(std::string_view text, T& out) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size();
}

Json scalar_json(const Node& node) {
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  std::int64_t integer = 0;
  if (parse(node.text, integer)) return integer;
  // Not "inf" and "nan", which from_chars would read and JSON cannot write.
  const bool numeric = node.text.find_first_not_of("+-.eE0123456789") == std::string::npos &&
                       node.text.find_first_of("0123456789") != std::string::npos;
  double real = 0;
  if (numeric && parse(node.text, real) && std::isfinite(real)) return real;
  return node.text;
}

}  // namespace

const Node* Node::get(std::string_view key) const {
  const auto* m = member(key);
  return m == nullptr ? nullptr : &m->value;
}

const Member* Node::member(std::string_view key) const {
  for (const auto& m : members) {
    if (m.key == key) return &m;
  }
  return nullptr;
}

void name_paths(Node& node, const std::string& path) {
  node.path = path;
  const auto below = path.empty() ? "" : path + ".";
  for (auto& m : node.members) name_paths(m.value, below + m.key);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    name_paths(node.items[i], below + std::to_string(i));
  }
}

void make_secret(Node& node, Diagnostics& diagnostics) {
  node.secret = true;
  if (node.is_scalar()) {
    diagnostics.keep_secret(node.text);
    if (node.at.source && node.at.source->has_lines()) node.at.source->hide(node.extent);
  }
  for (auto& item : node.items) make_secret(item, diagnostics);
  for (auto& m : node.members) make_secret(m.value, diagnostics);
}

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return "nothing";
    case Node::Kind::kSequence: return "a list";
    case Node::Kind::kMap: return "a mapping";
    case Node::Kind::kScalar: break;
  }
  return node.secret ? std::string(kRedacted) : "\"" + node.text + "\"";
}

Json to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return nullptr;
    case Node::Kind::kScalar: return scalar_json(node);
    case Node::Kind::kSequence: {
      Json out = Json::array();
      for (const auto& item : node.items) out.push_back(to_json(item));
      return out;
    }
    case Node::Kind::kMap: break;
  }
  Json out = Json::object();
  for (const auto& m : node.members) out[m.key] = to_json(m.value);
  return out;
}

}  // namespace sr::host::config
