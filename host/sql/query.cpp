#include <algorithm>
#include <map>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr int kMaxQueryDepth = 7;  // SQLite's parser has room for no more

// The column name of an expression that has no alias.
std::string default_name(const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return "";  // the column's own
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return lower_ascii(node.func_call->funcname[node.func_call->n_funcname - 1]->string->sval);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return "case";
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return "coalesce";
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return default_name(*node.type_cast->arg);
    default:
      return "value";
  }
}

}  // namespace

OutputNames::OutputNames(const std::vector<Output>& outputs) {
  for (const Output& output : outputs) by_name_.emplace(lower_ascii(output.name), &output);
}

const Output* OutputNames::find(const std::string& name) const {
  const auto found = by_name_.find(lower_ascii(name));
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<PlannedColumn> planned(const std::vector<Output>& outputs) {
  std::vector<PlannedColumn> out;
  for (const Output& output : outputs) {
    const bool real = output.type == Type::kReal;
    out.push_back({.places = real ? output.number.places : -1,
                   .approximate = real && output.number.approximate,
                   .whole = output.type == Type::kInteger && output.number.computed,
                   .name = output.name,
                   .type = output.type,
                   .column = output.column});
  }
  return out;
}

Query Writer::query(const PgQuery__SelectStmt& node, Scope* outer) {
  if (++query_depth_ > kMaxQueryDepth) {
    refuse("nesting", "more than " + std::to_string(kMaxQueryDepth) +
                          " queries inside each other; use WITH");
  }
  const std::size_t known = with_.size();
  const std::string prefix = with(node.with_clause);
  Query result = node.op == PG_QUERY__SET_OPERATION__SETOP_NONE ? select(node, outer)
                                                                : set_operation(node, outer);
  with_.resize(known);
  --query_depth_;
  result.sql = prefix + result.sql;
  if (!result.unordered.empty()) result.unordered = prefix + result.unordered;
  return result;
}

std::string Writer::with(const PgQuery__WithClause* clause) {
  if (clause == nullptr) return "";
  std::string sql;
  check_count(with_.size() + clause->n_ctes, kMaxQueries, "WITH queries", clause->location);
  for (std::size_t i = 0; i < clause->n_ctes; ++i) {
    const PgQuery__CommonTableExpr& node = *clause->ctes[i]->common_table_expr;
    const std::string name = node.ctename;
    check_new_name(name, node.location);
    if (catalog_table(name)) {
      refuse("with", "the name " + name + " is taken by a table; choose another", node.location);
    }
    for (const WithQuery& other : with_) {
      if (same_name(other.name, name)) {
        refuse("with", "the name " + name + " is used twice in WITH", node.location);
      }
    }
    if (node.ctequery->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
      refuse("with-writes", "a WITH query can only read", node.location);
    }
    Query inner = query(*node.ctequery->select_stmt, nullptr);
    std::vector<Field> fields;
    std::string columns;
    if (node.n_aliascolnames > 0 && node.n_aliascolnames != inner.outputs.size()) {
      refuse("with", name + " names " + std::to_string(node.n_aliascolnames) + " columns for " +
                         std::to_string(inner.outputs.size()),
             node.location);
    }
    for (std::size_t c = 0; c < inner.outputs.size(); ++c) {
      Field field{inner.outputs[c].name, inner.outputs[c].type, nullptr, true, inner.outputs[c].number};
      if (node.n_aliascolnames > 0) {
        field.name = node.aliascolnames[c]->string->sval;
        check_new_name(field.name, node.location);
        append(columns, quote_name(field.name));
      } else {
        check_inner_name(inner.outputs[c]);
      }
      fields.push_back(std::move(field));
    }
    append(sql, quote_name(name) + (columns.empty() ? "" : "(" + columns + ")") + " AS (" +
                    inner.sql + ")");
    with_.push_back({name, Fields(std::move(fields))});
  }
  return "WITH " + sql + " ";
}

Query Writer::select(const PgQuery__SelectStmt& node, Scope* outer) {
  if (node.n_values_lists > 0) refuse("values", "VALUES can only be in INSERT");
  if (node.n_target_list == 0) refuse("syntax", "SELECT needs at least one column");
  Scope scope{.outer = outer};
  std::vector<std::string> outer_windows;
  outer_windows.swap(window_names_);

  const std::string tables = from(node, scope);
  std::string sql;
  if (!tables.empty()) sql += " FROM " + tables;
  scope.clause = Clause::kWhere;
  if (node.where_clause) sql += " WHERE " + condition(node.where_clause, scope, "WHERE").sql;
  scope.bare.clear();
  scope.clause = Clause::kGroup;
  const std::string groups = group_by(node, scope);
  if (!groups.empty()) sql += " GROUP BY " + groups;
  scope.bare.clear();
  scope.clause = Clause::kOrder;
  const std::string named_windows = windows(node, scope);
  scope.clause = Clause::kTarget;
  Query result;
  const bool sorts_by_aggregate = scope.has_aggregate;
  scope.has_aggregate = false;
  result.outputs = targets(node.n_target_list, node.target_list, scope);
  if (node.having_clause && node.n_group_clause == 0 && !scope.has_aggregate) {
    refuse("group", "HAVING without GROUP BY needs an aggregate such as count(*) among the columns "
                    "that are selected");
  }
  scope.has_aggregate |= sorts_by_aggregate;
  scope.clause = Clause::kHaving;
  if (node.having_clause) sql += " HAVING " + condition(node.having_clause, scope, "HAVING").sql;
  if (!named_windows.empty()) sql += " WINDOW " + named_windows;
  scope.clause = Clause::kOrder;
  const std::size_t unordered = sql.size();
  sql += order_by(node, scope, result.outputs);

  const bool grouped = node.n_group_clause > 0;
  const bool aggregated = scope.has_aggregate;
  if (grouped || aggregated) check_groups(scope);
  result.one_row = (aggregated && !grouped) || node.n_from_clause == 0;
  const std::string limits = limit(node, result.one_row);
  result.limited = !limits.empty();
  sql += limits;

  std::string list;
  for (const Output& output : result.outputs) {
    append(list, output.expression);
    const bool same = output.place && output.place->get().stored() == output.name;
    if (!same) list += " AS " + quote_name(output.name);
  }
  list = std::string("SELECT ") + (node.n_distinct_clause > 0 ? "DISTINCT " : "") + list;
  result.sql = list + sql;
  if (!result.limited) result.unordered = list + sql.substr(0, unordered);
  if (!aggregated || grouped) result.key = key_of(node, scope, result.outputs);
  if (!result.key.empty()) result.key_table = scope.relations.front().table;
  for (Output& output : result.outputs) {
    const bool first = output.place && output.place->relation == &scope.relations.front();
    if (first && output.place->get().column) output.column = output.place->get().column->name;
    output.place.reset();  // the scope ends here
  }
  outer_windows.swap(window_names_);
  return result;
}

std::vector<Output> Writer::targets(std::size_t count, PgQuery__Node* const* nodes, Scope& scope) {
  check_count(count, kMaxColumns, "columns");
  std::vector<Output> outputs;
  std::vector<bool> given;
  for (std::size_t i = 0; i < count; ++i) {
    const PgQuery__ResTarget& target = *nodes[i]->res_target;
    const Node& value = *target.val;
    const std::string alias = target.name ? target.name : "";
    if (value.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
      const PgQuery__ColumnRef& ref = *value.column_ref;
      if (ref.fields[ref.n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR) {
        expand_star(ref, scope, outputs);
        given.resize(outputs.size(), false);
        continue;
      }
    }
    if (!alias.empty()) check_new_name(alias, target.location);
    Term term = settled(expression(&value, scope));
    std::string name = alias.empty() ? default_name(value) : alias;
    if (name.empty()) name = term.place ? term.place->get().name : "value";
    outputs.push_back({name, term.sql, term.type, term.place, target.location, term.number});
    given.push_back(!alias.empty());
  }
  check_count(outputs.size(), kMaxColumns, "columns");
  number_twins(outputs, given);
  return outputs;
}

// Names are unique, so that a row can be an object: later ones get a number, and of those that
// follow each other the ones that the statement gives stay.
void Writer::number_twins(std::vector<Output>& outputs, const std::vector<bool>& given) {
  std::set<std::string> before;             // in lower case, as the rest
  std::map<std::string, std::size_t> later;  // given further on, how often
  std::map<std::string, int> next;          // the first number that may be free
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (given[i]) ++later[lower_ascii(outputs[i].name)];
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::string name = lower_ascii(outputs[i].name);
    if (given[i] && --later[name] == 0) later.erase(name);
    const auto taken = [&](const std::string& other, bool by_later) {
      ++work_;
      return before.contains(other) || (by_later && later.contains(other));
    };
    if (taken(name, !given[i])) {
      int& number = next.emplace(name, 2).first->second;
      while (taken(name + "_" + std::to_string(number), true)) ++number;
      outputs[i].name += "_" + std::to_string(number);
      name += "_" + std::to_string(number);
    }
    before.insert(std::move(name));
  }
}

void Writer::expand_star(const PgQuery__ColumnRef& ref, Scope& scope,
                         std::vector<Output>& outputs) {
  const bool qualified = ref.n_fields == 2;
  if (ref.n_fields > 2) refuse("schema", "write table.*, without a schema", ref.location);
  const std::string name = qualified ? ref.fields[0]->string->sval : "";
  // A column merged by USING is the pair's, not one table's.
  std::set<std::string> merged;
  for (const Relation& relation : scope.relations) {
    for (const std::size_t h : relation.hidden) merged.insert(lower_ascii(relation.fields[h].name));
  }
  std::size_t made = 0;
  for (const Relation& relation : scope.relations) {
    if (qualified && !same_name(relation.name, name)) continue;
    for (std::size_t i = 0; i < relation.fields.size(); ++i) {
      ++work_;
      if (!qualified && relation.hidden.contains(i)) continue;
      check_count(++stars_, kMaxStars, "columns that * stands for", ref.location);
      const Place place{&relation, i};
      read(place, ref.location);
      ++scope.columns_seen;
      if (!scope.group_columns.contains(place)) scope.bare.push_back({place, ref.location});
      const Field& field = place.get();
      const bool alone = scope.relations.size() == 1 ||
                         (!qualified && merged.contains(lower_ascii(field.name)));
      outputs.push_back(
          {field.name, (alone ? "" : quote_name(relation.name) + ".") + quote_name(field.stored()),
           field.type, place, ref.location, field.number});
      ++made;
    }
  }
  if (made == 0) {
    refuse(qualified ? "table" : "star",
           qualified ? "there is no table " + name + " in FROM here" : "* needs a table in FROM",
           ref.location);
  }
}

std::string Writer::group_by(const PgQuery__SelectStmt& node, Scope& scope) {
  std::string sql;
  std::set<std::string> texts;
  check_count(node.n_group_clause, kMaxColumns, "columns of GROUP BY");
  std::map<std::string, const Node*> aliases;  // by lower case
  for (std::size_t t = 0; node.n_group_clause > 0 && t < node.n_target_list; ++t) {
    const PgQuery__ResTarget& target = *node.target_list[t]->res_target;
    if (target.name) aliases[lower_ascii(target.name)] = target.val;
  }
  for (std::size_t i = 0; i < node.n_group_clause; ++i) {
    const Node* item = node.group_clause[i];
    // A position or an alias means the expression of that column.
    if (const PgQuery__AConst* number = constant_of(item)) {
      const int position = number->val_case == PG_QUERY__A__CONST__VAL_IVAL ? number->ival->ival : 0;
      if (position < 1 || position > static_cast<int>(node.n_target_list)) {
        refuse("group", "GROUP BY needs a column or the position of one", number->location);
      }
      item = node.target_list[position - 1]->res_target->val;
    } else if (const std::string name = plain_name(*item); !name.empty()) {
      std::size_t field = 0;
      if (scope.unqualified(name, field, item->column_ref->location) == nullptr) {
        const auto alias = aliases.find(lower_ascii(name));
        if (alias != aliases.end()) item = alias->second;
      }
    }
    Term term = settled(expression(item, scope));
    if (term.constant || term.null) refuse("group", "GROUP BY needs a column", term.at);
    if (term.place) scope.group_columns.insert(*term.place);
    texts.insert(term.sql);
    append(sql, term.sql);
  }
  scope.group_texts = std::move(texts);
  return sql;
}

void Writer::check_groups(const Scope& scope) {
  for (const BareColumn& bare : scope.bare) {
    if (scope.group_columns.contains(bare.place)) continue;
    // A table's key in GROUP BY decides all its columns.
    const Relation& relation = *bare.place.relation;
    const bool decided =
        relation.known && !relation.known->keys.empty() &&
        std::all_of(relation.known->keys.begin(), relation.known->keys.end(),
                    [&](std::size_t key) { return scope.group_columns.contains({&relation, key}); });
    if (decided) continue;
    refuse("group",
           "the column " + bare.place.get().name +
               " must be in GROUP BY or inside an aggregate such as max",
           bare.at);
  }
}

// Below COLLATE a bare name means a selected column in SQLite and a table's in PostgreSQL.
void Writer::check_sorted_name(const Node& key, Scope& scope, const OutputNames& names) {
  if (key.node_case != PG_QUERY__NODE__NODE_COLLATE_CLAUSE) return;
  const std::string name = plain_name(*key.collate_clause->arg);
  const Output* output = name.empty() ? nullptr : names.find(name);
  if (output == nullptr) return;
  Place place;
  place.relation = scope.unqualified(name, place.field, key.collate_clause->location);
  if (place.relation != nullptr && output->place == place) return;
  refuse("order", name + " is a selected column; with COLLATE write the table's column, as table." + name,
         key.collate_clause->location);
}

std::string Writer::order_by(const PgQuery__SelectStmt& node, Scope& scope,
                             const std::vector<Output>& outputs) {
  if (node.n_sort_clause == 0) return "";
  check_count(node.n_sort_clause, kMaxColumns, "columns of ORDER BY");
  std::string sql;
  const OutputNames names(outputs);
  std::set<std::string_view> expressions;
  std::set<Place> places;
  for (const Output& output : outputs) {
    expressions.insert(output.expression);
    if (output.place) places.insert(*output.place);
  }
  for (std::size_t i = 0; i < node.n_sort_clause; ++i) {
    const PgQuery__SortBy& key = *node.sort_clause[i]->sort_by;
    std::string text;
    if (const PgQuery__AConst* number = constant_of(key.node)) {
      const int position = number->val_case == PG_QUERY__A__CONST__VAL_IVAL ? number->ival->ival : 0;
      if (position < 1 || position > static_cast<int>(outputs.size())) {
        refuse("order", "ORDER BY needs a column or the position of one", number->location);
      }
      text = std::to_string(position);
    } else if (const Output* output = names.find(plain_name(*key.node))) {
      // SQLite knows a selected column by its name only where AS gives it.
      const bool itself = output->place && output->place->get().stored() == output->name;
      text = itself && scope.relations.size() > 1 ? output->expression : quote_name(output->name);
    } else {
      check_sorted_name(*key.node, scope, names);
      Term term = settled(byte_ordered(key.node, scope));
      if (term.constant || term.null) {
        refuse("order", "ORDER BY needs a column or the position of one", term.at);
      }
      const bool listed =
          expressions.contains(term.sql) || (term.place && places.contains(*term.place));
      if (node.n_distinct_clause > 0 && !listed) {
        refuse("order", "with DISTINCT, ORDER BY can only use columns that are selected", term.at);
      }
      text = term.operand();
    }
    append(sql, text + sort_direction(key));
  }
  return " ORDER BY " + sql;
}

std::string Writer::windows(const PgQuery__SelectStmt& node, Scope& scope) {
  std::string sql;
  check_count(node.n_window_clause, kMaxQueries, "windows of one WINDOW");
  for (std::size_t i = 0; i < node.n_window_clause; ++i) {
    const PgQuery__WindowDef& definition = *node.window_clause[i]->window_def;
    const std::string name = definition.name ? definition.name : "";
    check_new_name(name, definition.location);
    for (const std::string& other : window_names_) {
      if (same_name(other, name)) {
        refuse("window", "two windows are called " + name, definition.location);
      }
    }
    ++scope.in_window;
    append(sql, quote_name(name) + " AS (" + window(definition, scope) + ")");
    --scope.in_window;
    window_names_.push_back(name);
  }
  return sql;
}

std::string Writer::limit(const PgQuery__SelectStmt& node, bool& one_row) {
  auto number = [&](const Node* value, const char* what) -> std::string {
    const PgQuery__AConst* given = constant_of(value);
    if (value != nullptr && given == nullptr) {
      refuse("limit", std::string(what) + " takes a plain number");
    }
    if (given == nullptr || given->isnull) return "";  // LIMIT ALL
    Term term = constant(*given);
    if (term.type != Type::kInteger || term.negative) {
      refuse("limit", std::string(what) + " takes a whole number from 0", term.at);
    }
    return term.sql;
  };
  std::string count = number(node.limit_count, "LIMIT");
  const std::string skip = number(node.limit_offset, "OFFSET");
  if (count == "1" || count == "0") one_row = true;
  // SQLite has no OFFSET without LIMIT.
  if (count.empty() && !skip.empty()) count = "9223372036854775807";
  return (count.empty() ? "" : " LIMIT " + count) + (skip.empty() ? "" : " OFFSET " + skip);
}

}  // namespace sr::host::sql
