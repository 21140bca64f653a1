#include "host/sql/row_names.h"

#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/scope.h"

namespace sr::host::sql {

bool calls_its_row(const std::string& column) {
  const auto name = lower_ascii(column);
  return name == "name" || name == "title" || name == "label";
}

const Column* row_name(const std::string& table, const std::vector<Column>& catalog,
                       const Policy& policy) {
  const auto rules = policy.tables.find(table);
  if (rules == policy.tables.end() || !rules->second.select) return nullptr;
  const Column* first = nullptr;
  for (const auto& column : catalog) {
    const bool plain_text = column.table == table && type_of(column) == Type::kText &&
                            !column.key() && column.choices.empty() && column.references.empty() &&
                            allows(*rules->second.select, column.name);
    if (!plain_text) continue;
    if (calls_its_row(column.name)) return &column;
    if (first == nullptr && (column.flags & SR_COLUMN_NOT_NULL) != 0) first = &column;
  }
  return first;
}

}  // namespace sr::host::sql
