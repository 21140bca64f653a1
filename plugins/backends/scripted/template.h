// template.h - the `say` of a rule: text with placeholders that an event fills.
//
// Built at start-up; rendering is const and safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pattern.h"

namespace sr::scripted {

// {path.to.member|filter|filter}
struct Placeholder {
  enum class Filter { kKey, kValue, kText, kGroup, kSql };

  std::string written;  // for messages
  std::vector<std::string> path;
  std::vector<Filter> filters;
  std::size_t group = 0;
  std::shared_ptr<const Regex> regex;  // what `when` holds the value against; for kGroup

  // The text that stands in its place; nothing when the event has no fitting value.
  std::optional<std::string> fill(const Json& event) const;
};

class Template {
 public:
  // A map becomes compact JSON, its text with placeholders filled and escaped; a scalar is said
  // as it is written. Placeholders must name what `when` names.
  static Template parse(const YamlSource& source, const YAML::Node& say, const Pattern& when);

  // On failure `missing` is the placeholder that has no value.
  std::optional<std::string> render(const Json& event, std::string& missing) const;

 private:
  friend class TemplateParser;
  struct Piece {
    std::string literal;
    std::optional<Placeholder> placeholder;  // follows the literal
    bool escaped = false;                    // inside a JSON string
  };
  std::vector<Piece> pieces_;
};

}  // namespace sr::scripted
