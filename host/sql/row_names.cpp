#include "host/sql/row_names.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "host/sql/names.h"
#include "host/sql/scope.h"
#include "host/sql/tree.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMostRowNames = 2;  // of one table: it is read from the left

// "member_no", "member.name"; empty for anything else.
std::string column_named(const Node& value) {
  if (value.node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return "";
  const auto& column = *value.column_ref;
  std::string out;
  for (std::size_t i = 0; i < column.n_fields; ++i) {
    if (column.fields[i]->node_case != PG_QUERY__NODE__NODE_STRING) return "";
    out += (i == 0 ? "" : ".") + lower_ascii(column.fields[i]->string->sval);
  }
  return out;
}

// Of a query that lists columns of one table: the table, and what it lists. Else nothing.
struct Listing {
  std::string table;
  std::set<std::string> columns;
  std::size_t table_at;  // where its name begins
};
std::optional<Listing> listing_of(const Node& statement) {
  if (statement.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return std::nullopt;
  const auto& query = *statement.select_stmt;
  if (query.op != PG_QUERY__SET_OPERATION__SETOP_NONE || query.with_clause != nullptr ||
      query.n_from_clause != 1 || query.n_group_clause > 0 || query.n_distinct_clause > 0 ||
      query.having_clause != nullptr ||
      query.from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) {
    return std::nullopt;
  }
  const auto& table = *query.from_clause[0]->range_var;
  Listing out{table.relname, {}, static_cast<std::size_t>(table.location)};
  if (table.alias != nullptr) return std::nullopt;
  for (std::size_t i = 0; i < query.n_target_list; ++i) {
    const auto& target = *query.target_list[i]->res_target;
    auto name = column_named(*target.val);
    if (name.empty() || (target.name != nullptr && *target.name != '\0')) return std::nullopt;
    out.columns.insert(std::move(name));
  }
  return out;
}

bool has_column(const std::string& table, const std::string& name,
                const std::vector<Column>& catalog) {
  return std::any_of(catalog.begin(), catalog.end(), [&](const Column& column) {
    return column.table == table && same_name(column.name, name);
  });
}

const Column* row_name(const std::string& table, const std::vector<Column>& catalog,
                       const Policy& policy) {
  const auto rules = policy.tables.find(table);
  if (rules == policy.tables.end() || !rules->second.select) return nullptr;
  for (const auto& column : catalog) {
    const bool names = column.table == table && type_of(column) == Type::kText && !column.key() &&
                       (column.flags & SR_COLUMN_NOT_NULL) != 0 && column.choices.empty() &&
                       column.references.empty() && allows(*rules->second.select, column.name);
    if (names) return &column;
  }
  return nullptr;
}

}  // namespace

std::string with_row_names(const std::string& statement, const Links& links,
                           const std::vector<Column>& catalog, const Policy& policy) {
  const auto tree = Tree::parse(statement);
  const auto listing = listing_of(tree.statement());
  const auto all = listing ? links.find(listing->table) : links.end();
  if (all == links.end()) return statement;
  std::string names;
  std::size_t count = 0;
  for (const auto& link : all->second) {
    const auto& pointing = link.columns.back().first;
    if (link.many || count == kMostRowNames || !listing->columns.contains(lower_ascii(pointing)))
      continue;
    const auto* name = row_name(link.table, catalog, policy);
    const auto path = name == nullptr ? "" : link.name + "." + lower_ascii(name->name);
    if (path.empty() || listing->columns.contains(path)) continue;
    names += ", " + quote_name(link.name) + "." + quote_name(name->name);
    // A path to a `name` is called like its link, where no column is.
    if (same_name(name->name, "name") && has_column(listing->table, link.name, catalog))
      names += " AS " + quote_name(link.name + "_name");
    ++count;
  }
  if (names.empty()) return statement;
  const auto behind_word = [&](std::size_t at) {
    while (at > 0 && std::isspace(static_cast<unsigned char>(statement[at - 1])) != 0) --at;
    return at;
  };
  constexpr std::string_view kFrom = "from";
  const auto from = behind_word(listing->table_at);
  if (from < kFrom.size() ||
      lower_ascii(statement.substr(from - kFrom.size(), kFrom.size())) != kFrom)
    return statement;
  const auto end = behind_word(from - kFrom.size());
  return statement.substr(0, end) + names + statement.substr(end);
}

}  // namespace sr::host::sql
