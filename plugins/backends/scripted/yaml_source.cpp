#include "yaml_source.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "state_runtime/plugin.hpp"

namespace sr::scripted {

YamlSource::YamlSource(std::string path) : path_(std::move(path)) {
  std::ifstream file(path_, std::ios::binary);
  bool readable = file.is_open();
  try {
    text_.assign(std::istreambuf_iterator<char>(file), {});
  } catch (const std::ios_base::failure&) {  // a folder opens, and fails here
    readable = false;
  }
  if (!readable) throw BadOption("rules", path_ + ": cannot be read; name a readable rules file");
  try {
    const auto documents = YAML::LoadAll(text_);
    if (documents.size() != 1) {
      fail(YAML::Mark(), "must hold one YAML document, not " + std::to_string(documents.size()));
    }
    root_ = documents.front();
  } catch (const YAML::Exception& e) {
    fail(e.mark, e.msg);
  }
}

void YamlSource::fail(const YAML::Mark& at, const std::string& what) const {
  const auto line = at.is_null() ? 1 : at.line + 1;
  const auto column = at.is_null() ? 1 : at.column + 1;
  throw BadOption("rules", path_ + ":" + std::to_string(line) + ":" + std::to_string(column) +
                               ": " + what);
}

void YamlSource::each_member(const YAML::Node& map, std::string_view what,
                             const MemberFn& member) const {
  if (!map.IsMap()) fail(map, std::string(what) + " must be a map");
  std::set<std::string> seen;
  for (const auto& entry : map) {
    if (!entry.first.IsScalar()) fail(entry.first, "a member's name must be text");
    const auto name = entry.first.Scalar();
    if (!seen.insert(name).second) fail(entry.first, "\"" + name + "\" is here twice");
    member(name, entry.first, entry.second);
  }
}

bool is_quoted(const YAML::Node& scalar) {
  return scalar.Tag() == "!" || scalar.Tag() == "tag:yaml.org,2002:str";
}

namespace {

bool is_json_literal(const std::string& text) {
  const auto value = nlohmann::json::parse(text, nullptr, false);
  return !value.is_discarded() && value.is_primitive() && !value.is_string();
}

bool is_nothing(const YAML::Node& scalar) {
  return scalar.IsNull() ||
         (!is_quoted(scalar) && (scalar.Scalar().empty() || scalar.Scalar() == "~"));
}

}  // namespace

bool is_text(const YAML::Node& scalar) {
  if (!scalar.IsScalar() || is_nothing(scalar)) return false;
  return is_quoted(scalar) || !is_json_literal(scalar.Scalar());
}

std::string scalar_json(const YAML::Node& scalar) {
  if (is_nothing(scalar)) return "null";
  return is_text(scalar) ? json_text(scalar.Scalar()) : scalar.Scalar();
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sr::scripted
