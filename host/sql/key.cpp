#include <algorithm>

#include "host/sql/writer.h"

namespace sr::host::sql {

std::vector<const Column*> joint_key(std::vector<const Column*> key, const WriteRule& rule) {
  const bool all = std::all_of(key.begin(), key.end(), [&](const Column* column) {
    return lists(rule.where, column->name);
  });
  if (key.size() < 2 || !all) key.clear();
  return key;
}

// Whether the join adds at most one row of relation `right` to each row on its left: its key
// equals columns further left.
bool Writer::keeps_rows_apart(const PgQuery__JoinExpr& node, const Scope& scope,
                              std::size_t right) {
  if (node.jointype != PG_QUERY__JOIN_TYPE__JOIN_INNER &&
      node.jointype != PG_QUERY__JOIN_TYPE__JOIN_LEFT) {
    return false;
  }
  const Relation& relation = scope.relations[right];
  if (relation.known == nullptr || relation.known->keys.empty()) return false;
  const auto key = relation.known->key();
  auto place_of = [&](const Node* side) {
    Place place;
    if (side == nullptr || side->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return place;
    const PgQuery__ColumnRef& ref = *side->column_ref;
    const std::string name = ref.fields[ref.n_fields - 1]->string->sval;
    if (ref.n_fields == 1) {
      place.relation = scope.unqualified(name, place.field, ref.location);
      return place;
    }
    place.relation = scope.relation(ref.fields[0]->string->sval);
    if (place.relation == nullptr) return place;
    place.field = place.relation->fields.named(name)[0];
    return place;
  };
  std::set<const Column*> decided;
  for (std::size_t hidden : relation.hidden) decided.insert(relation.fields[hidden].column);
  auto decide = [&](const Node* test) {
    if (test == nullptr || test->node_case != PG_QUERY__NODE__NODE_A_EXPR) return;
    const PgQuery__AExpr& equal = *test->a_expr;
    if (equal.kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP ||
        std::string_view(equal.name[0]->string->sval) != "=") {
      return;
    }
    const Place a = place_of(equal.lexpr), b = place_of(equal.rexpr);
    if (a.relation == nullptr || b.relation == nullptr || a.relation == b.relation) return;
    for (const Place& side : {a, b}) {
      if (side.relation == &relation) decided.insert(side.get().column);
    }
  };
  if (node.quals && node.quals->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
      node.quals->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
    const PgQuery__BoolExpr& all = *node.quals->bool_expr;
    std::for_each(all.args, all.args + all.n_args, decide);
  } else {
    decide(node.quals);
  }
  return std::all_of(key.begin(), key.end(),
                     [&](const Column* column) { return decided.contains(column); });
}

std::vector<std::string> Writer::key_of(const PgQuery__SelectStmt& node, const Scope& scope,
                                        const std::vector<Output>& outputs) {
  if (node.n_from_clause != 1 || scope.relations.front().known == nullptr) return {};
  const Relation& first = scope.relations.front();
  const auto key = first.known->key();
  bool grouped_by_key = false;
  if (node.n_group_clause > 0) {
    if (scope.group_columns.size() != scope.group_texts.size()) return {};
    std::size_t grouped = 0;
    for (const Place& place : scope.group_columns) {
      if (place.relation != &first) return {};
      const Column* column = place.get().column;
      grouped += std::find(key.begin(), key.end(), column) != key.end() ? 1 : 0;
    }
    grouped_by_key = grouped == key.size();
    if (!grouped_by_key) return {};
  }
  const Node* item = node.from_clause[0];
  for (std::size_t right = scope.relations.size() - 1;
       item->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR; item = item->join_expr->larg, --right) {
    const auto type = item->join_expr->jointype;
    const bool kept = type == PG_QUERY__JOIN_TYPE__JOIN_INNER ||
                      type == PG_QUERY__JOIN_TYPE__JOIN_LEFT;
    if (!kept || (!grouped_by_key && !keeps_rows_apart(*item->join_expr, scope, right))) return {};
  }
  return outputs_of_key(first, outputs);
}

// The outputs that are the relation's key; none unless all of it can be told on the wire.
std::vector<std::string> Writer::outputs_of_key(const Relation& relation,
                                                const std::vector<Output>& outputs) {
  std::vector<std::string> names;
  const auto key = relation.known->key();
  for (const Column* column : key) {
    if (column->type == SR_BLOB) return {};
    const auto output = std::find_if(outputs.begin(), outputs.end(), [&](const Output& o) {
      return o.place && o.place->relation == &relation && o.place->get().column == column;
    });
    if (output == outputs.end()) return {};
    // A click carries the columns of such a key by name, beside its `user_action`.
    if (key.size() > 1 && output->name == "user_action") return {};
    names.push_back(output->name);
  }
  return names;
}

}  // namespace sr::host::sql
