#include "validator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

namespace sr::testing {

namespace {

using Json = nlohmann::json;

bool is_type(const Json& value, const std::string& type) {
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
  }
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return type == "array" ? value.is_array() : value.is_object();
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The patterns of the tests name ASCII characters only, so bytes do.
bool matches(const std::string& text, const Json& pattern) {
  return std::regex_search(text, std::regex(pattern.get<std::string>()));
}

double hundredths(const Json& number) { return std::round(number.get<double>() * 100); }
bool has_two_decimals(const Json& number) {
  return std::abs(number.get<double>() * 100 - hundredths(number)) < 1e-6;
}

class Validator {
 public:
  explicit Validator(const std::function<bool(const std::string&)>& grammar) : grammar_(grammar) {}

  std::string check(const Json& schema, const Json& value) const {
    if (schema.is_boolean()) return schema.get<bool>() ? "" : "false";
    for (const auto& [keyword, rule] : schema.items()) {
      if (const auto why = keyword_broken(keyword, rule, schema, value); !why.empty()) {
        return why + " in " + value.dump();
      }
    }
    return "";
  }

 private:
  bool holds(const Json& schema, const Json& value) const { return check(schema, value).empty(); }
  std::size_t count(const Json& schemas, const Json& value) const {
    return static_cast<std::size_t>(std::count_if(
        schemas.begin(), schemas.end(), [&](const Json& s) { return holds(s, value); }));
  }

  std::string keyword_broken(const std::string& keyword, const Json& rule, const Json& schema,
                             const Json& value) const {
    const auto unless = [&](bool fine) { return fine ? std::string() : keyword; };
    if (keyword == "type") {
      if (rule.is_string()) return unless(is_type(value, rule));
      return unless(std::any_of(rule.begin(), rule.end(),
                                [&](const Json& type) { return is_type(value, type); }));
    }
    if (keyword == "const") return unless(value == rule);
    if (keyword == "enum") return unless(std::find(rule.begin(), rule.end(), value) != rule.end());
    if (keyword == "not") return unless(!holds(rule, value));
    if (keyword == "anyOf") return unless(count(rule, value) > 0);
    if (keyword == "oneOf") return unless(count(rule, value) == 1);
    if (keyword == "allOf") return unless(count(rule, value) == rule.size());
    if (value.is_string()) return text_broken(keyword, rule, value);
    if (value.is_number()) return number_broken(keyword, rule, value);
    if (value.is_array()) return array_broken(keyword, rule, schema, value);
    if (value.is_object()) return object_broken(keyword, rule, schema, value);
    return "";
  }

  std::string text_broken(const std::string& keyword, const Json& rule, const Json& value) const {
    const auto text = value.get<std::string>();
    bool fine = true;
    if (keyword == "minLength") fine = characters(text) >= rule.get<std::size_t>();
    if (keyword == "maxLength") fine = characters(text) <= rule.get<std::size_t>();
    if (keyword == "pattern") fine = matches(text, rule);
    if (keyword == "x-grammar") fine = grammar_(text);
    return fine ? "" : keyword;
  }

  static std::string number_broken(const std::string& keyword, const Json& rule,
                                   const Json& value) {
    bool fine = true;
    if (keyword == "minimum") fine = value.get<double>() >= rule.get<double>();
    if (keyword == "maximum") fine = value.get<double>() <= rule.get<double>();
    if (keyword == "exclusiveMinimum") fine = value.get<double>() > rule.get<double>();
    if (keyword == "exclusiveMaximum") fine = value.get<double>() < rule.get<double>();
    // Beyond this a double does not say which number was written.
    if (keyword == "multipleOf" && std::abs(value.get<double>()) < 1e12) {
      fine = has_two_decimals(value) && std::fmod(hundredths(value), hundredths(rule)) == 0;
    }
    return fine ? "" : keyword;
  }

  std::string array_broken(const std::string& keyword, const Json& rule, const Json& schema,
                           const Json& value) const {
    const auto unless = [&](bool fine) { return fine ? std::string() : keyword; };
    if (keyword == "minItems") return unless(value.size() >= rule.get<std::size_t>());
    if (keyword == "maxItems") return unless(value.size() <= rule.get<std::size_t>());
    if (keyword == "uniqueItems") return unless(std::set<Json>(value.begin(), value.end()).size() == value.size());
    const auto prefix = schema.value("prefixItems", Json::array());
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string why;
      if (keyword == "prefixItems" && i < rule.size()) why = check(rule[i], value[i]);
      if (keyword == "items" && i >= prefix.size()) why = check(rule, value[i]);
      if (!why.empty()) return why;
    }
    return "";
  }

  std::string object_broken(const std::string& keyword, const Json& rule, const Json& schema,
                            const Json& value) const {
    if (keyword == "minProperties" && value.size() < rule.get<std::size_t>()) return keyword;
    if (keyword == "maxProperties" && value.size() > rule.get<std::size_t>()) return keyword;
    if (keyword == "required") {
      for (const auto& name : rule) {
        if (!value.contains(name.get<std::string>())) return "required " + name.dump();
      }
    }
    const auto declared = schema.value("properties", Json::object());
    const auto patterns = schema.value("patternProperties", Json::object());
    for (const auto& [name, member] : value.items()) {
      std::string why;
      if (keyword == "propertyNames") why = check(rule, name);
      if (keyword == "properties" && rule.contains(name)) why = check(rule[name], member);
      bool matched = declared.contains(name);
      for (const auto& [pattern, of] : patterns.items()) {
        if (!matches(name, pattern)) continue;
        matched = true;
        if (keyword == "patternProperties" && why.empty()) why = check(of, member);
      }
      if (keyword == "additionalProperties" && !matched) why = check(rule, member);
      if (!why.empty()) return keyword + " " + name + ": " + why;
    }
    return "";
  }

  const std::function<bool(const std::string&)>& grammar_;
};

}  // namespace

Json read_document(const std::string& text, bool first_counts) {
  if (!first_counts) return Json::parse(text);
  std::map<int, std::set<std::string>> names;  // of the open object at each depth
  return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names[depth + 1].clear();
    return event != Json::parse_event_t::key ||
           names[depth].insert(parsed.get<std::string>()).second;
  });
}

std::string broken_rule(const Json& schema, const Json& value,
                        const std::function<bool(const std::string&)>& grammar) {
  return Validator(grammar).check(schema, value);
}

}  // namespace sr::testing
