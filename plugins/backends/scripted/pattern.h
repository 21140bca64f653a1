// pattern.h - the `when` of a rule: what an event's JSON must be like.
//
// Built at start-up; matching is const and safe from any thread.
#pragma once

// How much work Boost puts into one text before it gives up: well below a second.
#define BOOST_REGEX_MAX_STATE_COUNT 10000000
#include <boost/regex.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "yaml_source.h"

namespace sr::scripted {

using Json = nlohmann::ordered_json;
using Regex = boost::regex;  // its matcher keeps no state on the call stack, however long the text

// Does the text hold a match? A pattern that is too costly for the text does not match.
bool regex_finds(const Regex& regex, std::string_view text, boost::cmatch* groups = nullptr);

// "/text/" or "/text/i". Throws boost::regex_error; nullptr when it is not written like that.
std::shared_ptr<const Regex> slashed_regex(const std::string& text);

class Pattern {
 public:
  // A map: each member must be there and match. A list or a scalar: equal. "/…/" and "/…/i":
  // text in which the regular expression finds something. {any: true}: present.
  static Pattern parse(const YamlSource& source, const YAML::Node& node, int depth = 0);

  bool matches(const Json& value) const;
  bool matches_everything() const { return kind_ == Kind::kMembers && members_.empty(); }

  // The pattern of a path's value; `known` is false where no pattern names it. Below {any: true}
  // everything is known, with no pattern of its own (nullptr).
  const Pattern* find(const std::vector<std::string>& path, bool& known) const;
  const std::shared_ptr<const Regex>& regex() const noexcept { return regex_; }
  std::string member_names() const;

 private:
  enum class Kind { kMembers, kEqual, kRegex, kAny };
  Kind kind_ = Kind::kMembers;
  std::vector<std::pair<std::string, Pattern>> members_;
  Json equal_;
  std::shared_ptr<const Regex> regex_;
};

}  // namespace sr::scripted
