#include "pattern.h"

#include <algorithm>

namespace sr::scripted {

bool regex_finds(const Regex& regex, std::string_view text, boost::cmatch* groups) {
  boost::cmatch unused;
  try {
    return boost::regex_search(text.data(), text.data() + text.size(),
                               groups != nullptr ? *groups : unused, regex);
  } catch (const std::runtime_error&) {  // Boost gives up on patterns that explode
    return false;
  }
}

std::shared_ptr<const Regex> slashed_regex(const std::string& text) {
  if (text.size() < 3 || text.front() != '/') return nullptr;
  const bool folded = text.ends_with("/i");
  const auto end = text.size() - (folded ? 2 : 1);
  if (end < 2 || text[end] != '/') return nullptr;
  const auto flags = folded ? boost::regex::perl | boost::regex::icase : boost::regex::perl;
  return std::make_shared<const Regex>(text.substr(1, end - 1), flags);
}

namespace {

Json value_of(const YamlSource& source, const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) source.fail(node, "is nested too deeply");
  if (node.IsSequence()) {
    auto list = Json::array();
    for (const auto& item : node) list.push_back(value_of(source, item, depth + 1));
    return list;
  }
  if (node.IsMap()) {
    auto map = Json::object();
    source.each_member(node, "this", [&](const auto& name, const auto&, const auto& value) {
      map[name] = value_of(source, value, depth + 1);
    });
    return map;
  }
  return Json::parse(scalar_json(node));
}

bool is_any(const YAML::Node& node) {
  return node.IsMap() && node.size() == 1 && node["any"] && node["any"].IsScalar() &&
         node["any"].Scalar() == "true";
}

}  // namespace

Pattern Pattern::parse(const YamlSource& source, const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) source.fail(node, "is nested too deeply");
  Pattern out;
  if (is_any(node)) {
    out.kind_ = Kind::kAny;
  } else if (node.IsMap()) {
    source.each_member(node, "\"when\"", [&](const auto& name, const auto&, const auto& value) {
      out.members_.emplace_back(name, parse(source, value, depth + 1));
    });
  } else if (depth == 0) {
    source.fail(node, "\"when\" must be a map of the event's members");
  } else {
    out.kind_ = Kind::kEqual;
    out.equal_ = value_of(source, node, depth);
    if (out.equal_.is_string()) {
      try {
        out.regex_ = slashed_regex(out.equal_.template get_ref<const std::string&>());
      } catch (const boost::regex_error& e) {
        source.fail(node, std::string("is not a regular expression: ") + e.what());
      }
      if (out.regex_ != nullptr) out.kind_ = Kind::kRegex;
    }
  }
  return out;
}

bool Pattern::matches(const Json& value) const {
  switch (kind_) {
    case Kind::kAny: return true;
    case Kind::kEqual: return value == equal_;
    case Kind::kRegex:
      return value.is_string() && regex_finds(*regex_, value.get_ref<const std::string&>());
    case Kind::kMembers: break;
  }
  return value.is_object() && std::ranges::all_of(members_, [&](const auto& member) {
           const auto found = value.find(member.first);
           return found != value.end() && member.second.matches(*found);
         });
}

const Pattern* Pattern::find(const std::vector<std::string>& path, bool& known) const {
  const Pattern* at = this;
  known = true;
  for (const auto& name : path) {
    if (at->kind_ == Kind::kAny) return nullptr;
    const auto member =
        std::ranges::find(at->members_, name, [](const auto& m) { return m.first; });
    if (member == at->members_.end()) {
      known = false;
      return nullptr;
    }
    at = &member->second;
  }
  return at;
}

std::string Pattern::member_names() const {
  std::string out;
  for (const auto& [name, pattern] : members_) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace sr::scripted
