// INSERT … ON CONFLICT (key) DO NOTHING | DO UPDATE SET …: needs the rights of both changes, and
// changes no row that an UPDATE under the same policy could not.
#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr std::string_view kNewRow = "excluded";  // what both databases call it

[[noreturn]] void no(std::string why, int at) { refuse("on-conflict", std::move(why), at); }

std::vector<std::string> names_of(const std::vector<const Column*>& columns) {
  std::vector<std::string> names;
  for (const Column* column : columns) names.push_back(column->name);
  return names;
}

}  // namespace

// `columns` are those that the INSERT names.
std::string Writer::on_conflict(const PgQuery__InsertStmt& insert,
                                const std::vector<const Column*>& columns) {
  const PgQuery__OnConflictClause& node = *insert.on_conflict_clause;
  const TablePolicy& policy = *target_->known->policy;
  const std::string& table = target_->table;
  const bool updates = node.action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
  const PgQuery__SelectStmt& source = *insert.select_stmt->select_stmt;
  if (same_name(table, kNewRow)) {
    no("the new row is called excluded, so the table " + table + " cannot have ON CONFLICT",
       node.location);
  }
  if (source.n_values_lists == 0) no("ON CONFLICT needs VALUES, not a SELECT", node.location);
  if (updates && !policy.update) {
    no("rows of " + table + " may not be changed, so ON CONFLICT takes DO NOTHING", node.location);
  }
  // The second row of one key is an error in PostgreSQL and a second change in SQLite.
  if (updates && source.n_values_lists != 1) {
    no("DO UPDATE takes one row of VALUES", node.location);
  }
  target_rule_ = policy.update ? &*policy.update : nullptr;
  std::string sql = " ON CONFLICT (" + conflict_key(node, columns) + ") DO ";
  target_rule_ = nullptr;
  if (!updates) return sql + "NOTHING";

  const auto key = target_->known->key();
  const PgQuery__List& values = *source.values_lists[0]->list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool in_key = std::find(key.begin(), key.end(), columns[i]) != key.end();
    if (!in_key) continue;
    if (is_constant(values.items[i])) {
      note_fixed(*columns[i], *values.items[i]);
      continue;
    }
    no("with DO UPDATE the key " + columns[i]->name + " takes a plain value", node.location);
  }
  const bool fixes = std::any_of(key.begin(), key.end(), [&](const Column* column) {
    return lists(policy.update->where, column->name);
  });
  if (!fixes) {
    refuse("where",
           "rows of " + table + " may not be changed by " + list_of(names_of(key), "and") +
               (policy.update->where.empty() ? "" : ", but by " + list_of(policy.update->where, "or")),
           node.location);
  }
  return sql + "UPDATE" + conflict_set(node, *policy.update);
}

// The columns of the table's key, in any order; each must be one that the INSERT fills.
std::string Writer::conflict_key(const PgQuery__OnConflictClause& node,
                                 const std::vector<const Column*>& columns) {
  const auto key = target_->known->key();
  if (key.empty()) no("the table " + target_->table + " has no key", node.location);
  const std::string needs = "write ON CONFLICT (…) with the key of " + target_->table + ": " +
                            list_of(names_of(key), "and");
  if (node.infer == nullptr) no(needs, node.location);
  std::set<const Column*> named;
  std::string list;
  for (std::size_t i = 0; i < node.infer->n_index_elems; ++i) {
    ++work_;
    const auto places = target_->fields.named(node.infer->index_elems[i]->index_elem->name);
    if (places.size() != 1) no(needs, node.location);
    const Column* column = target_->fields[places[0]].column;
    const bool in_key = std::find(key.begin(), key.end(), column) != key.end();
    if (!in_key || !named.insert(column).second) no(needs, node.location);
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      no("the INSERT must name " + column->name + ", by which ON CONFLICT knows the row", node.location);
    }
    read({target_, places[0]}, node.location);
    append(list, quote_name(column->name_in_store()));
  }
  if (named.size() != key.size()) no(needs, node.location);
  return list;
}

std::string Writer::conflict_set(const PgQuery__OnConflictClause& node, const WriteRule& rule) {
  Scope scope{.clause = Clause::kConflict};
  scope.relations.push_back(*target_);
  scope.relations.push_back(*target_);
  scope.relations.back().name = kNewRow;
  std::set<std::string> seen;
  std::string sql;
  for (std::size_t i = 0; i < node.n_target_list; ++i) {
    const PgQuery__ResTarget& target = *node.target_list[i]->res_target;
    const Column& column = set_column(target, rule.columns, seen);
    append(sql,
           quote_name(column.name_in_store()) + " = " +
               assigned(column, expression(target.val, scope), target.location),
           i > 0 ? ", " : "");
    set_.push_back(column.name);
    note(target_->table, column.name, SR_GRANT_UPDATE);
  }
  if (node.where_clause) append(sql, condition(node.where_clause, scope, "WHERE").sql, " WHERE ");
  return " SET " + sql;
}

}  // namespace sr::host::sql
