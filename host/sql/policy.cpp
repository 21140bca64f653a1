#include "host/sql/policy.h"

#include <algorithm>

#include "host/sql/names.h"

namespace sr::host::sql {

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& n) { return same_name(n, name); });
}

bool allows(const Columns& columns, std::string_view name) {
  return columns.all || lists(columns.names, name);
}

bool Policy::reads(const std::string& table, std::string_view column) const {
  const auto found = tables.find(table);
  return found != tables.end() && found->second.select && allows(*found->second.select, column);
}

const WriteRule* Policy::update_of(const std::string& table) const {
  const auto found = tables.find(table);
  return found == tables.end() || !found->second.update ? nullptr : &*found->second.update;
}

}  // namespace sr::host::sql
