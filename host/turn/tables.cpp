#include "host/turn/tables.h"

#include <algorithm>

namespace sr::host {
namespace {

// Empty when `now` has the column as it was.
std::string loss(const Column& was, const std::vector<Column>& now) {
  const auto& table = was.table_in_store();
  const auto name = table + "." + was.name_in_store();
  const auto found = std::find_if(now.begin(), now.end(), [&](const Column& c) {
    return c.table == table && c.name == was.name_in_store();
  });
  if (found == now.end()) {
    const bool there =
        std::any_of(now.begin(), now.end(), [&](const Column& c) { return c.table == table; });
    return there ? name + " is gone" : "the table " + table + " is gone";
  }
  if (found->declared_type != was.declared_type) {
    return name + " is of type " + found->declared_type + " and was " + was.declared_type;
  }
  if (found->choices != was.choices || found->flags != was.flags) {
    return name + " takes other values than before";
  }
  return {};
}

}  // namespace

std::optional<Error> tables_changed(LoadedStore& store, const sql::Guard& guard) {
  const auto now = store.catalog();
  if (!now) return std::nullopt;
  for (const auto& column : guard.catalog()) {
    if (!guard.policy().tables.contains(column.table)) continue;
    const auto lost = loss(column, *now);
    if (lost.empty()) continue;
    return Error{SR_UNAVAILABLE, "store",
                 "the database was changed while this host runs: " + lost +
                     "; change it back, or correct the app and restart the host",
                 {}};
  }
  return std::nullopt;
}

}  // namespace sr::host
