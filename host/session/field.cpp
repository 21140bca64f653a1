#include "host/session/field.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace sr::host {
namespace {

constexpr std::string_view kDay = "date";

bool is_day(const std::string& type) {
  return std::equal(type.begin(), type.end(), kDay.begin(), kDay.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

const char* kind_of(const Column& column) {
  if (!column.choices.empty()) return "choice";
  if (is_day(column.declared_type)) return "date";
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
