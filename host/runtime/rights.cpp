#include "host/runtime/rights.h"

#include <algorithm>

#include "host/base/start_error.h"
#include "host/sql/spoken/names.h"

namespace sr::host {
namespace {

// What the database calls them.
class Rights {
 public:
  explicit Rights(const std::vector<Column>& catalog) : catalog_(catalog) {}

  void add(const std::string& table, const sql::Columns& columns, std::uint32_t verb) {
    if (columns.all) add(table, verb);
    for (const auto& name : columns.names) {
      const auto is = [&](const Column& c) {
        return of_table(c, table) && sql::is_called(c, table, name);
      };
      const auto column = std::find_if(catalog_.begin(), catalog_.end(), is);
      if (column == catalog_.end()) continue;
      grants_.push_back({column->table_in_store(), column->name_in_store(), verb});
    }
  }
  void add(const std::string& table, std::uint32_t verb) {
    const auto is = [&](const Column& c) { return of_table(c, table); };
    const auto column = std::find_if(catalog_.begin(), catalog_.end(), is);
    if (column != catalog_.end()) grants_.push_back({column->table_in_store(), "", verb});
  }
  const std::vector<Grant>& grants() const { return grants_; }

 private:
  static bool of_table(const Column& column, const std::string& table) {
    return column.table == table || column.table_in_store() == table;
  }

  const std::vector<Column>& catalog_;
  std::vector<Grant> grants_;
};

}  // namespace

std::vector<std::string> missing_rights(const App& app, const std::vector<Column>& catalog,
                                        LoadedStore& store) {
  Rights rights(catalog);
  for (const auto& [table, rules] : app.policy.tables) {
    if (rules.select) rights.add(table, *rules.select, SR_GRANT_SELECT);
    if (rules.insert) rights.add(table, rules.insert->columns, SR_GRANT_INSERT);
    if (rules.update) rights.add(table, rules.update->columns, SR_GRANT_UPDATE);
    if (rules.remove) rights.add(table, SR_GRANT_DELETE);
  }
  return or_start_error(store.examine(rights.grants()));
}

}  // namespace sr::host
