// json_schema/shapes.h - schemas brought into a canonical form.
//
// A Group is what must hold for one value: a set of schemas, all at once ($ref, allOf and
// siblings put into one set). Its shapes are the ways to satisfy it, each of a single JSON type,
// with the keywords of all its schemas intersected; members and items are groups again. Groups
// are interned by their schemas, so recursive schemas end. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/bytes/literal_set.h"
#include "json_schema/schema.h"

namespace sr::json_schema {

using GroupId = std::int32_t;
constexpr GroupId kNothing = -1;

struct Shape {
  enum Kind { kScalar, kNumber, kText, kList, kRecord };
  struct Member {
    std::string name;
    GroupId value;
    bool required;
  };

  // Members that are not declared and whose names are in `names` (nullptr: all).
  struct Free {
    Texts names;
    GroupId value;
  };

  Kind kind;
  std::vector<SchemaId> parts;   // what was intersected
  Json value;                    // kScalar: null, true, false, or one constant
  constrain::NumberRule number;  // kNumber
  Texts texts;                   // kText; nullptr: all
  std::string grammar;           // kText: of its texts only; then there are no other rules
  std::optional<constrain::SlotSpec> slot;  // kText, kNumber: the same
  Bounds bounds;                 // kText: code points; kList: items
  std::vector<GroupId> prefix;   // kList
  bool unique = false;           // kList: of distinct constants, at most kMostMasked
  std::vector<Member> members;   // kRecord, in order
  GroupId rest = kNothing;       // kList: further items
  std::vector<Free> free;        // kRecord
};

struct Group {
  std::vector<SchemaId> parts;  // sorted
  std::string place;
  std::vector<Shape> shapes;
  bool possible = false;  // has a finite value
};

class Shapes {
 public:
  // Expands all that the root reaches. Errors: sr::Failure; SR_EXHAUSTED when more than
  // `max_states` shapes would be needed.
  Shapes(SchemaReader& reader, std::size_t max_states);

  GroupId root() const { return 0; }
  const Group& group(GroupId id) const { return groups_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return groups_.size(); }
  bool possible(GroupId id) const { return id != kNothing && group(id).possible; }
  bool possible(const Shape& shape) const;
  // The constants that a group is nothing but; nothing when it is more.
  std::optional<std::vector<Json>> constants_of(GroupId id) const;

 private:
  // Schemas that hold at once, with the unions among them still to be chosen from.
  struct Conjunction {
    struct Union {
      std::vector<SchemaId> options;
      std::vector<SchemaId> path;  // the schemas that led to it
    };
    std::vector<SchemaId> parts;
    std::vector<Union> unions;
    bool never = false;
  };

  GroupId intern(std::vector<SchemaId> parts);
  void expand_all();
  void expand(GroupId id);
  void add_to(Conjunction& c, SchemaId id, std::vector<SchemaId>& path);
  void choose(Conjunction c, std::vector<Shape>& out, std::size_t& budget);
  void shapes_of(const std::vector<SchemaId>& parts, std::vector<Shape>& out);
  void constants(const std::vector<SchemaId>& parts, const std::vector<Json>& values,
                 std::vector<Shape>& out);
  Shape constant(const std::vector<SchemaId>& parts, const Json& value);
  Shape list_of(const std::vector<SchemaId>& parts);
  Shape record_of(const std::vector<SchemaId>& parts);
  Shape text_of(const std::vector<SchemaId>& parts);
  GroupId member_of(const std::vector<SchemaId>& parts, const std::string& name);
  std::optional<constrain::SlotSpec> slot_of(const std::vector<SchemaId>& parts) const;
  void add_free(const std::vector<SchemaId>& parts, const Texts& names, Shape& record);
  void settle_unique();
  void find_possible();
  void require_root();

  std::string place_of(const std::vector<SchemaId>& parts) const;

  // oneOf, read as anyOf, is right when no value satisfies two options (one_of.cpp).
  struct OneOf {
    SchemaId schema;
    std::vector<GroupId> options;  // each together with what stands beside oneOf
  };
  std::vector<OneOf> collect_one_ofs();
  void prove_one_of(const OneOf& one_of);
  bool apart(GroupId a, GroupId b, int depth);
  bool apart(const Shape& a, const Shape& b, int depth);
  bool lists_apart(const Shape& a, const Shape& b, int depth);
  bool records_apart(const Shape& a, const Shape& b, int depth);
  bool admitted(const Json& value, const Shape& shape);

  SchemaReader& reader_;
  const std::size_t max_states_;
  std::size_t shape_count_ = 0, expanded_ = 0;
  std::deque<Group> groups_;
  std::map<std::vector<SchemaId>, GroupId> ids_;
};

}  // namespace sr::json_schema
