#include "host/session/kept_names.h"

#include <algorithm>

namespace sr::host {
namespace {

using Columns = std::vector<const Column*>;

template <class Is>
Columns columns_where(const std::vector<Column>& catalog, Is is) {
  Columns out;
  for (const auto& column : catalog) {
    if (is(column)) out.push_back(&column);
  }
  return out;
}

// Logs of before have the names that were spoken.
Columns columns_of(const std::vector<Column>& catalog, const std::string& table) {
  auto out = columns_where(catalog, [&](const Column& c) { return c.table_in_store() == table; });
  if (out.empty()) out = columns_where(catalog, [&](const Column& c) { return c.table == table; });
  return out;
}

const Column* column_of(const Columns& columns, const std::string& name) {
  for (const auto* column : columns) {
    if (column->name_in_store() == name) return column;
  }
  for (const auto* column : columns) {
    if (column->name == name) return column;
  }
  return nullptr;
}

// `name`: what the column of such a name is called instead; nullptr: there is none.
template <class Name>
Status rename(Json& row, Name name) {
  if (!row.is_object()) return {};
  Json out = Json::object();
  for (const auto& [own, value] : row.items()) {
    const std::string* other = name(own);
    if (other == nullptr)
      return Error{SR_INVALID_ARGUMENT, "log", "it has no column " + own + " any more", {}};
    out[*other] = value;
  }
  row = std::move(out);
  return {};
}

}  // namespace

KeptChange with_names_of_store(KeptChange change, const std::vector<Column>& catalog) {
  for (auto& row : change.rows) {
    const auto columns =
        columns_where(catalog, [&](const Column& c) { return c.table == row.table; });
    const auto name = [&](const std::string& own) {
      const auto found = std::find_if(columns.begin(), columns.end(),
                                      [&](const Column* c) { return c->name == own; });
      return found == columns.end() ? &own : &(*found)->name_in_store();
    };
    for (auto* part : {&row.key, &row.before, &row.after}) (void)rename(*part, name);
    if (!columns.empty()) row.table = columns[0]->table_in_store();
  }
  return change;
}

Result<KeptChange> with_spoken_names(KeptChange change, const std::vector<Column>& catalog) {
  for (auto& row : change.rows) {
    const auto columns = columns_of(catalog, row.table);
    if (columns.empty()) {
      return Error{SR_INVALID_ARGUMENT, "log", "there is no table " + row.table + " any more", {}};
    }
    const auto name = [&](const std::string& own) -> const std::string* {
      const auto* column = column_of(columns, own);
      return column == nullptr ? nullptr : &column->name;
    };
    row.table = columns[0]->table;
    for (auto* part : {&row.key, &row.before, &row.after}) {
      if (auto renamed = rename(*part, name); !renamed) {
        auto error = std::move(renamed).error();
        error.what = row.table + " is not what it was: " + error.what;
        return error;
      }
    }
  }
  return change;
}

}  // namespace sr::host
