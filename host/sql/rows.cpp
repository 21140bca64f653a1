#include "host/sql/rows.h"

#include <algorithm>

#include "host/sql/names.h"

namespace sr::host::sql {
namespace {

// `$3 … $1` becomes `$1 … $2`: parameters are numbered in the order in which they are met, each once.
std::string numbered_anew(const std::string& sql, std::vector<std::size_t>& used) {
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != '\0' ? c == quote : c == '\'' || c == '"') quote = quote == '\0' ? c : '\0';
    out += c;
    if (quote != '\0' || c != '$') continue;
    std::size_t number = 0;
    while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9') {
      number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
    }
    auto known = std::find(used.begin(), used.end(), number);
    if (known == used.end()) known = used.insert(used.end(), number);
    out += std::to_string(known - used.begin() + 1);
  }
  return out;
}

std::string columns_of(const RowTable& table, const std::string& as) {
  std::string out;
  for (const auto* column : table.columns) {
    out += (out.empty() ? "" : ", ") + (as.empty() ? "" : quote_name(as) + ".") +
           quote_name(column->name_in_store());
  }
  return out;
}

std::string parameter(Statement& statement, Value value) {
  statement.parameters.push_back(std::move(value));
  return "$" + std::to_string(statement.parameters.size());
}

Statement begin(const RowTable& table, std::uint32_t verbs) {
  Statement out;
  out.role = SR_ROLE_ACTION;
  out.grants.push_back({table.stored, "", verbs});
  return out;
}

Statement look(const RowTable& table, const Limits& limits) {
  auto out = begin(table, SR_GRANT_SELECT | (table.updates ? SR_GRANT_UPDATE : 0U));
  out.max_rows = limits.max_rows;
  out.max_bytes = limits.max_bytes;
  return out;
}

std::string has_key(const RowTable& table, const std::vector<Value>& key, Statement& statement) {
  std::string out;
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    out += (i > 0 ? " AND " : "") + quote_name(table.columns[table.key[i]]->name_in_store()) +
           " = " + parameter(statement, key[i]);
  }
  return out;
}

}  // namespace

RowTable row_table(const Guard& guard, const std::string& name) {
  RowTable out;
  out.name = out.stored = name;
  for (const auto& column : guard.catalog()) {
    if (column.table != name && column.table_in_store() != name) continue;
    out.name = column.table;
    out.stored = column.table_in_store();
    if (column.key()) out.key.push_back(out.columns.size());
    out.columns.push_back(&column);
  }
  const auto policy = guard.policy().tables.find(out.name);
  out.updates = policy != guard.policy().tables.end() && policy->second.update.has_value();
  return out;
}

Statement select_found(const Plan& plan, const std::vector<Value>& values, const RowTable& table,
                       const Limits& limits) {
  auto out = look(table, limits);
  std::vector<std::size_t> used;
  out.sql = "SELECT " + columns_of(table, plan.found_as) + " FROM " + quote_name(table.stored);
  if (plan.found_as != table.stored) out.sql += " AS " + quote_name(plan.found_as);
  out.sql += " WHERE " + numbered_anew(plan.found_by, used);
  for (const auto number : used) out.parameters.push_back(values.at(number - 1));
  for (const auto& grant : plan.grants) {
    if (grant.table == table.stored || (grant.verbs & SR_GRANT_SELECT) == 0) continue;
    out.grants.push_back({grant.table, grant.column, SR_GRANT_SELECT});
  }
  out.functions = plan.functions;
  out.timeout_ms = plan.timeout_ms;
  return out;
}

Statement select_rows(const RowTable& table, std::span<const std::vector<Value>> keys,
                      const Limits& limits) {
  auto out = look(table, limits);
  out.sql = "SELECT " + columns_of(table, "") + " FROM " + quote_name(table.stored) + " WHERE ";
  if (table.key.size() == 1) {
    out.sql += quote_name(table.columns[table.key[0]]->name_in_store()) + " IN (";
    for (std::size_t i = 0; i < keys.size(); ++i) {
      out.sql += (i > 0 ? ", " : "") + parameter(out, keys[i][0]);
    }
    out.sql += ")";
    return out;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out.sql += (i > 0 ? " OR (" : "(") + has_key(table, keys[i], out) + ")";
  }
  return out;
}

void return_keys(const Plan& plan, const RowTable& table, Statement& statement) {
  std::string keys;
  for (const auto place : table.key) {
    const auto& name = table.columns[place]->name_in_store();
    keys += (keys.empty() ? "" : ", ") + quote_name(name);
    statement.grants.push_back({table.stored, name, SR_GRANT_SELECT});
  }
  statement.sql += (plan.columns.empty() ? " RETURNING " : ", ") + keys;
}

Statement insert_row(const RowTable& table, const std::vector<std::optional<Value>>& values) {
  auto out = begin(table, SR_GRANT_INSERT | SR_GRANT_SELECT);
  std::string names, list;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& column = *table.columns[i];
    if (!values[i] || (column.flags & SR_COLUMN_GENERATED)) continue;
    names += (names.empty() ? "" : ", ") + quote_name(column.name_in_store());
    list += (list.empty() ? "" : ", ") + parameter(out, *values[i]);
  }
  out.sql = "INSERT INTO " + quote_name(table.stored) + " (" + names + ") VALUES (" + list + ")";
  out.max_rows = 1;
  return out;
}

Statement update_row(const RowTable& table, const std::vector<Value>& key,
                     const std::vector<Assignment>& values) {
  auto out = begin(table, SR_GRANT_SELECT);
  std::string set;
  for (const auto& [column, value] : values) {
    set += (set.empty() ? "" : ", ") + quote_name(column->name_in_store()) + " = " +
           parameter(out, value);
    out.grants.push_back({table.stored, column->name_in_store(), SR_GRANT_UPDATE});
  }
  out.sql = "UPDATE " + quote_name(table.stored) + " SET " + set + " WHERE ";
  out.sql += has_key(table, key, out);
  out.max_rows = 1;
  return out;
}

Statement delete_row(const RowTable& table, const std::vector<Value>& key) {
  auto out = begin(table, SR_GRANT_DELETE | SR_GRANT_SELECT);
  out.sql = "DELETE FROM " + quote_name(table.stored) + " WHERE ";
  out.sql += has_key(table, key, out);
  out.max_rows = 1;
  return out;
}

}  // namespace sr::host::sql
