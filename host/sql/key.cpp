#include <algorithm>

#include "host/sql/writer.h"

namespace sr::host::sql {

// Whether the join adds at most one row of relation `right` to each row on its left: its key
// equals a column further left.
bool Writer::keeps_rows_apart(const PgQuery__JoinExpr& node, const Scope& scope,
                              std::size_t right) {
  if (node.jointype != PG_QUERY__JOIN_TYPE__JOIN_INNER &&
      node.jointype != PG_QUERY__JOIN_TYPE__JOIN_LEFT) {
    return false;
  }
  const Relation& relation = scope.relations[right];
  const Column* key = relation.known ? relation.known->key() : nullptr;
  if (key == nullptr) return false;
  for (std::size_t hidden : relation.hidden) {
    if (relation.fields[hidden].column == key) return true;
  }
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
  auto decides = [&](const Node* test) {
    if (test == nullptr || test->node_case != PG_QUERY__NODE__NODE_A_EXPR) return false;
    const PgQuery__AExpr& equal = *test->a_expr;
    if (equal.kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP ||
        std::string_view(equal.name[0]->string->sval) != "=") {
      return false;
    }
    const Place a = place_of(equal.lexpr), b = place_of(equal.rexpr);
    if (a.relation == nullptr || b.relation == nullptr || a.relation == b.relation) return false;
    return (a.relation == &relation && a.get().column == key) ||
           (b.relation == &relation && b.get().column == key);
  };
  if (node.quals && node.quals->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
      node.quals->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
    const PgQuery__BoolExpr& all = *node.quals->bool_expr;
    return std::any_of(all.args, all.args + all.n_args, decides);
  }
  return decides(node.quals);
}

std::string Writer::key_of(const PgQuery__SelectStmt& node, const Scope& scope,
                           const std::vector<Output>& outputs) {
  if (node.n_from_clause != 1 || scope.relations.front().known == nullptr) return "";
  const Relation& first = scope.relations.front();
  const Column* key = first.known->key();
  if (key == nullptr) return "";
  bool grouped_by_key = false;
  if (node.n_group_clause > 0) {
    if (scope.group_columns.size() != scope.group_texts.size()) return "";
    for (const Place& place : scope.group_columns) {
      if (place.relation != &first) return "";
      grouped_by_key |= place.get().column == key;
    }
    if (!grouped_by_key) return "";
  }
  const Node* item = node.from_clause[0];
  for (std::size_t right = scope.relations.size() - 1;
       item->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR; item = item->join_expr->larg, --right) {
    const auto type = item->join_expr->jointype;
    const bool kept = type == PG_QUERY__JOIN_TYPE__JOIN_INNER ||
                      type == PG_QUERY__JOIN_TYPE__JOIN_LEFT;
    if (!kept || (!grouped_by_key && !keeps_rows_apart(*item->join_expr, scope, right))) return "";
  }
  for (const Output& output : outputs) {
    if (output.place && output.place->relation == &first && output.place->get().column == key) {
      return output.name;
    }
  }
  return "";
}

}  // namespace sr::host::sql
