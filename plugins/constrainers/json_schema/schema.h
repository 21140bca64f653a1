// json_schema/schema.h - a JSON Schema document, read keyword by keyword.
//
// Every subschema that is reached becomes a Schema; equal ones are one. What cannot be enforced
// is an sr::Failure(SR_INVALID_ARGUMENT) that names the JSON pointer and the keyword, unless the
// keyword is in `warn`: then it is left out and noted in warnings(). Nothing is left out silently
// but annotations. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/bytes/number_rule.h"
#include "engine/slots/slot.h"
#include "engine/text/code_dfa.h"
#include "json_schema/json_text.h"

namespace sr::json_schema {

using SchemaId = std::int32_t;
constexpr std::uint32_t kUnbounded = UINT32_MAX;

// JSON's types; a number is an integer or a fraction.
enum Type : std::uint32_t {
  kNull = 1, kBoolean = 2, kInteger = 4, kFraction = 8, kString = 16, kArray = 32, kObject = 64,
  kAllTypes = 127,
};

struct Bounds {
  std::uint32_t min = 0, max = kUnbounded;
};

using Texts = std::shared_ptr<const constrain::CodeDfa>;  // a set of texts

struct Schema {
  std::string place;                       // "#/properties/rows"
  bool never = false;                      // `false`
  std::uint32_t types = kAllTypes;
  std::optional<std::vector<Json>> values;  // enum, const
  Bounds length, items_count;
  std::vector<Texts> texts;  // pattern, format, not: a string is in each
  std::optional<std::string> grammar;  // x-grammar: a string is a text of it
  std::optional<constrain::SlotSpec> slot;  // x-slot: a text or number is one that it holds
  constrain::NumberRule number;
  std::vector<SchemaId> excluded;  // not; what follows from it stands in the other fields, too
  std::vector<SchemaId> prefix_items;
  std::optional<SchemaId> items;
  bool unique = false;  // uniqueItems
  std::vector<std::pair<std::string, SchemaId>> properties;
  std::vector<std::string> required;
  std::vector<std::pair<Texts, SchemaId>> pattern_properties;
  std::optional<SchemaId> additional, property_names;
  std::vector<SchemaId> all_of;
  std::vector<SchemaId> any_of, one_of;
  std::optional<std::string> ref;          // the pointer it goes to

  const SchemaId* property(std::string_view name) const;
};

class SchemaReader {
 public:
  // `grammars`: what x-grammar may name.
  SchemaReader(Json document, std::vector<std::string> warn, std::set<std::string> grammars,
               std::size_t max_states);

  SchemaId root() { return read(document_, "#"); }
  SchemaId target(const Schema& schema);  // of its $ref
  SchemaId constant(Json value, std::string place);
  SchemaId without_one_of(SchemaId id);
  // The schemas that `schema` has for this member: of properties and patternProperties, or else
  // additionalProperties.
  std::vector<SchemaId> member(const Schema& schema, const std::string& name) const;
  // The texts that a schema for property names allows.
  Texts names(SchemaId id);
  std::size_t max_states() const { return max_states_; }
  const Schema& get(SchemaId id) const { return schemas_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return schemas_.size(); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  bool warns(const std::string& keyword) const {
    return warn_.count(keyword) > 0 || warn_.count("*") > 0;
  }
  void note(const std::string& place, const std::string& keyword, const std::string& what);

  // Does `value` satisfy the schema? Fails on a $ref that comes back to itself.
  bool admits(SchemaId id, const Json& value);
  // The same without $ref, allOf, anyOf and oneOf.
  bool admits_plainly(SchemaId id, const Json& value);

 private:
  SchemaId read(const Json& json, const std::string& place);
  void read_keyword(Schema& schema, const std::string& keyword, const Json& value);
  void read_types(Schema& schema, const Json& value);
  void read_values(Schema& schema, const std::string& keyword, const Json& value);
  void read_properties(Schema& schema, const Json& value);
  std::vector<SchemaId> read_list(const Schema& schema, const std::string& keyword,
                                  const Json& value);
  void refuse_or_warn(const Schema& schema, const std::string& keyword, const std::string& why);
  void read_number(Schema& schema, const std::string& keyword, const Json& value);
  void read_text(Schema& schema, const std::string& keyword, const Json& value);
  void read_pattern_properties(Schema& schema, const Json& value);
  void read_not(Schema& schema, const Json& value);
  void read_grammar(Schema& schema, const Json& value);
  void read_slot(Schema& schema, const Json& json);
  Texts compile(const Schema& schema, const std::string& keyword, const std::string& pattern);
  void check_bounds(const Schema& schema, const Json& json);
  void check_counts(const Schema& schema, const Json& json);
  bool admits_array(const Schema& schema, const Json& value);
  bool admits_object(const Schema& schema, const Json& value);

  const Json document_;
  const std::set<std::string> warn_, grammars_;
  const std::size_t max_states_;
  int depth_ = 0;  // of admits()
  std::vector<std::string> warnings_;
  std::deque<Schema> schemas_;
  std::unordered_map<const Json*, SchemaId> by_address_;
  std::map<std::string, Texts> patterns_;
  std::unordered_multimap<std::size_t, std::pair<const Json*, SchemaId>> by_content_;
};

[[noreturn]] void fail(const std::string& place, const std::string& keyword,
                       const std::string& what);

}  // namespace sr::json_schema
