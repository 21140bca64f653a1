#include "host/sql/scope.h"

#include "host/sql/names.h"
#include "host/sql/refuse.h"

namespace sr::host::sql {

Fields::Fields(std::vector<Field> list) {
  auto all = std::make_shared<All>();
  for (std::size_t i = 0; i < list.size(); ++i) all->places[lower_ascii(list[i].name)].push_back(i);
  all->list = std::move(list);
  all_ = std::move(all);
}

std::vector<std::size_t> Fields::named(std::string_view name) const {
  if (!all_) return {};
  const auto found = all_->places.find(lower_ascii(name));
  if (found == all_->places.end()) return {};
  std::vector<std::size_t> exact;
  for (const std::size_t place : found->second) {
    if (all_->list[place].name == name) exact.push_back(place);
  }
  return exact.empty() ? found->second : exact;
}

const Relation* Scope::relation(std::string_view name) const {
  for (const Relation& relation : relations) {
    if (same_name(relation.name, name)) return &relation;
  }
  return nullptr;
}

const Relation* Scope::unqualified(std::string_view name, std::size_t& field, int at) const {
  const Relation* found = nullptr;
  for (const Relation& relation : relations) {
    for (const std::size_t i : relation.fields.named(name)) {
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
