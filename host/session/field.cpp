#include "host/session/field.h"

namespace sr::host {
namespace {

const char* kind_of(const Column& column) {
  if (!column.choices.empty()) return "choice";
  if (column.declared_type == "date" || column.declared_type == "DATE") return "date";
  if (column.type == SR_BOOLEAN) return "toggle";
  return column.type == SR_INTEGER || column.type == SR_REAL ? "number" : "text";
}

}  // namespace

bool must_be_given(const Column& column) {
  const bool needed = (column.flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_KEY)) != 0;
  return needed && (column.flags & (SR_COLUMN_HAS_DEFAULT | SR_COLUMN_GENERATED)) == 0;
}

Json field_of(const Column& column, const std::string& name, const std::string& label,
              bool required) {
  Json out{{"name", name}, {"label", label}, {"kind", kind_of(column)}};
  if (!column.choices.empty()) out["one_of"] = column.choices;
  if (required) out["required"] = true;
  return out;
}

}  // namespace sr::host
