#include "json_schema/schema.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

// Keywords that say something about a document without restricting it, and containers that
// restrict only what refers to them.
const std::set<std::string> kAnnotations = {
    "$schema", "$id",      "title",      "description", "default",  "examples",
    "$comment", "deprecated", "readOnly", "writeOnly",   "$defs",    "definitions"};

// Keywords that exist but cannot be enforced here.
const std::set<std::string> kNotEnforced = {
    "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary",
    "additionalItems", "contains", "contentEncoding", "contentMediaType", "contentSchema",
    "dependencies", "dependentRequired", "dependentSchemas", "else", "if", "maxContains",
    "minContains", "then", "unevaluatedItems", "unevaluatedProperties"};

const std::pair<const char*, std::uint32_t> kTypes[] = {
    {"null", kNull},     {"boolean", kBoolean}, {"integer", kInteger},
    {"number", kInteger | kFraction}, {"string", kString}, {"array", kArray}, {"object", kObject}};

std::uint32_t type_of(const Json& value) {
  if (value.is_null()) return kNull;
  if (value.is_boolean()) return kBoolean;
  if (value.is_number()) return is_integer(value) ? kInteger : kFraction;
  if (value.is_string()) return kString;
  return value.is_array() ? kArray : kObject;
}

std::uint32_t count(const Schema& schema, const std::string& keyword, const Json& value) {
  if (!is_integer(value) || value.get<double>() < 0 || value.get<double>() >= kUnbounded) {
    fail(schema.place, keyword, "must be a whole number from 0 to 4294967294");
  }
  return static_cast<std::uint32_t>(value.get<double>());
}

}  // namespace

void fail(const std::string& place, const std::string& keyword, const std::string& what) {
  throw Failure(SR_INVALID_ARGUMENT, place + ": " + keyword + " " + what);
}

const SchemaId* Schema::property(std::string_view name) const {
  for (const auto& [key, id] : properties) {
    if (key == name) return &id;
  }
  return nullptr;
}

SchemaReader::SchemaReader(Json document, std::vector<std::string> warn,
                           std::set<std::string> grammars, std::size_t max_states)
    : document_(std::move(document)),
      warn_(warn.begin(), warn.end()),
      grammars_(std::move(grammars)),
      max_states_(max_states) {}

void SchemaReader::note(const std::string& place, const std::string& keyword,
                        const std::string& what) {
  warnings_.push_back(place + ": " + keyword + " " + what);
}

void SchemaReader::refuse_or_warn(const Schema& schema, const std::string& keyword,
                                  const std::string& why) {
  if (warns(keyword)) return note(schema.place, keyword, why + " and is left out");
  fail(schema.place, keyword, why + "; remove it, or list it under the option warn");
}

SchemaId SchemaReader::read(const Json& json, const std::string& place) {
  if (const auto known = by_address_.find(&json); known != by_address_.end()) return known->second;
  const auto hash = std::hash<Json>{}(json);
  const auto [first, last] = by_content_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (*at->second.first == json) return by_address_[&json] = at->second.second;
  }
  const auto id = static_cast<SchemaId>(schemas_.size());
  auto& schema = schemas_.emplace_back();
  schema.place = place;
  by_address_[&json] = id;
  by_content_.emplace(hash, std::pair(&json, id));
  if (json.is_boolean()) {
    schema.never = !json.get<bool>();
  } else if (json.is_object()) {
    for (const auto& [keyword, value] : json.items()) read_keyword(schema, keyword, value);
    check_bounds(schema, json);
    if (json.contains("x-slot")) read_slot(schema, json);
  } else {
    throw Failure(SR_INVALID_ARGUMENT, place + ": a schema must be an object, true or false");
  }
  return id;
}

SchemaId SchemaReader::constant(Json value, std::string place) {
  const auto id = static_cast<SchemaId>(schemas_.size());
  auto& schema = schemas_.emplace_back();
  schema.place = std::move(place);
  schema.values.emplace(1, std::move(value));
  return id;
}

SchemaId SchemaReader::without_one_of(SchemaId id) {
  const auto next = static_cast<SchemaId>(schemas_.size());
  schemas_.push_back(get(id));
  schemas_.back().one_of.clear();
  return next;
}

void SchemaReader::read_keyword(Schema& s, const std::string& keyword, const Json& value) {
  const auto sub = [&] { return read(value, join(s.place, keyword)); };
  if (keyword == "type") {
    read_types(s, value);
  } else if (keyword == "const" || keyword == "enum") {
    read_values(s, keyword, value);
  } else if (keyword == "properties") {
    read_properties(s, value);
  } else if (keyword == "required") {
    const bool names = value.is_array() && std::all_of(value.begin(), value.end(),
                                                       [](auto& v) { return v.is_string(); });
    if (!names) fail(s.place, keyword, "must be a list of names");
    s.required = value.get<std::vector<std::string>>();
  } else if (keyword == "additionalProperties") {
    s.additional = sub();
  } else if (keyword == "prefixItems") {
    s.prefix_items = read_list(s, keyword, value);
  } else if (keyword == "items") {
    if (value.is_array()) fail(s.place, keyword, "is a list; write prefixItems (draft 2020-12)");
    s.items = sub();
  } else if (keyword == "minItems") {
    s.items_count.min = count(s, keyword, value);
  } else if (keyword == "maxItems") {
    s.items_count.max = count(s, keyword, value);
  } else if (keyword == "uniqueItems") {
    if (!value.is_boolean()) fail(s.place, keyword, "must be true or false");
    s.unique = value.get<bool>();
  } else if (keyword == "minLength") {
    s.length.min = count(s, keyword, value);
  } else if (keyword == "maxLength") {
    s.length.max = std::min(s.length.max, count(s, keyword, value));  // a format may have one, too
  } else if (keyword == "minimum" || keyword == "maximum" || keyword == "exclusiveMinimum" ||
             keyword == "exclusiveMaximum" || keyword == "multipleOf") {
    read_number(s, keyword, value);
  } else if (keyword == "pattern" || keyword == "format") {
    read_text(s, keyword, value);
  } else if (keyword == "patternProperties") {
    read_pattern_properties(s, value);
  } else if (keyword == "propertyNames") {
    s.property_names = sub();
  } else if (keyword == "not") {
    read_not(s, value);
  } else if (keyword == "minProperties" || keyword == "maxProperties") {
    count(s, keyword, value);  // judged when all of the schema is read
  } else if (keyword == "allOf") {
    const auto all = read_list(s, keyword, value);
    s.all_of.insert(s.all_of.end(), all.begin(), all.end());  // `not` may have added one
  } else if (keyword == "anyOf") {
    s.any_of = read_list(s, keyword, value);
  } else if (keyword == "oneOf") {
    s.one_of = read_list(s, keyword, value);
  } else if (keyword == "$ref") {
    if (!value.is_string()) fail(s.place, keyword, "must be a string");
    s.ref = value.get<std::string>();
  } else if (keyword == "x-grammar") {
    read_grammar(s, value);
  } else if (keyword == "$id" && s.place != "#") {
    fail(s.place, keyword, "may stand at the top only: it would change what $ref means");
  } else if (kNotEnforced.count(keyword) > 0) {
    refuse_or_warn(s, keyword, "cannot be enforced");
  } else if (kAnnotations.count(keyword) == 0 && keyword.rfind("x-", 0) != 0) {
    refuse_or_warn(s, keyword, "is not a keyword of JSON Schema 2020-12");
  }
}

void SchemaReader::read_types(Schema& s, const Json& value) {
  std::uint32_t types = 0;
  const auto add = [&](const Json& name) {
    const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                     [&](const auto& t) { return name == t.first; });
    if (found == std::end(kTypes)) fail(s.place, "type", "is not a JSON type: " + name.dump());
    types |= found->second;
  };
  if (value.is_array()) {
    for (const auto& name : value) add(name);
  } else {
    add(value);
  }
  if (types == 0) fail(s.place, "type", "is an empty list: no document is possible");
  s.types &= types;  // `not` may stand before it
}

void SchemaReader::read_values(Schema& s, const std::string& keyword, const Json& value) {
  std::vector<Json> values;
  if (keyword == "const") {
    values.push_back(value);
  } else {
    if (!value.is_array()) fail(s.place, keyword, "must be a list");
    if (value.empty()) fail(s.place, keyword, "is an empty list: no document is possible");
    for (const auto& v : value) {
      const bool seen = std::any_of(values.begin(), values.end(),
                                    [&](const Json& other) { return equal(v, other); });
      if (!seen) values.push_back(v);
    }
  }
  for (const auto& v : values) {
    constexpr double kExact = 18446744073709551616.0;  // 2^64
    if (v.is_number_float() && std::fabs(v.get<double>()) >= kExact) {
      fail(s.place, keyword, "holds a number that is too large to be written exactly");
    }
  }
  if (s.values) {  // const beside enum
    std::erase_if(values, [&](const Json& v) {
      return std::none_of(s.values->begin(), s.values->end(),
                          [&](const Json& other) { return equal(v, other); });
    });
  }
  s.values = std::move(values);
}

void SchemaReader::read_properties(Schema& s, const Json& value) {
  if (!value.is_object()) fail(s.place, "properties", "must be an object");
  const auto place = s.place + "/properties";
  for (const auto& [name, schema] : value.items()) {
    s.properties.emplace_back(name, read(schema, join(place, name)));
  }
}

std::vector<SchemaId> SchemaReader::read_list(const Schema& s, const std::string& keyword,
                                              const Json& value) {
  if (!value.is_array() || value.empty()) fail(s.place, keyword, "must be a list of schemas");
  std::vector<SchemaId> out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    out.push_back(read(value[i], s.place + "/" + keyword + "/" + std::to_string(i)));
  }
  return out;
}

void SchemaReader::check_bounds(const Schema& s, const Json& json) {
  if (s.length.min > s.length.max) {
    fail(s.place, "minLength", "is larger than maxLength: no document is possible");
  }
  if (s.items_count.min > s.items_count.max) {
    fail(s.place, "minItems", "is larger than maxItems: no document is possible");
  }
  check_counts(s, json);
}

SchemaId SchemaReader::target(const Schema& s) {
  auto pointer = *s.ref;
  if (const auto id = document_.find("$id"); id != document_.end() && id->is_string()) {
    const auto& base = id->get_ref<const std::string&>();
    if (pointer.rfind(base + "#", 0) == 0) pointer.erase(0, base.size());
  }
  if (pointer.empty() || pointer[0] != '#') {
    fail(s.place, "$ref", "goes to another document: \"" + *s.ref + "\"; copy it under $defs");
  }
  std::string path;  // with %XX decoded, as in a URI fragment
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    if (pointer[i] == '%' && i + 2 < pointer.size() && std::isxdigit(pointer[i + 1] & 0x7F) &&
        std::isxdigit(pointer[i + 2] & 0x7F)) {
      path += static_cast<char>(std::stoi(pointer.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      path += pointer[i];
    }
  }
  try {
    const Json::json_pointer where(path);
    if (document_.contains(where)) return read(document_.at(where), "#" + path);
  } catch (const Json::exception&) {
    // not a JSON pointer; the message below says so
  }
  fail(s.place, "$ref", "goes nowhere: \"" + *s.ref + "\"");
}

bool SchemaReader::admits(SchemaId id, const Json& value) {
  constexpr int kDeepest = 1000;
  const auto& s = get(id);
  if (depth_ == kDeepest) fail(s.place, "$ref", "comes back to itself without end");
  ++depth_;
  const auto ok = [&](SchemaId sub) { return admits(sub, value); };
  const bool result =
      admits_plainly(id, value) && (!s.ref || ok(target(s))) &&
      std::all_of(s.all_of.begin(), s.all_of.end(), ok) &&
      (s.any_of.empty() || std::any_of(s.any_of.begin(), s.any_of.end(), ok)) &&
      (s.one_of.empty() || std::count_if(s.one_of.begin(), s.one_of.end(), ok) == 1);
  --depth_;
  return result;
}

bool SchemaReader::admits_plainly(SchemaId id, const Json& value) {
  const auto& s = get(id);
  if (s.never || (s.types & type_of(value)) == 0) return false;
  if (s.values && std::none_of(s.values->begin(), s.values->end(),
                               [&](const Json& v) { return equal(v, value); })) {
    return false;
  }
  if (std::any_of(s.excluded.begin(), s.excluded.end(),
                  [&](SchemaId id) { return admits(id, value); })) {
    return false;
  }
  if (s.slot && (value.is_string() || value.is_number())) {
    fail(s.place, "x-slot", "cannot be enforced beside enum, const or oneOf");
  }
  if (value.is_string()) {
    if (s.grammar) fail(s.place, "x-grammar", "cannot be enforced beside enum, const or oneOf");
    const auto codes = length(value);
    const auto& text = value.get_ref<const std::string&>();
    return codes >= s.length.min && codes <= s.length.max &&
           std::all_of(s.texts.begin(), s.texts.end(),
                       [&](const Texts& texts) { return texts->matches(text); });
  }
  if (value.is_number()) {
    return !s.number.bounded() ||
           constrain::satisfies(constrain::Decimal::parse(value.dump()), s.number, max_states_);
  }
  if (value.is_array()) return admits_array(s, value);
  return !value.is_object() || admits_object(s, value);
}

bool SchemaReader::admits_array(const Schema& s, const Json& value) {
  if (value.size() < s.items_count.min || value.size() > s.items_count.max) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool in_prefix = i < s.prefix_items.size();
    if (in_prefix && !admits(s.prefix_items[i], value[i])) return false;
    if (!in_prefix && s.items && !admits(*s.items, value[i])) return false;
    const auto same = [&](const Json& other) { return equal(other, value[i]); };
    if (s.unique && std::any_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      return false;
    }
  }
  return true;
}

bool SchemaReader::admits_object(const Schema& s, const Json& value) {
  for (const auto& name : s.required) {
    if (!value.contains(name)) return false;
  }
  for (const auto& [name, member] : value.items()) {
    if (s.property_names && !admits(*s.property_names, Json(name))) return false;
    for (const auto id : this->member(s, name)) {
      if (!admits(id, member)) return false;
    }
  }
  return true;
}

std::vector<SchemaId> SchemaReader::member(const Schema& s, const std::string& name) const {
  std::vector<SchemaId> out;
  if (const auto* declared = s.property(name)) out.push_back(*declared);
  for (const auto& [names, id] : s.pattern_properties) {
    if (names->matches(name)) out.push_back(id);
  }
  if (out.empty() && s.additional) out.push_back(*s.additional);
  return out;
}

}  // namespace sr::json_schema
