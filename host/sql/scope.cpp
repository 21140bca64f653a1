#include "host/sql/scope.h"

#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/tables.h"

namespace sr::host::sql {

Fields::Fields(std::vector<Field> list) {
  auto all = std::make_shared<All>();
  for (std::size_t i = 0; i < list.size(); ++i) {
    all->places[lower_ascii(list[i].name)].push_back(i);
    if (list[i].stored() != list[i].name) all->stored[lower_ascii(list[i].stored())].push_back(i);
  }
  all->list = std::move(list);
  all_ = std::move(all);
}

std::vector<std::size_t> Fields::named(std::string_view name, Naming naming) const {
  if (!all_) return {};
  const auto look = [&](const All::Places& places, auto name_of) -> std::vector<std::size_t> {
    const auto found = places.find(lower_ascii(name));
    if (found == places.end()) return {};
    std::vector<std::size_t> exact;
    for (const std::size_t place : found->second) {
      if (name_of(all_->list[place]) == name) exact.push_back(place);
    }
    return exact.empty() ? found->second : exact;
  };
  auto here = look(all_->places, [](const Field& field) { return field.name; });
  if (!here.empty() || naming == Naming::kHere) return here;
  return look(all_->stored, [](const Field& field) { return field.stored(); });
}

const Relation* Scope::relation(std::string_view name) const {
  const auto is = [&](const Relation& r) {
    const bool own_name = r.known != nullptr && r.name == r.known->name;
    return same_name(r.name, name) || (own_name && same_name(r.known->stored, name));
  };
  const auto found = std::find_if(relations.begin(), relations.end(), is);
  return found == relations.end() ? nullptr : &*found;
}

const Relation* Scope::unqualified(std::string_view name, std::size_t& field, int at,
                                   Naming naming) const {
  if (naming == Naming::kAny) {
    if (const auto* here = unqualified(name, field, at, Naming::kHere)) return here;
  }
  const Relation* found = nullptr;
  for (const Relation& relation : relations) {
    for (const std::size_t i : relation.fields.named(name, naming)) {
      if (relation.hidden.contains(i)) continue;
      if (found != nullptr) {
        refuse("ambiguous",
               "the column " + std::string(name) + " is in " + found->name + " and in " +
                   relation.name + "; write " + found->name + "." + std::string(name),
               at);
      }
      found = &relation;
      field = i;
    }
  }
  return found;
}

Type type_of(const Column& column) {
  const std::string declared = lower_ascii(column.declared_type);
  if (declared == "boolean" || declared == "bool") return Type::kBoolean;
  switch (column.type) {
    case SR_BOOLEAN:
      return Type::kBoolean;
    case SR_INTEGER:
      return Type::kInteger;
    case SR_REAL:
      return Type::kReal;
    case SR_TEXT:
      // Times of day, uuids, enums of PostgreSQL arrive as text and are none.
      if (declared.starts_with("timestamp") || declared.starts_with("datetime")) {
        return Type::kMoment;
      }
      if (declared == "date") return Type::kDay;
      return declared.find("text") != std::string::npos ||
                     declared.find("char") != std::string::npos ||
                     declared.find("clob") != std::string::npos
                 ? Type::kText
                 : Type::kAny;
    default:
      return Type::kAny;
  }
}

}  // namespace sr::host::sql
