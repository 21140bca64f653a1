#include <algorithm>
#include <charconv>

#include "host/sql/names.h"
#include "host/sql/number.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

bool updates_on_conflict(const PgQuery__InsertStmt& node) {
  return node.on_conflict_clause != nullptr &&
         node.on_conflict_clause->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
}

bool has_no_fraction(const std::string& number) {
  const std::size_t point = number.find('.');
  return number.find_first_of("eE") == std::string::npos &&
         (point == std::string::npos ||
          number.find_first_not_of('0', point + 1) == std::string::npos);
}

}  // namespace

bool is_constant(const Node* node) {
  if (node == nullptr) return false;
  if (node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) return is_constant(node->type_cast->arg);
  if (node->node_case == PG_QUERY__NODE__NODE_PARAM_REF) return true;
  return node->node_case == PG_QUERY__NODE__NODE_A_CONST && !node->a_const->isnull;
}

const TablePolicy& Writer::target_policy(const PgQuery__RangeVar& node, Scope& scope) {
  std::optional<Relation> relation = catalog_table(node.relname);
  const TablePolicy* policy = relation ? relation->known->policy : nullptr;
  if (policy == nullptr) {
    refuse("table", "the table " + std::string(node.relname) + " may not be changed",
           node.location);
  }
  if (node.alias) {
    check_new_name(node.alias->aliasname, node.location);
    relation->name = node.alias->aliasname;
  }
  tables_.insert(relation->table);
  scope.relations.push_back(std::move(*relation));
  target_ = &scope.relations.front();
  return *policy;
}

// As the store calls it, and behind AS as the statement does.
std::string Writer::target_in_store() const {
  const auto& stored = target_->known->stored;
  auto sql = quote_name(stored);
  if (target_->name != stored) sql += " AS " + quote_name(target_->name);
  return sql;
}

const Column& Writer::set_column(const PgQuery__ResTarget& node, const Columns& allowed,
                                 std::set<std::string>& seen) {
  const std::string name = node.name;
  ++work_;
  const std::vector<std::size_t> places = target_->fields.named(name);
  if (places.empty()) {
    refuse("column", target_->table + " has no column " + name, node.location);
  }
  if (places.size() > 1) {
    refuse("ambiguous", target_->table + " has several columns " + name, node.location);
  }
  const Field* field = &target_->fields[places[0]];
  if (!allows(allowed, field->name)) {
    refuse("column",
           "the column " + field->name + " of " + target_->table + " may not be set" +
               (allowed.names.empty() ? "" : "; it may be " + list_of(allowed.names, "or")),
           node.location);
  }
  if (field->column->flags & SR_COLUMN_GENERATED) {
    refuse("column", "the database computes " + field->name + "; it cannot be set", node.location);
  }
  if (!seen.insert(field->name).second) {
    refuse("set", "the column " + field->name + " is set twice", node.location);
  }
  return *field->column;
}

// The text of a value for a column, when both databases would store the same.
std::string Writer::assigned(const Column& column, Term value, int at) {
  const Type type = type_of(column);
  at = value.at >= 0 ? value.at : at;
  if (value.parameter > 0) {
    if (column.type == SR_BLOB) {
      refuse("value", column.name + " holds bytes, which a statement cannot write", at);
    }
    beside(value, column, ParameterUse::kAssigned);
    return value.sql;
  }
  if (value.null && (column.flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_KEY))) {
    refuse("value", column.name + " cannot be NULL", at);
  }
  check_choice(&column, value);
  check_source(&column, type, value, Sources::Use::kWritten);
  if (column.type == SR_BLOB && !value.null) {
    refuse("value", column.name + " holds bytes, which a statement cannot write", at);
  }
  const bool coerces = (column.flags & SR_COLUMN_COERCES) && !is_moment(type);
  if (coerces && value.string && reads_as_number(*value.string)) {
    refuse("value",
           "a column of type " + column.declared_type + " keeps " + value.sql +
               " as a number in this database; declare " + column.name + " as TEXT",
           at);
  }
  if (value.string) {
    Term like_column{.type = type};
    if (type != Type::kText && type != Type::kAny) match(like_column, value, at);
    check_range(column, value, at);
    return value.sql;
  }
  const bool moves_day = type == Type::kDay && value.moved_day;
  if (moves_day) {
    used("date");
    value.sql = "date(" + value.sql + ")";
  }
  // A text that SQLite cannot read as a point in time stays, and is not emptied.
  if (value.moved == &column && (moves_day || type == Type::kMoment)) {
    used("coalesce");
    return "coalesce(" + value.sql + ", " + quote_name(column.name_in_store()) + ")";
  }
  if (moves_day) return value.sql;
  const bool same = type == value.type || type == Type::kAny || value.type == Type::kAny;
  const bool widened = type == Type::kReal && value.type == Type::kInteger;
  const bool written = type == Type::kText && value.type == Type::kInteger;
  const bool whole = type == Type::kInteger && value.type == Type::kReal && value.constant &&
                     has_no_fraction(value.sql);
  if (!same && !widened && !written && !whole) {
    refuse("type",
           column.name + " takes values of type " + name_of(type) + ", not " + name_of(value.type),
           at);
  }
  if (written) return "CAST(" + value.sql + " AS text)";
  if (whole) value.sql = value.sql.substr(0, value.sql.find('.'));
  check_range(column, value, at);
  return fitted(column, std::move(value));
}

// A number that is written out must be one that the column keeps as it is.
void Writer::check_range(const Column& column, const Term& value, int at) {
  if (!value.constant || !is_number(value.type) || value.sql.starts_with("CAST")) return;
  if (const auto decimal = decimal_of(column.declared_type); decimal && column.type == SR_REAL) {
    if (fits(*decimal, value.sql)) return;
    refuse("value",
           column.name + " takes " + std::to_string(decimal->digits - decimal->places) +
               " digits before the point and " + std::to_string(decimal->places) +
               " behind it, not " + value.sql,
           at);
  }
  if (type_of(column) != Type::kInteger || column.bits == 0) return;
  const auto range = range_of(column);
  std::int64_t number = 0;
  std::from_chars(value.sql.data(), value.sql.data() + value.sql.size(), number);
  if (number >= range.least && number <= range.most) return;
  refuse("value",
         column.name + " takes whole numbers from " + std::to_string(range.least) + " to " +
             std::to_string(range.most) + ", not " + value.sql,
         at);
}

// What is computed, in the way that both databases store the same of it, or fail.
std::string Writer::fitted(const Column& column, Term value) {
  value = settled(std::move(value));
  const bool number = is_number(value.type) && !value.constant && !value.null;
  if (const auto decimal = decimal_of(column.declared_type); decimal && number) {
    if (value.number.places >= 0 && value.number.places <= decimal->places) return value.sql;
    used("round");
    const std::string numeric = value.numeric ? value.sql : "CAST(" + value.sql + " AS numeric)";
    return "round(" + numeric + ", " + std::to_string(decimal->places) + ")";
  }
  // SQLite goes over to a double where 64 bits do not suffice; this fails in both.
  if (number && value.type == Type::kInteger && value.number.computed) {
    used("int8");
    return "int8(" + value.sql + ")";
  }
  return value.sql;
}

// The rule's columns that are fixed by `=` or IN with plain values.
void Writer::fixed_columns(const Node& node, const WriteRule& rule,
                           std::set<const Column*>& fixed) {
  if (node.node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
      node.bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
    const PgQuery__BoolExpr& all = *node.bool_expr;
    std::for_each(all.args, all.args + all.n_args,
                  [&](const Node* arm) { fixed_columns(*arm, rule, fixed); });
  }
  if (node.node_case != PG_QUERY__NODE__NODE_A_EXPR) return;
  const PgQuery__AExpr& test = *node.a_expr;
  auto listed = [&](const Node* side) -> const Column* {
    if (side == nullptr || side->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return nullptr;
    const PgQuery__ColumnRef& ref = *side->column_ref;
    const Node& last = *ref.fields[ref.n_fields - 1];
    if (last.node_case != PG_QUERY__NODE__NODE_STRING) return nullptr;
    const auto places = target_->fields.named(last.string->sval);
    if (places.empty() || !lists(rule.where, target_->fields[places[0]].name)) return nullptr;
    return target_->fields[places[0]].column;
  };
  if (std::string_view(test.name[0]->string->sval) != "=") return;
  if (test.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP) {
    for (auto [side, other] : {std::pair{test.lexpr, test.rexpr}, {test.rexpr, test.lexpr}}) {
      const Column* column = listed(side);
      if (column == nullptr || !is_constant(other)) continue;
      fixed.insert(column);
      note_fixed(*column, *other);
    }
    return;
  }
  if (test.kind != PG_QUERY__A__EXPR__KIND__AEXPR_IN) return;
  const PgQuery__List& items = *test.rexpr->list;
  const Column* column = listed(test.lexpr);
  if (column != nullptr && std::all_of(items.items, items.items + items.n_items, is_constant)) {
    fixed.insert(column);
    for (std::size_t i = 0; i < items.n_items; ++i) note_fixed(*column, *items.items[i]);
  }
}

void Writer::note_fixed(const Column& column, const Node& value) {
  if (value.node_case == PG_QUERY__NODE__NODE_TYPE_CAST) {
    note_fixed(column, *value.type_cast->arg);
  } else if (value.node_case == PG_QUERY__NODE__NODE_PARAM_REF) {
    fixed_.push_back({column.name, column.key(), "",
                      names_[static_cast<std::size_t>(value.param_ref->number) - 1]});
  } else {
    Term term = constant(*value.a_const);
    check_source(&column, type_of(column), term, Sources::Use::kCompared);
    check_row_source(column, term);
    fixed_.push_back({column.name, column.key(), term.string.value_or(term.sql), ""});
  }
}

std::string Writer::changed_where(const Node* where, Scope& scope, const WriteRule& rule,
                                  std::string_view verb) {
  // The columns of a key of several count together: one of them alone may be any row.
  const auto joint = joint_key(target_->known->key(), rule);
  std::vector<std::string> ways, together;
  for (const Column* column : joint) together.push_back(column->name);
  if (!together.empty()) ways.push_back(list_of(together, "and"));
  for (const std::string& name : rule.where) {
    if (!allows({false, together}, name)) ways.push_back(name);
  }
  const std::string needs =
      ways.empty() ? "the policy lists no column for its WHERE"
                   : "its WHERE must fix " + list_of(ways, "or") + " with = or IN and plain values";
  if (where == nullptr) {
    refuse("where", std::string(verb) + " of " + target_->table + " needs a WHERE: " + needs);
  }
  scope.clause = Clause::kWhere;
  target_rule_ = &rule;
  Term term = condition(where, scope, "WHERE");
  target_rule_ = nullptr;
  std::set<const Column*> fixed;
  fixed_columns(*where, rule, fixed);
  const auto in_joint = [&](const Column* c) {
    return std::find(joint.begin(), joint.end(), c) != joint.end();
  };
  const bool whole =
      !joint.empty() &&
      std::all_of(joint.begin(), joint.end(), [&](const Column* c) { return fixed.contains(c); });
  const bool other =
      std::any_of(fixed.begin(), fixed.end(), [&](const Column* c) { return !in_joint(c); });
  if (!whole && !other) {
    refuse("where", std::string(verb) + " of " + target_->table + ": " + needs, term.at);
  }
  note_found_by(term.sql);
  return " WHERE " + term.sql;
}

void Writer::note_found_by(std::string where) {
  if (!with_.empty() || target_->known->keys.empty()) return;
  found_by_ = std::move(where);
}

std::string Writer::returning(std::size_t count, PgQuery__Node* const* nodes, Scope& scope) {
  if (count == 0) return "";
  scope.clause = Clause::kReturning;
  const std::vector<Output> outputs = targets(count, nodes, scope);
  std::string list;
  for (const Output& output : outputs) {
    append(list, output.expression);
    if (!output.place || output.place->get().stored() != output.name) {
      list += " AS " + quote_name(output.name);
    }
  }
  key_ = outputs_of_key(*target_, outputs);
  columns_ = planned(outputs);
  return " RETURNING " + list;
}

Plan Writer::finish(Verb verb, std::string sql, const std::string& target, std::uint64_t max_rows) {
  append(sql, "", "");               // not too long
  scan(sql, Parameters::kNumbered);  // parentheses that were added count as well
  check_parameters();
  if (verb != Verb::kSelect) check_other_texts();
  // A table of which only the rows count still needs a readable column.
  for (const std::string& table : tables_read_) {
    const auto first = grants_.lower_bound({table, ""});
    bool readable = false;
    for (auto it = first; it != grants_.end() && it->first.first == table; ++it) {
      readable |= (it->second & SR_GRANT_SELECT) != 0;
    }
    if (readable) continue;
    const Fields& fields = known_.find(table)->fields;
    std::size_t field = 0;
    while (field < fields.size() && !fields[field].readable) ++field;
    if (field == fields.size()) refuse("table", "no column of " + table + " may be read");
    note(table, fields[field].name, SR_GRANT_SELECT);
  }
  Plan plan{.verb = verb, .sql = std::move(sql)};
  plan.tables.assign(tables_.begin(), tables_.end());
  plan.target = target;
  for (const auto& [place, verbs] : grants_) {
    const KnownTable& table = *known_.find(place.first);
    const auto fields = table.fields.named(place.second);
    const auto column = fields.empty() ? std::string() : table.fields[fields[0]].stored();
    plan.grants.push_back({table.stored, column, verbs});
  }
  plan.functions.assign(functions_.begin(), functions_.end());
  plan.max_rows = max_rows;
  plan.max_bytes = policy_.binding_max_bytes;
  plan.timeout_ms = policy_.binding_timeout_ms;
  plan.key = key_;
  plan.columns = columns_;
  plan.fixed = std::move(fixed_);
  plan.parameters = std::move(parameters_);
  plan.found_by = std::move(found_by_);
  if (target_ != nullptr) plan.found_as = target_->name;
  plan.set = std::move(set_);
  plan.added = std::move(added_);
  plan.literals = std::move(literals_);
  return plan;
}

Plan Writer::binding(const Node& statement) {
  if (statement.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    refuse("statement", "what a screen shows is a SELECT; it cannot change facts", 0);
  }
  Query result = query(*statement.select_stmt, nullptr);
  key_ = result.key;
  columns_ = planned(result.outputs);
  Plan plan = finish(Verb::kSelect, std::move(result.sql), "", policy_.binding_max_rows);
  plan.key_of = result.key_table;
  plan.unordered = std::move(result.unordered);
  return plan;
}

Plan Writer::action(const Node& statement) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
      return insert(*statement.insert_stmt);
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
      return update(*statement.update_stmt);
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      return remove(*statement.delete_stmt);
    default:
      refuse("statement", "an action is an INSERT, UPDATE or DELETE", 0);
  }
}

Plan Writer::insert(const PgQuery__InsertStmt& node) {
  Scope scope;
  const TablePolicy& policy = target_policy(*node.relation, scope);
  const std::string table = target_->table;
  if (!policy.insert) refuse("verb", "no rows may be added to " + table, node.relation->location);
  if (node.relation->alias) refuse("alias", "INSERT needs no alias", node.relation->location);
  const WriteRule& rule = *policy.insert;
  if (node.n_cols == 0) {
    refuse("insert", "name the columns: INSERT INTO " + table + " (a, b) VALUES (…)",
           node.relation->location);
  }
  if (node.select_stmt == nullptr) {
    refuse("insert", "DEFAULT VALUES is not portable; name columns and values");
  }
  const std::string prefix = with(node.with_clause);
  std::vector<const Column*> columns;
  std::set<std::string> seen;
  std::string names;
  for (std::size_t i = 0; i < node.n_cols; ++i) {
    columns.push_back(&set_column(*node.cols[i]->res_target, rule.columns, seen));
    added_.push_back(columns.back()->name);
    note(table, columns.back()->name, SR_GRANT_INSERT);
    names += (i > 0 ? ", " : "") + quote_name(columns.back()->name_in_store());
  }
  // SQLite would take NULL for a part of a key, and nothing could name that row.
  for (const Column* key : target_->known->key()) {
    const bool given =
        key->flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT | SR_COLUMN_GENERATED);
    if (given || seen.contains(key->name)) continue;
    refuse("insert",
           key->name + " belongs to the key of " + table + " and has no default; name it, too",
           node.relation->location);
  }
  std::string sql =
      prefix + "INSERT INTO " +
      (node.on_conflict_clause ? target_in_store() : quote_name(target_->known->stored)) + " (" +
      names + ") ";
  auto check_values = [&](std::size_t values) {
    if (values == columns.size()) return;
    refuse("insert", std::to_string(columns.size()) + " columns are named for " +
                         std::to_string(values) + " values");
  };
  const PgQuery__SelectStmt& source = *node.select_stmt->select_stmt;
  if (source.n_values_lists > 0) {
    if (source.n_sort_clause > 0 || source.limit_count || source.limit_offset ||
        source.with_clause) {
      refuse("values", "VALUES takes no ORDER BY, LIMIT or WITH");
    }
    if (source.n_values_lists > rule.max_rows) {
      refuse("max-rows", "at most " + std::to_string(rule.max_rows) + " rows may be added to " +
                             table + " at once, these are " +
                             std::to_string(source.n_values_lists));
    }
    Scope values{.clause = Clause::kSet};
    sql += "VALUES ";
    for (std::size_t row = 0; row < source.n_values_lists; ++row) {
      const PgQuery__List& items = *source.values_lists[row]->list;
      check_values(items.n_items);
      std::string list, by_key;
      for (std::size_t i = 0; i < items.n_items; ++i) {
        const auto value = assigned(*columns[i], expression(items.items[i], values), -1);
        append(list, value);
        if (columns[i]->key())
          append(by_key, quote_name(columns[i]->name_in_store()) + " = " + value, " AND ");
      }
      if (updates_on_conflict(node)) note_found_by(by_key);
      append(sql, list, row > 0 ? ", (" : "(");
      sql += ")";
    }
  } else {
    Query rows = query(source, nullptr);
    check_values(rows.outputs.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Output& output = rows.outputs[i];
      Term value{
          .sql = output.expression, .type = output.type, .at = output.at, .number = output.number};
      const std::string written = assigned(*columns[i], value, -1);
      if (decimal_of(columns[i]->declared_type) && written != output.expression) {
        refuse("type",
               columns[i]->name + " has " +
                   std::to_string(decimal_of(columns[i]->declared_type)->places) +
                   " places; select round(…) to as many",
               output.at);
      }
    }
    sql += rows.sql;
  }
  if (node.on_conflict_clause) append(sql, on_conflict(node, columns), "");
  sql += returning(node.n_returning_list, node.returning_list, scope);
  return finish(Verb::kInsert, std::move(sql), table, rule.max_rows);
}

Plan Writer::update(const PgQuery__UpdateStmt& node) {
  Scope scope;
  const TablePolicy& policy = target_policy(*node.relation, scope);
  const std::string table = target_->table;
  if (!policy.update) {
    refuse("verb", "rows of " + table + " may not be changed", node.relation->location);
  }
  const WriteRule& rule = *policy.update;
  std::string sql = with(node.with_clause) + "UPDATE " + target_in_store();
  std::set<std::string> seen;
  scope.clause = Clause::kSet;
  for (std::size_t i = 0; i < node.n_target_list; ++i) {
    const PgQuery__ResTarget& target = *node.target_list[i]->res_target;
    const Column& column = set_column(target, rule.columns, seen);
    sql += (i > 0 ? ", " : " SET ") + quote_name(column.name_in_store()) + " = " +
           assigned(column, expression(target.val, scope), target.location);
    set_.push_back(column.name);
    note(table, column.name, SR_GRANT_UPDATE);
  }
  sql += changed_where(node.where_clause, scope, rule, "UPDATE");
  sql += returning(node.n_returning_list, node.returning_list, scope);
  return finish(Verb::kUpdate, std::move(sql), table, rule.max_rows);
}

Plan Writer::remove(const PgQuery__DeleteStmt& node) {
  Scope scope;
  const TablePolicy& policy = target_policy(*node.relation, scope);
  const std::string table = target_->table;
  if (!policy.remove) {
    refuse("verb", "no rows may be deleted from " + table, node.relation->location);
  }
  std::string sql = with(node.with_clause) + "DELETE FROM " + target_in_store();
  note(table, "", SR_GRANT_DELETE);
  sql += changed_where(node.where_clause, scope, *policy.remove, "DELETE");
  sql += returning(node.n_returning_list, node.returning_list, scope);
  return finish(Verb::kDelete, std::move(sql), table, policy.remove->max_rows);
}

}  // namespace sr::host::sql
