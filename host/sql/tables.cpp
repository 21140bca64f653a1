#include "host/sql/tables.h"

#include <map>
#include <set>

#include "host/sql/names.h"
#include "host/sql/writer.h"

namespace sr::host::sql {

KnownTables::KnownTables(const Policy& policy, const std::vector<Column>& catalog) {
  std::map<std::string, std::vector<Field>> columns;
  for (const Column& column : catalog) {
    columns[column.table].push_back(
        {column.name, type_of(column), &column, false, number_of(column)});
  }
  for (auto& [name, fields] : columns) {
    if (is_system_name(name)) continue;
    KnownTable table{.name = name, .stored = fields[0].column->table_in_store()};
    if (const auto rules = policy.tables.find(name); rules != policy.tables.end()) {
      table.policy = &rules->second;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].column->key()) table.keys.push_back(i);
      fields[i].readable =
          table.policy && table.policy->select && allows(*table.policy->select, fields[i].name);
    }
    table.fields = Fields(std::move(fields));
    all_.push_back(std::move(table));
    const std::set<std::string> names = {lower_ascii(name), lower_ascii(all_.back().stored)};
    for (const auto& called : names) tables_[called].push_back(&all_.back());
  }
}

const KnownTable* KnownTables::find(std::string_view name) const {
  const auto found = tables_.find(lower_ascii(name));
  if (found == tables_.end()) return nullptr;
  for (const KnownTable* table : found->second) {
    if (table->name == name || table->stored == name) return table;
  }
  return found->second.size() == 1 ? found->second[0] : nullptr;
}

}  // namespace sr::host::sql
