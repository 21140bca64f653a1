// Values that a statement names: where they may stand, and what of the catalog decides their type.
#include "host/sql/number.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {

// Each time that a name stands in the statement it is a parameter of its own, because what stands
// beside it may be of another type.
Term Writer::parameter(const PgQuery__ParamRef& node) {
  const auto name = static_cast<std::size_t>(node.number) - 1;
  if (node.number < 1 || name >= names_.size()) {
    refuse("parameter", "there is no parameter of this number", node.location);
  }
  parameters_.push_back({names_[name], {}, ParameterUse::kAssigned, node.location});
  settled_parameters_.push_back(false);
  const auto number = static_cast<int>(parameters_.size());
  return {.sql = "$" + std::to_string(number), .at = node.location, .constant = true,
          .parameter = number};
}

void Writer::beside(const Term& parameter, const Column& column, ParameterUse use) {
  const auto index = static_cast<std::size_t>(parameter.parameter) - 1;
  parameters_[index].column = column;
  parameters_[index].use = use;
  settled_parameters_[index] = true;
}

// True when the other one is a column, of whose type the parameter is from now on.
bool Writer::beside_column(Term& parameter, const Term& other, ParameterUse use) {
  if (other.column == nullptr) return false;
  if (use == ParameterUse::kAdded && !is_number(other.type)) return false;
  beside(parameter, *other.column, use);
  parameter.type = other.type;
  parameter.number = number_of(*other.column);
  if (use == ParameterUse::kAdded) {
    const bool whole = other.type == Type::kInteger;
    const bool exact = !whole && !parameter.number.approximate;
    parameter.sql = "CAST(" + parameter.sql + " AS " +
                    (whole ? "bigint" : exact ? "numeric" : "double precision") + ")";
    parameter.constant = false;
  }
  return true;
}

void Writer::check_parameters() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (settled_parameters_[i]) continue;
    refuse("parameter",
           "the value :" + parameters_[i].name +
               " can stand where a column decides what it may be: c = :" + parameters_[i].name +
               ", c IN (…), SET c = …, c + …, VALUES (…)",
           parameters_[i].at);
  }
}

}  // namespace sr::host::sql
