// The keywords of a schema that become automata: numbers, patterns and formats, property names,
// and the cases of `not` that have a plain meaning.
#include <algorithm>

#include "engine/text/regex.h"
#include "json_schema/formats.h"
#include "json_schema/schema.h"
#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

using constrain::CodeDfa;
using constrain::Decimal;

void SchemaReader::read_number(Schema& s, const std::string& keyword, const Json& value) {
  if (!value.is_number()) fail(s.place, keyword, "must be a number");
  const auto number = Decimal::parse(value.dump());
  constrain::NumberRule rule;
  if (keyword == "multipleOf") {
    if (number.negative || number.zero()) fail(s.place, keyword, "must be above zero");
    rule.multiples.push_back(number);
  } else {
    const bool open = keyword.rfind("exclusive", 0) == 0;
    auto& bound = keyword == "minimum" || keyword == "exclusiveMinimum" ? rule.min : rule.max;
    bound = constrain::NumberRule::Bound{number, open};
  }
  s.number.also(rule);
}

Texts SchemaReader::compile(const Schema& s, const std::string& keyword,
                            const std::string& pattern) {
  auto& known = patterns_[pattern];
  if (known != nullptr) return known;
  try {
    known = std::make_shared<const CodeDfa>(constrain::compile_regex(pattern, max_states_));
  } catch (const Failure& e) {
    const auto what = e.code() == SR_EXHAUSTED
                          ? std::string(e.what()) + "; simplify it or raise max_states"
                          : e.what();
    throw Failure(e.code(), s.place + ": " + keyword + " " + what);
  }
  return known;
}

void SchemaReader::read_text(Schema& s, const std::string& keyword, const Json& value) {
  if (!value.is_string()) fail(s.place, keyword, "must be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (keyword == "pattern") {
    if (warns(keyword)) {
      try {
        s.texts.push_back(compile(s, keyword, text));
      } catch (const Failure& e) {
        note(s.place, keyword, std::string("is left out: ") + e.what());
      }
    } else {
      s.texts.push_back(compile(s, keyword, text));
    }
    return;
  }
  const auto* format = find_format(text);
  if (format == nullptr) return refuse_or_warn(s, keyword, "\"" + text + "\" cannot be enforced");
  for (const auto& pattern : format->patterns) s.texts.push_back(compile(s, keyword, pattern));
  s.length.max = std::min(s.length.max, format->longest);
}

void SchemaReader::read_grammar(Schema& s, const Json& value) {
  if (!value.is_string()) fail(s.place, "x-grammar", "must be the name of a grammar");
  const auto& name = value.get_ref<const std::string&>();
  if (grammars_.count(name) > 0) {
    s.grammar = name;
    return;
  }
  std::string known;
  for (const auto& other : grammars_) known += (known.empty() ? "" : ", ") + other;
  refuse_or_warn(s, "x-grammar", "names \"" + name + "\", which was not given (" +
                                     (known.empty() ? "no grammar was" : "given: " + known) + ")");
}

// Judged when all of the schema is read: what a slot holds depends on the type.
void SchemaReader::read_slot(Schema& s, const Json& json) {
  const auto& value = json["x-slot"];
  if (!value.is_string()) fail(s.place, "x-slot", "must be a slot as text: \"span:command\"");
  constrain::SlotSpec spec;
  try {
    spec = constrain::parse_slot(value.get_ref<const std::string&>());
  } catch (const Failure& e) {
    fail(s.place, "x-slot", std::string("cannot be read: ") + e.what());
  }
  if (s.types == kString) {
    spec.spelling = constrain::SlotSpec::kJsonString;
  } else if (spec.kind == constrain::SlotSpec::kNumber && spec.quote == 0 &&
             (s.types & ~(kInteger | kFraction)) == 0) {
    spec.integer = spec.integer || s.types == kInteger;
  } else {
    fail(s.place, "x-slot",
         "needs \"type\": \"string\" beside it; a number may also be an integer or a number");
  }
  s.slot = std::move(spec);
}

void SchemaReader::read_pattern_properties(Schema& s, const Json& value) {
  if (!value.is_object()) fail(s.place, "patternProperties", "must be an object");
  const auto place = s.place + "/patternProperties";
  for (const auto& [pattern, schema] : value.items()) {
    const auto names = compile(s, "patternProperties", pattern);
    s.pattern_properties.emplace_back(names, read(schema, join(place, pattern)));
  }
}

// What `not` may hold: types, constants that are strings or null, a pattern for a string, one
// required member of an object.
void SchemaReader::read_not(Schema& s, const Json& value) {
  const auto inner = read(value, join(s.place, "not"));
  const auto cannot = [&] { refuse_or_warn(s, "not", "cannot be enforced for this schema"); };
  if (!value.is_object() || value.size() != 1) {
    if (value == Json(true) || value == Json::object()) s.never = true;
    return value.is_boolean() || value.empty() ? void() : cannot();
  }
  const auto keyword = value.begin().key();
  const auto& of = get(inner);
  if (keyword == "type") {
    if ((of.types & (kInteger | kFraction)) == kInteger) return cannot();
    s.types &= ~of.types;
  } else if (keyword == "const" || keyword == "enum") {
    std::vector<std::string> texts;
    for (const auto& v : *of.values) {
      if (v.is_string()) {
        texts.push_back(v.get<std::string>());
      } else if (v.is_null()) {
        s.types &= ~static_cast<std::uint32_t>(kNull);
      } else {
        return cannot();
      }
    }
    if (!texts.empty()) s.texts.push_back(std::make_shared<const CodeDfa>(CodeDfa::except(texts)));
  } else if (keyword == "pattern" && !of.texts.empty()) {
    s.types &= kString;  // whatever is no string satisfies a pattern
    s.texts.push_back(
        std::make_shared<const CodeDfa>(CodeDfa::any().without(*of.texts[0], max_states_)));
  } else if (keyword == "required" && of.required.size() == 1) {
    s.types &= kObject;  // whatever is no object satisfies required
    const auto never = static_cast<SchemaId>(schemas_.size());
    auto& nothing = schemas_.emplace_back();
    nothing.never = true;
    const auto without = static_cast<SchemaId>(schemas_.size());
    auto& object = schemas_.emplace_back();
    nothing.place = object.place = join(s.place, "not");
    object.properties.emplace_back(of.required[0], never);
    s.all_of.push_back(without);
  } else {
    return cannot();
  }
  s.excluded.push_back(inner);
}

// minProperties and maxProperties are enforced where the rest of the schema does it already.
void SchemaReader::check_counts(const Schema& s, const Json& json) {
  const auto get_count = [&](const char* keyword, double none) {
    const auto at = json.find(keyword);
    return at == json.end() ? none : at->get<double>();
  };
  const std::set<std::string> required(s.required.begin(), s.required.end());
  if (get_count("minProperties", 0) > static_cast<double>(required.size())) {
    refuse_or_warn(s, "minProperties", "above the number of required members cannot be enforced");
  }
  const bool closed = s.additional && get(*s.additional).never && s.pattern_properties.empty();
  const double most = closed ? static_cast<double>(s.properties.size()) : kUnbounded;
  if (get_count("maxProperties", kUnbounded) < most) {
    refuse_or_warn(s, "maxProperties", "below the number of possible members cannot be enforced");
  }
}

Texts SchemaReader::names(SchemaId id) {
  const auto& s = get(id);
  if (s.ref || s.grammar || s.slot || !s.all_of.empty() || !s.any_of.empty() || !s.one_of.empty()) {
    fail(s.place, "propertyNames",
         "can be enforced for pattern, format, length, enum and const only");
  }
  auto out = CodeDfa::any();
  if (s.never || (s.types & kString) == 0) out = out.without(CodeDfa::any(), max_states_);
  for (const auto& texts : s.texts) out = out.both(*texts, max_states_);
  if (s.values) {
    std::vector<std::string> listed;
    for (const auto& v : *s.values) {
      if (v.is_string()) listed.push_back(v.get<std::string>());
    }
    out = out.without(CodeDfa::except(listed), max_states_);
  }
  if (s.length.min > 0 || s.length.max != kUnbounded) {
    out = out.of_length(s.length.min, s.length.max, max_states_);
  }
  return std::make_shared<const CodeDfa>(std::move(out));
}

}  // namespace sr::json_schema
