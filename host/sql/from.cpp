#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/writer.h"

namespace sr::host::sql {

void append(std::string& list, std::string_view item, std::string_view between) {
  if (!list.empty()) list += between;
  list += item;
  if (list.size() <= kMaxStatementBytes) return;
  refuse("too-long", "the statement is too long when it is written out; make it shorter", 0);
}

void check_count(std::size_t count, std::size_t most, std::string_view what, int at) {
  if (count <= most) return;
  refuse("too-long", std::to_string(count) + " " + std::string(what) + " are too many; at most " +
                         std::to_string(most) + " are allowed",
         at);
}

std::optional<Relation> Writer::catalog_table(std::string_view name) {
  ++work_;
  const KnownTable* known = known_.find(name);
  if (known == nullptr) return std::nullopt;
  return Relation{known->name, known->name, known, known->fields, {}};
}

void Writer::note(const std::string& table, const std::string& column, std::uint32_t verb) {
  grants_[{table, column}] |= verb;
  tables_.insert(table);
}

void Writer::read(const Place& place, int at) {
  const Relation& relation = *place.relation;
  if (relation.table.empty()) return;
  const std::string& name = place.get().name;
  const bool filters =
      target_rule_ != nullptr && target_ == &relation && lists(target_rule_->where, name);
  if (!place.get().readable && !filters) {
    refuse("column", "the column " + name + " of " + relation.table + " may not be read", at);
  }
  note(relation.table, name, SR_GRANT_SELECT);
  tables_read_.insert(relation.table);
}

void Writer::add(Relation relation, Scope& scope, int at) {
  if (const Relation* other = scope.relation(relation.name)) {
    refuse("alias", "two tables are called " + other->name + " here; give one an alias", at);
  }
  check_count(scope.relations.size() + 1, kMaxTables, "tables in one FROM", at);
  scope.relations.push_back(std::move(relation));
}

std::string Writer::from(const PgQuery__SelectStmt& node, Scope& scope) {
  std::string sql;
  const bool alone = node.n_from_clause == 1;
  for (std::size_t i = 0; i < node.n_from_clause; ++i) {
    append(sql, from_item(*node.from_clause[i], scope, alone));
  }
  return sql;
}

std::string Writer::from_item(const Node& node, Scope& scope, bool alone) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_RANGE_VAR:
      return table(*node.range_var, scope);
    case PG_QUERY__NODE__NODE_RANGE_SUBSELECT:
      return subquery(*node.range_subselect, scope);
    case PG_QUERY__NODE__NODE_JOIN_EXPR:
      return join(*node.join_expr, scope, alone);
    default:
      refuse("node", "only tables, joins and subqueries can be in FROM");
  }
}

std::string Writer::table(const PgQuery__RangeVar& node, Scope& scope) {
  const std::string name = node.relname;
  const std::string alias = node.alias ? node.alias->aliasname : "";
  if (!alias.empty()) check_new_name(alias, node.location);
  auto finish = [&](Relation relation) {
    const std::string stored = relation.known ? relation.known->stored : relation.name;
    std::string sql = quote_name(stored);
    if (!alias.empty()) relation.name = alias;
    if (relation.name != stored) sql += " AS " + quote_name(relation.name);
    add(std::move(relation), scope, node.location);
    return sql;
  };
  for (const WithQuery& query : with_) {
    if (same_name(query.name, name)) return finish({.name = query.name, .fields = query.fields});
  }
  std::optional<Relation> relation = catalog_table(name);
  const TablePolicy* policy = relation ? relation->known->policy : nullptr;
  if (policy == nullptr || !policy->select) {
    std::vector<std::string> readable;
    for (const auto& [table, rule] : policy_.tables) {
      if (rule.select) readable.push_back(table);
    }
    refuse("table",
           "the table " + name + " may not be read" +
               (readable.empty() ? "" : "; readable are " + list_of(readable, "and")),
           node.location);
  }
  tables_.insert(relation->table);
  tables_read_.insert(relation->table);
  return finish(std::move(*relation));
}

std::string Writer::subquery(const PgQuery__RangeSubselect& node, Scope& scope) {
  if (node.alias == nullptr) refuse("alias", "a subquery in FROM needs an alias");
  const std::string alias = node.alias->aliasname;
  check_new_name(alias, -1);
  Query inner = query(*node.subquery->select_stmt, scope.outer);
  std::vector<Field> fields;
  for (const Output& output : inner.outputs) {
    check_inner_name(output);
    fields.push_back({output.name, output.type, nullptr, true, output.number});
  }
  add({.name = alias, .fields = Fields(std::move(fields))}, scope, -1);
  return "(" + inner.sql + ") AS " + quote_name(alias);
}

// SQLite gives such a column of an inner query another name.
void check_inner_name(const Output& output) {
  if (!same_name(output.name, "true") && !same_name(output.name, "false")) return;
  refuse("name", "the column " + output.name + " of an inner query needs another name: " +
                     quote_name(output.name) + " AS " + output.name + "_value",
         output.at);
}

std::string Writer::join(const PgQuery__JoinExpr& node, Scope& scope, bool alone) {
  if (!alone) {
    refuse("join", "write either commas or JOIN in FROM, not both: databases group them differently");
  }
  if (node.rarg->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
    refuse("join", "write joins one after the other, without parentheses");
  }
  std::string sql = from_item(*node.larg, scope, alone);
  const std::size_t left = scope.relations.size();
  const std::string right = from_item(*node.rarg, scope, alone);

  std::vector<std::string> columns;
  if (node.is_natural) {
    const Fields& added = scope.relations[left].fields;
    for (std::size_t f = 0; f < added.size(); ++f) {
      for (std::size_t i = 0; i < left; ++i) {
        ++work_;
        if (scope.relations[i].fields.named(added[f].name).empty()) continue;
        columns.push_back(added[f].name);
        break;
      }
    }
    if (columns.empty()) refuse("join", "NATURAL JOIN of tables without a common column");
  }
  for (std::size_t i = 0; i < node.n_using_clause; ++i) {
    columns.push_back(node.using_clause[i]->string->sval);
  }
  const bool bare = columns.empty() && node.quals == nullptr;
  switch (node.jointype) {
    case PG_QUERY__JOIN_TYPE__JOIN_LEFT:
      sql += " LEFT JOIN ";
      break;
    case PG_QUERY__JOIN_TYPE__JOIN_RIGHT:
      sql += " RIGHT JOIN ";
      break;
    case PG_QUERY__JOIN_TYPE__JOIN_FULL:
      sql += " FULL JOIN ";
      break;
    default:
      sql += bare ? " CROSS JOIN " : " JOIN ";
  }
  sql += right;
  if (!columns.empty()) append(sql, " USING (" + merge(columns, scope, -1) + ")", "");
  if (node.quals) append(sql, condition(node.quals, scope, "ON").sql, " ON ");
  return sql;
}

// The newest relation's columns are merged with those of the same name further left.
std::string Writer::merge(const std::vector<std::string>& columns, Scope& scope, int at) {
  std::string list;
  Relation right = std::move(scope.relations.back());
  scope.relations.pop_back();
  std::vector<Place> left_places;
  std::vector<std::size_t> right_fields;
  for (const std::string& name : columns) {
    Place place;
    place.relation = scope.unqualified(name, place.field, at);
    ++work_;
    const std::vector<std::size_t> places = right.fields.named(name);
    if (place.relation == nullptr || places.empty()) {
      refuse("column", "USING needs a column that both sides have; " + name + " is not", at);
    }
    const std::size_t field = places[0];
    if (right.hidden.contains(field)) refuse("join", "USING names " + name + " twice", at);
    right.hidden.insert(field);
    left_places.push_back(place);
    right_fields.push_back(field);
    if (place.get().stored() != right.fields[field].stored()) {
      refuse("join", "the database has other names for " + name + " in the two tables; write ON",
             at);
    }
    append(list, quote_name(place.get().stored()));
  }
  scope.relations.push_back(std::move(right));
  const Relation& added = scope.relations.back();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Place other{&added, right_fields[i]};
    read(left_places[i], at);
    read(other, at);
    Term a{.type = left_places[i].get().type}, b{.type = other.get().type};
    match(a, b, at);
  }
  return list;
}

}  // namespace sr::host::sql
