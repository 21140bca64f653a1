#include "host/runtime/rights.h"

#include "host/base/start_error.h"

namespace sr::host {
namespace {

void add(std::vector<Grant>& grants, const std::string& table, const sql::Columns& columns,
         std::uint32_t verb) {
  if (columns.all) grants.push_back({table, "", verb});
  for (const auto& column : columns.names) grants.push_back({table, column, verb});
}

}  // namespace

std::vector<std::string> missing_rights(const App& app, LoadedStore& store) {
  std::vector<Grant> grants;
  for (const auto& [table, rules] : app.policy.tables) {
    if (rules.select) add(grants, table, *rules.select, SR_GRANT_SELECT);
    if (rules.insert) add(grants, table, rules.insert->columns, SR_GRANT_INSERT);
    if (rules.update) add(grants, table, rules.update->columns, SR_GRANT_UPDATE);
    if (rules.remove) grants.push_back({table, "", SR_GRANT_DELETE});
  }
  return or_start_error(store.examine(grants));
}

}  // namespace sr::host
