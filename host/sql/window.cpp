#include "host/sql/window.h"

#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/term.h"

namespace sr::host::sql {
namespace {

constexpr std::string_view kRows = "shown_rows";

const PlannedColumn* find(const Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.columns.begin(), plan.columns.end(),
                                  [&](const PlannedColumn& c) { return c.name == name; });
  return found == plan.columns.end() ? nullptr : &*found;
}

void call(Plan& plan, const std::string& function) {
  const bool known = std::find(plan.functions.begin(), plan.functions.end(), function) !=
                     plan.functions.end();
  if (!known) plan.functions.push_back(function);
}

std::string parameter(Plan& plan, Value value) {
  plan.values.push_back(std::move(value));
  return "$" + std::to_string(plan.parameters.size() + plan.values.size());
}

// LIKE's pattern for what contains the text.
std::string containing(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

std::string equal(Plan& plan, const Filter& filter) {
  const auto name = quote_name(filter.column);
  if (std::holds_alternative<std::monostate>(filter.value)) return name + " IS NULL";
  const auto* column = find(plan, filter.column);
  const bool own_type = column != nullptr && (is_number(column->type) || column->type == Type::kText ||
                                              column->type == Type::kBoolean);
  const auto subject = own_type ? name : "CAST(" + name + " AS text)";
  return subject + " = " + parameter(plan, filter.value);
}

std::string where(Plan& plan, const Window& window) {
  std::string sql;
  for (const auto& filter : window.filters) {
    sql += (sql.empty() ? " WHERE " : " AND ") + equal(plan, filter);
  }
  if (window.search.empty()) return sql;
  const auto pattern = parameter(plan, containing(window.search));
  call(plan, "lower");
  std::string any;
  for (const auto& column : plan.columns) {
    if (column.type != Type::kText) continue;
    any += (any.empty() ? "" : " OR ") + ("lower(" + quote_name(column.name) + ") LIKE lower(" +
                                          pattern + ") ESCAPE '!'");
  }
  return sql + (sql.empty() ? " WHERE (" : " AND (") + any + ")";
}

// Rows that are alike stand in the order of their key, so that windows fit together.
std::string order(const Plan& plan, const Window& window) {
  std::string sql;
  for (const auto& key : window.sort) {
    sql += (sql.empty() ? " ORDER BY " : ", ") + quote_name(key.column) +
           (key.descending ? " DESC NULLS FIRST" : " NULLS LAST");
  }
  if (sql.empty()) return sql;
  for (const auto& name : plan.key) {
    const bool sorted = std::any_of(window.sort.begin(), window.sort.end(),
                                    [&](const SortKey& key) { return key.column == name; });
    if (!sorted) sql += ", " + quote_name(name) + (window.sort.back().descending ? " DESC" : "");
  }
  return sql;
}

std::string from(const std::string& query) {
  return " FROM (" + query + ") AS " + std::string(kRows);
}

}  // namespace

Plan windowed(const Plan& plan, const Window& window) {
  Plan out = plan;
  const bool limited = plan.unordered.empty();
  if (limited || !window.sort.empty() || !window.search.empty() || !window.filters.empty()) {
    const bool any_order = !limited && !window.sort.empty();
    out.sql = "SELECT *" + from(any_order ? plan.unordered : plan.sql);
    out.sql += where(out, window) + order(plan, window);
  }
  out.sql += " LIMIT " + std::to_string(window.limit);
  if (window.offset > 0) out.sql += " OFFSET " + std::to_string(window.offset);
  out.unordered.clear();
  out.max_rows = window.limit;
  return out;
}

Plan counted(const Plan& plan, const Window& window) {
  Plan out = plan;
  out.sql = "SELECT count(*) AS total" + from(plan.unordered.empty() ? plan.sql : plan.unordered);
  out.sql += where(out, window);
  call(out, "count");
  out.columns = {{.name = "total", .type = Type::kInteger}};
  out.key.clear();
  out.unordered.clear();
  out.max_rows = 1;
  return out;
}

}  // namespace sr::host::sql
