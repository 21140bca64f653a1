#include "json_schema/shapes.h"

#include <algorithm>

#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

using constrain::CodeDfa;

namespace {

constexpr std::size_t kLongestPath = 400;

// Runs fn; a limit that it meets is reported at this place.
template <class Fn>
auto at_place(const std::string& place, const char* keyword, Fn&& fn) {
  try {
    return fn();
  } catch (const Failure& e) {
    if (e.code() != SR_EXHAUSTED) throw;
    throw Failure(SR_EXHAUSTED,
                  place + ": " + keyword + " " + e.what() +
                      " together with what stands beside it; simplify it or raise max_states");
  }
}

void add_once(std::vector<SchemaId>& to, SchemaId id) {
  if (std::find(to.begin(), to.end(), id) == to.end()) to.push_back(id);
}

}  // namespace

Shapes::Shapes(SchemaReader& reader, std::size_t max_states)
    : reader_(reader), max_states_(max_states) {
  intern({reader_.root()});
  expand_all();
  const auto one_ofs = collect_one_ofs();
  expand_all();
  settle_unique();
  find_possible();
  for (const auto& one_of : one_ofs) prove_one_of(one_of);
  require_root();
}

void Shapes::expand_all() {
  for (; expanded_ < groups_.size(); ++expanded_) expand(static_cast<GroupId>(expanded_));
}

std::string Shapes::place_of(const std::vector<SchemaId>& parts) const {
  return parts.empty() ? "any value" : reader_.get(parts[0]).place;
}

// The place of a group of several schemas is that of the first that was written.
GroupId Shapes::intern(std::vector<SchemaId> parts) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  const auto next = static_cast<GroupId>(groups_.size());
  const auto [at, added] = ids_.try_emplace(parts, next);
  if (added) {
    groups_.emplace_back();
    groups_.back().place = place_of(parts);
    groups_.back().parts = std::move(parts);
  }
  return at->second;
}

void Shapes::expand(GroupId id) {
  Conjunction c;
  std::vector<SchemaId> path;
  const auto parts = group(id).parts;
  for (const auto part : parts) add_to(c, part, path);
  std::vector<Shape> shapes;
  std::size_t budget = max_states_;
  choose(std::move(c), shapes, budget);
  shape_count_ += shapes.size();
  if (shape_count_ > max_states_) {
    throw Failure(SR_EXHAUSTED, group(id).place + ": the schema needs more than " +
                                    std::to_string(max_states_) +
                                    " shapes; simplify it or raise max_states");
  }
  groups_[static_cast<std::size_t>(id)].shapes = std::move(shapes);
}

void Shapes::add_to(Conjunction& c, SchemaId id, std::vector<SchemaId>& path) {
  const auto& s = reader_.get(id);
  if (std::find(path.begin(), path.end(), id) != path.end() || path.size() > kLongestPath) {
    throw Failure(
        SR_INVALID_ARGUMENT,
        s.place + ": $ref comes back to itself without reading anything: infinite recursion");
  }
  if (std::find(c.parts.begin(), c.parts.end(), id) != c.parts.end()) return;
  c.never = c.never || s.never;
  c.parts.push_back(id);
  path.push_back(id);
  for (const auto sub : s.all_of) add_to(c, sub, path);
  if (s.ref) add_to(c, reader_.target(s), path);
  if (!s.any_of.empty()) c.unions.push_back({s.any_of, path});
  if (!s.one_of.empty()) c.unions.push_back({s.one_of, path});
  path.pop_back();
}

void Shapes::choose(Conjunction c, std::vector<Shape>& out, std::size_t& budget) {
  if (c.never) return;
  if (budget-- == 0) {
    throw Failure(SR_EXHAUSTED, place_of(c.parts) + ": anyOf and oneOf make more than " +
                                    std::to_string(max_states_) +
                                    " combinations; simplify them or raise max_states");
  }
  if (c.unions.empty()) return shapes_of(c.parts, out);
  const auto choice = std::move(c.unions.back());
  c.unions.pop_back();
  for (const auto option : choice.options) {
    auto with = c;
    auto path = choice.path;
    add_to(with, option, path);
    choose(std::move(with), out, budget);
  }
}

void Shapes::shapes_of(const std::vector<SchemaId>& parts, std::vector<Shape>& out) {
  std::uint32_t types = kAllTypes;
  const std::vector<Json>* values = nullptr;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    types &= s.types;
    if (s.values && (values == nullptr || s.values->size() < values->size())) values = &*s.values;
  }
  if (values != nullptr) return constants(parts, *values, out);
  if ((types & kNull) != 0)
    out.push_back({.kind = Shape::kScalar, .parts = parts, .value = nullptr});
  if ((types & kBoolean) != 0) {
    out.push_back({.kind = Shape::kScalar, .parts = parts, .value = true});
    out.push_back({.kind = Shape::kScalar, .parts = parts, .value = false});
  }
  if ((types & (kInteger | kFraction)) != 0) {
    Shape number{.kind = Shape::kNumber, .parts = parts};
    number.number.integer = (types & kFraction) == 0;
    for (const auto id : parts) number.number.also(reader_.get(id).number);
    number.slot = slot_of(parts);
    if (number.slot && number.number.bounded()) {
      fail(place_of(parts), "x-slot", "cannot be enforced beside minimum, maximum or multipleOf");
    }
    if (number.slot || at_place(place_of(parts), "multipleOf",
                 [&] { return number_dfa(number.number, max_states_) != nullptr; })) {
      out.push_back(std::move(number));
    }
  }
  if ((types & kString) != 0) {
    auto text = at_place(place_of(parts), "pattern", [&] { return text_of(parts); });
    if (text.bounds.min <= text.bounds.max && (text.texts == nullptr || !text.texts->empty())) {
      out.push_back(std::move(text));
    }
  }
  if ((types & kArray) != 0) {
    auto list = list_of(parts);
    if (list.bounds.min <= list.bounds.max) out.push_back(std::move(list));
  }
  if ((types & kObject) != 0) {
    out.push_back(at_place(place_of(parts), "patternProperties", [&] { return record_of(parts); }));
  }
}

// Constants that satisfy everything that stands beside them.
void Shapes::constants(const std::vector<SchemaId>& parts, const std::vector<Json>& values,
                       std::vector<Shape>& out) {
  for (const auto& value : values) {
    // What $ref, allOf and the chosen options say is among the parts.
    const bool fits = std::all_of(parts.begin(), parts.end(), [&](SchemaId part) {
      return reader_.admits_plainly(part, value);
    });
    if (fits) out.push_back(constant(parts, value));
  }
}

Shape Shapes::constant(const std::vector<SchemaId>& parts, const Json& value) {
  Shape shape{.kind = Shape::kScalar, .parts = parts, .value = value};
  if (!value.is_structured()) return shape;
  const auto place = place_of(parts);
  const auto group_of = [&](const Json& v) { return intern({reader_.constant(v, place)}); };
  if (value.is_array()) {
    shape.kind = Shape::kList;
    shape.bounds.min = shape.bounds.max = static_cast<std::uint32_t>(value.size());
    for (const auto& item : value) shape.prefix.push_back(group_of(item));
  } else {
    shape.kind = Shape::kRecord;
    for (const auto& [name, member] : value.items()) {
      shape.members.push_back({name, group_of(member), true});
    }
  }
  return shape;
}

Shape Shapes::list_of(const std::vector<SchemaId>& parts) {
  Shape list{.kind = Shape::kList, .parts = parts};
  std::size_t prefix = 0;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    list.bounds.min = std::max(list.bounds.min, s.items_count.min);
    list.bounds.max = std::min(list.bounds.max, s.items_count.max);
    prefix = std::max(prefix, s.prefix_items.size());
    list.unique = list.unique || s.unique;
  }
  const auto item = [&](std::size_t index) {
    std::vector<SchemaId> all;
    for (const auto id : parts) {
      const auto& s = reader_.get(id);
      if (index < s.prefix_items.size()) {
        add_once(all, s.prefix_items[index]);
      } else if (s.items) {
        add_once(all, *s.items);
      }
    }
    return intern(std::move(all));
  };
  for (std::size_t i = 0; i < prefix; ++i) list.prefix.push_back(item(i));
  list.rest = item(prefix);
  return list;
}

// Lengths are counted while the text is read: for a most length, the machine keeps room for what
// the pattern still needs; for a least length, the text must be able to go on for ever. Where
// that is not enough, the least length becomes part of the automaton, which so never leads astray.
Shape Shapes::text_of(const std::vector<SchemaId>& parts) {
  Shape text{.kind = Shape::kText, .parts = parts};
  auto& [min, max] = text.bounds;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    min = std::max(min, s.length.min);
    max = std::min(max, s.length.max);
    if (s.grammar && !text.grammar.empty() && text.grammar != *s.grammar) {
      fail(s.place, "x-grammar", "and another grammar hold for one string: " + text.grammar);
    }
    if (s.grammar) text.grammar = *s.grammar;
    for (const auto& texts : s.texts) {
      if (text.texts == nullptr) {
        text.texts = texts;
      } else if (text.texts != texts) {
        text.texts = std::make_shared<const CodeDfa>(text.texts->both(*texts, max_states_));
      }
    }
  }
  text.slot = slot_of(parts);
  if (text.slot) {
    if (text.texts == nullptr && text.grammar.empty() && min == 0 && max == kUnbounded) return text;
    fail(place_of(parts), "x-slot",
         "cannot be enforced beside x-grammar, pattern, format, not, minLength or maxLength; max= in "
         "the slot bounds its length");
  }
  if (!text.grammar.empty()) {
    if (text.texts == nullptr && min == 0 && max == kUnbounded) return text;
    fail(place_of(parts), "x-grammar",
         "cannot be enforced beside pattern, format, not, minLength or maxLength");
  }
  if (text.texts == nullptr || text.texts->empty() || min > max) return text;
  if (text.texts->universal(0)) {
    text.texts = nullptr;
    return text;
  }
  if (text.texts->shortest() >= min) min = 0;
  if (text.texts->longest() <= max) max = kUnbounded;
  const bool counted = min == 0 || (max == kUnbounded && text.texts->endless());
  if (!counted) {
    text.texts = std::make_shared<const CodeDfa>(
        text.texts->of_length(min, kUnbounded, max_states_));
    min = 0;
    if (text.texts->longest() <= max) max = kUnbounded;
  }
  if (text.texts->shortest() > max) min = 1, max = 0;  // no text
  return text;
}

// The slot that a text or number of all these schemas stands in.
std::optional<constrain::SlotSpec> Shapes::slot_of(const std::vector<SchemaId>& parts) const {
  std::optional<constrain::SlotSpec> slot;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    if (!s.slot) continue;
    if (slot && *slot != *s.slot) {
      fail(s.place, "x-slot", "and another slot hold for one value: " + slot->text());
    }
    slot = s.slot;
  }
  return slot;
}

GroupId Shapes::member_of(const std::vector<SchemaId>& parts, const std::string& name) {
  std::vector<SchemaId> all;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    if (s.property_names && !reader_.admits(*s.property_names, Json(name))) return kNothing;
    for (const auto sub : reader_.member(s, name)) add_once(all, sub);
  }
  return intern(std::move(all));
}

Shape Shapes::record_of(const std::vector<SchemaId>& parts) {
  Shape record{.kind = Shape::kRecord, .parts = parts};
  const auto find = [&](const std::string& name) {
    return std::find_if(record.members.begin(), record.members.end(),
                        [&](const Shape::Member& m) { return m.name == name; });
  };
  Texts names;
  for (const auto id : parts) {
    const auto& s = reader_.get(id);
    for (const auto& [name, schema] : s.properties) {
      if (find(name) == record.members.end()) {
        record.members.push_back({name, member_of(parts, name), false});
      }
    }
    if (!s.property_names) continue;
    const auto allowed = reader_.names(*s.property_names);
    names = names == nullptr ? allowed
                             : std::make_shared<const CodeDfa>(names->both(*allowed, max_states_));
  }
  for (const auto id : parts) {
    for (const auto& name : reader_.get(id).required) {
      const auto at = find(name);
      if (at != record.members.end()) {
        at->required = true;
      } else {
        record.members.push_back({name, member_of(parts, name), true});
      }
    }
  }
  add_free(parts, names, record);
  return record;
}

// Splits free names by which patterns they match: each class has one set of schemas.
void Shapes::add_free(const std::vector<SchemaId>& parts, const Texts& names, Shape& record) {
  std::vector<Texts> patterns;
  for (const auto id : parts) {
    for (const auto& [pattern, schema] : reader_.get(id).pattern_properties) {
      if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) {
        patterns.push_back(pattern);
      }
    }
  }
  struct Class {
    Texts names;
    std::vector<Texts> matched;
  };
  std::vector<Class> classes{{names, {}}};
  const auto keep = [&](std::vector<Class>& to, CodeDfa texts, std::vector<Texts> matched) {
    if (!texts.empty())
      to.push_back({std::make_shared<const CodeDfa>(std::move(texts)), std::move(matched)});
  };
  for (const auto& pattern : patterns) {
    std::vector<Class> split;
    for (const auto& c : classes) {
      const auto all = c.names == nullptr ? CodeDfa::any() : *c.names;
      auto with = c.matched;
      with.push_back(pattern);
      keep(split, all.both(*pattern, max_states_), std::move(with));
      keep(split, all.without(*pattern, max_states_), c.matched);
    }
    classes = std::move(split);
    if (classes.size() > 64) {
      throw Failure(SR_EXHAUSTED,
                    place_of(parts) + ": patternProperties split names into more than 64 classes");
    }
  }
  for (const auto& c : classes) {
    if (c.names != nullptr && c.names->empty()) continue;
    std::vector<SchemaId> all;
    for (const auto id : parts) {
      const auto& s = reader_.get(id);
      bool matched = false;
      for (const auto& [pattern, schema] : s.pattern_properties) {
        if (std::find(c.matched.begin(), c.matched.end(), pattern) == c.matched.end()) continue;
        matched = true;
        add_once(all, schema);
      }
      if (!matched && s.additional) add_once(all, *s.additional);
    }
    record.free.push_back({c.names, intern(std::move(all))});
  }
}

bool Shapes::possible(const Shape& shape) const {
  if (shape.kind == Shape::kRecord) {
    return std::all_of(shape.members.begin(), shape.members.end(),
                       [&](const Shape::Member& m) { return !m.required || possible(m.value); });
  }
  if (shape.kind != Shape::kList) return true;
  if (shape.bounds.min > shape.bounds.max) return false;
  const auto prefix = static_cast<std::uint32_t>(shape.prefix.size());
  for (std::uint32_t i = 0; i < std::min(prefix, shape.bounds.min); ++i) {
    if (!possible(shape.prefix[i])) return false;
  }
  return shape.bounds.min <= prefix || possible(shape.rest);
}

std::optional<std::vector<Json>> Shapes::constants_of(GroupId id) const {
  std::vector<Json> out;
  for (const auto& shape : group(id).shapes) {
    if (shape.kind != Shape::kScalar) return {};
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const Json& value) { return equal(value, shape.value); });
    if (!known) out.push_back(shape.value);
  }
  return out;
}

// Which items a list already has can be remembered when there are few that it may have at all.
void Shapes::settle_unique() {
  for (auto& group : groups_) {
    for (auto& shape : group.shapes) {
      if (!shape.unique) continue;
      shape.unique = shape.bounds.max > 1;
      if (!shape.unique) continue;
      const auto values = shape.prefix.empty() ? constants_of(shape.rest) : std::nullopt;
      if (values && values->size() <= constrain::LiteralSet::kMostMasked) {
        shape.bounds.max = std::min(shape.bounds.max, static_cast<std::uint32_t>(values->size()));
        continue;
      }
      const auto* what = "can be enforced for items of at most 64 constants only";
      if (!reader_.warns("uniqueItems")) {
        fail(group.place, "uniqueItems",
             std::string(what) + "; give items an enum, or list it under the option warn");
      }
      reader_.note(group.place, "uniqueItems", std::string(what) + " and is left out");
      shape.unique = false;
    }
  }
}

void Shapes::find_possible() {
  for (bool changed = true; changed;) {
    changed = false;
    for (auto at = groups_.rbegin(); at != groups_.rend(); ++at) {
      if (at->possible) continue;
      at->possible = std::any_of(at->shapes.begin(), at->shapes.end(),
                                 [&](const Shape& s) { return possible(s); });
      changed = changed || at->possible;
    }
  }
}

// Follows what makes the root impossible down to where it begins.
void Shapes::require_root() {
  GroupId at = root();
  std::vector<GroupId> seen;
  while (!possible(at) && std::find(seen.begin(), seen.end(), at) == seen.end()) {
    seen.push_back(at);
    GroupId cause = kNothing;
    for (const auto& shape : group(at).shapes) {
      for (const auto& m : shape.members) {
        if (m.required && !possible(m.value)) cause = m.value;
      }
      for (std::size_t i = 0; i < std::min<std::size_t>(shape.prefix.size(), shape.bounds.min);
           ++i) {
        if (!possible(shape.prefix[i])) cause = shape.prefix[i];
      }
      const bool has_room = shape.bounds.min <= shape.bounds.max;
      if (cause == kNothing && shape.kind == Shape::kList && has_room) cause = shape.rest;
    }
    if (cause == kNothing) {
      throw Failure(SR_INVALID_ARGUMENT,
                    group(at).place +
                        ": no document is possible: the keywords here, and those that hold "
                        "together with them, contradict each other");
    }
    at = cause;
  }
  if (!possible(root())) {
    throw Failure(SR_INVALID_ARGUMENT,
                  group(at).place + ": no finite document is possible: it must contain itself");
  }
}

}  // namespace sr::json_schema
