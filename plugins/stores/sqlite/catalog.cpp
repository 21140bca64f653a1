#include "catalog.h"

#include <algorithm>

#include "statement.h"
#include "table_text.h"

namespace sr::sqlite {
namespace {

struct Table {
  std::string name;
  std::string sql;
  bool has_rowid = true;
  bool strict = false;
};

// Text that reads as a number does not stay text in such a column (docs/stores/sqlite.md): its
// affinity is that of numbers, though its type is none of theirs.
bool coerces(const std::string& declared_type, bool strict) {
  if (strict || declared_type.empty() || value_type(declared_type) != SR_TEXT) return false;
  const auto type = lower(declared_type);
  return type.find("char") == std::string::npos && type.find("clob") == std::string::npos &&
         type.find("text") == std::string::npos;
}

std::vector<Table> tables_of(Connection& c) {
  Query query(c, "SELECT l.name, m.sql, l.wr, l.strict FROM pragma_table_list AS l "
                 "JOIN main.sqlite_schema AS m ON m.name = l.name AND m.type IN ('table', 'view') "
                 "WHERE l.schema = 'main' AND l.type IN ('table', 'view', 'virtual') "
                 "ORDER BY l.name");
  std::vector<Table> out;
  while (query.step()) {
    Table table{std::string(query.text(0)), std::string(query.text(1)), query.integer(2) == 0,
                query.integer(3) != 0};
    if (is_own_table(table.name) || lower(table.name).starts_with("sqlite_")) continue;
    out.push_back(std::move(table));
  }
  return out;
}

struct Column {
  std::string name, declared_type;
  std::uint32_t flags = 0;
};

struct Reference {
  std::string column, table, to;
  std::uint32_t key = 0;
};

std::vector<std::string> key_of(Connection& c, const std::string& table) {
  Query query(c, "SELECT name FROM pragma_table_xinfo(?1) WHERE pk > 0 ORDER BY pk");
  query.bind(table);
  std::vector<std::string> out;
  while (query.step()) out.emplace_back(query.text(0));
  return out;
}

// Without columns a foreign key means the primary key of the other table.
std::vector<Reference> references_of(Connection& c, const std::string& table,
                                     const std::vector<Table>& tables) {
  Query query(c, "SELECT \"from\", \"table\", \"to\", id, seq FROM pragma_foreign_key_list(?1) "
                 "ORDER BY id, seq");
  query.bind(table);
  std::vector<Reference> out;
  while (query.step()) {
    const auto named = lower(query.text(1));
    const auto other = std::find_if(tables.begin(), tables.end(),
                                    [&](const Table& t) { return lower(t.name) == named; });
    if (other == tables.end()) continue;
    std::string to(query.text(2));
    const auto place = static_cast<std::size_t>(query.integer(4));
    if (const auto key = key_of(c, other->name); to.empty() && place < key.size()) to = key[place];
    if (to.empty()) continue;
    out.push_back({std::string(query.text(0)), other->name, std::move(to),
                   static_cast<std::uint32_t>(query.integer(3))});
  }
  return out;
}

std::vector<Column> columns_of(Connection& c, const Table& table) {
  Query query(c, "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden "
                 "FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid");
  query.bind(table.name);
  std::vector<Column> out;
  int keys = 0;
  while (query.step()) {
    Column column{std::string(query.text(0)), std::string(query.text(1))};
    if (query.integer(2) != 0) column.flags |= SR_COLUMN_NOT_NULL;
    if (query.integer(3) != 0) column.flags |= SR_COLUMN_HAS_DEFAULT;
    if (query.integer(4) != 0) column.flags |= SR_COLUMN_KEY, ++keys;
    if (query.integer(5) >= 2) column.flags |= SR_COLUMN_GENERATED;
    if (coerces(column.declared_type, table.strict)) column.flags |= SR_COLUMN_COERCES;
    out.push_back(std::move(column));
  }
  // A lone INTEGER PRIMARY KEY is the rowid: never NULL, and given when it is left out.
  for (auto& column : out) {
    const bool rowid = keys == 1 && (column.flags & SR_COLUMN_KEY) != 0 && table.has_rowid &&
                       lower(column.declared_type) == "integer";
    if (rowid) column.flags |= SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT;
  }
  return out;
}

}  // namespace

sr_value_type value_type(std::string_view declared_type) {
  const auto type = lower(declared_type);
  const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (type == "boolean" || type == "bool") return SR_BOOLEAN;
  if (has("int")) return SR_INTEGER;
  if (has("char") || has("clob") || has("text")) return SR_TEXT;
  if (has("blob")) return SR_BLOB;
  if (has("real") || has("floa") || has("doub") || has("num") || has("dec")) return SR_REAL;
  return SR_TEXT;  // dates and times are kept as text
}

void list_catalog(Connection& c, const std::function<void(const sr_column&)>& column) {
  const auto tables = tables_of(c);
  for (const auto& table : tables) {
    const auto choices = choices_of(table.sql);
    const auto references = references_of(c, table.name, tables);
    for (const auto& found : columns_of(c, table)) {
      std::vector<sr_reference> points_at;
      for (const auto& r : references) {
        if (lower(r.column) == lower(found.name)) points_at.push_back({str(r.table), str(r.to), r.key});
      }
      std::vector<sr_str> allowed;
      if (const auto at = choices.find(lower(found.name)); at != choices.end()) {
        for (const auto& value : at->second) allowed.push_back(str(value));
      }
      column({.struct_size = sizeof(sr_column),
              .flags = found.flags,
              .table = str(table.name),
              .name = str(found.name),
              .declared_type = str(found.declared_type),
              .type = value_type(found.declared_type),
              .choice_count = static_cast<std::uint32_t>(allowed.size()),
              .choices = allowed.data(),
              .bits = 0,
              .reference_count = static_cast<std::uint32_t>(points_at.size()),
              .references = points_at.data()});
    }
  }
}

}  // namespace sr::sqlite
