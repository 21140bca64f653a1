// The proof that the options of a oneOf have no value in common. It looks for what discriminated
// unions have: different types, a required member with different constants, different lengths.
#include <algorithm>

#include "json_schema/shapes.h"
#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

constexpr int kDeepestBranch = 8;

enum class Sort { kNull, kBoolean, kNumber, kText, kList, kRecord };

Sort sort_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::kNumber:
      return Sort::kNumber;
    case Shape::kText:
      return Sort::kText;
    case Shape::kList:
      return Sort::kList;
    case Shape::kRecord:
      return Sort::kRecord;
    case Shape::kScalar:
      break;
  }
  if (shape.value.is_null()) return Sort::kNull;
  if (shape.value.is_boolean()) return Sort::kBoolean;
  return shape.value.is_number() ? Sort::kNumber : Sort::kText;
}

bool apart(const Bounds& a, const Bounds& b) { return a.max < b.min || b.max < a.min; }

}  // namespace

std::vector<Shapes::OneOf> Shapes::collect_one_ofs() {
  std::vector<OneOf> out;
  const auto count = static_cast<SchemaId>(reader_.size());
  for (SchemaId id = 0; id < count; ++id) {
    if (reader_.get(id).one_of.size() < 2) continue;
    OneOf one_of{id, {}};
    const auto beside = reader_.without_one_of(id);
    for (const auto option : reader_.get(id).one_of) {
      one_of.options.push_back(intern({beside, option}));
    }
    out.push_back(std::move(one_of));
  }
  return out;
}

void Shapes::prove_one_of(const OneOf& one_of) {
  const auto& options = one_of.options;
  for (std::size_t i = 0; i < options.size(); ++i) {
    for (std::size_t k = i + 1; k < options.size(); ++k) {
      if (apart(options[i], options[k], 0)) continue;
      const auto& place = reader_.get(one_of.schema).place;
      const auto what = "cannot be enforced: options " + std::to_string(i) + " and " +
                        std::to_string(k) + " may hold for one value; ";
      if (!reader_.warns("oneOf")) {
        throw Failure(SR_INVALID_ARGUMENT,
                      place + ": oneOf " + what +
                          "give each a required member with a constant of its own, or write anyOf");
      }
      return reader_.note(place, "oneOf", what + "it is taken as anyOf");
    }
  }
}

bool Shapes::apart(GroupId a, GroupId b, int depth) {
  if (depth > kDeepestBranch) return false;
  const auto& of_a = group(a).shapes;
  const auto& of_b = group(b).shapes;
  return std::all_of(of_a.begin(), of_a.end(), [&](const Shape& x) {
    return std::all_of(of_b.begin(), of_b.end(), [&](const Shape& y) {
      return !possible(x) || !possible(y) || apart(x, y, depth);
    });
  });
}

bool Shapes::admitted(const Json& value, const Shape& shape) {
  return std::all_of(shape.parts.begin(), shape.parts.end(),
                     [&](SchemaId part) { return reader_.admits_plainly(part, value); });
}

bool Shapes::apart(const Shape& a, const Shape& b, int depth) {
  if (sort_of(a) != sort_of(b)) return true;
  if (a.kind == Shape::kScalar && b.kind == Shape::kScalar) return !equal(a.value, b.value);
  if (a.kind == Shape::kScalar) return !admitted(a.value, b);
  if (b.kind == Shape::kScalar) return !admitted(b.value, a);
  switch (a.kind) {
    case Shape::kText:
      if (json_schema::apart(a.bounds, b.bounds)) return true;
      return a.texts && b.texts && a.texts->both(*b.texts, max_states_).empty();
    case Shape::kNumber: {
      auto both = a.number;
      both.also(b.number);
      return number_dfa(both, max_states_) == nullptr;
    }
    case Shape::kList:
      return lists_apart(a, b, depth);
    case Shape::kRecord:
      return records_apart(a, b, depth);
    default:
      return false;
  }
}

bool Shapes::lists_apart(const Shape& a, const Shape& b, int depth) {
  if (json_schema::apart(a.bounds, b.bounds)) return true;
  const auto common = std::min(a.bounds.min, b.bounds.min);  // items that both must have
  const auto item = [](const Shape& list, std::uint32_t i) {
    return i < list.prefix.size() ? list.prefix[i] : list.rest;
  };
  const auto last = std::max(a.prefix.size(), b.prefix.size());  // from here on they repeat
  for (std::uint32_t i = 0; i < common && i <= last; ++i) {
    if (apart(item(a, i), item(b, i), depth + 1)) return true;
  }
  return false;
}

bool Shapes::records_apart(const Shape& a, const Shape& b, int depth) {
  const auto differ = [&](const Shape& x, const Shape& y) {
    return std::any_of(x.members.begin(), x.members.end(), [&](const Shape::Member& m) {
      if (!m.required) return false;
      const auto other = std::find_if(y.members.begin(), y.members.end(),
                                      [&](const Shape::Member& o) { return o.name == m.name; });
      const auto apart_from = [&](GroupId value) {
        return !possible(value) || apart(m.value, value, depth + 1);
      };
      if (other != y.members.end()) return apart_from(other->value);
      return std::all_of(y.free.begin(), y.free.end(), [&](const Shape::Free& free) {
        return (free.names != nullptr && !free.names->matches(m.name)) || apart_from(free.value);
      });
    });
  };
  return differ(a, b) || differ(b, a);
}

}  // namespace sr::json_schema
