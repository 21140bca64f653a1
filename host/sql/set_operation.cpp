#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {

Query Writer::set_operation(const PgQuery__SelectStmt& node, Scope* outer) {
  // The chain from left to right; SQLite knows no parentheses between its parts.
  std::vector<const PgQuery__SelectStmt*> nodes;
  const PgQuery__SelectStmt* left = &node;
  for (; left->op != PG_QUERY__SET_OPERATION__SETOP_NONE; left = left->larg) nodes.push_back(left);
  std::reverse(nodes.begin(), nodes.end());
  auto part = [&](const PgQuery__SelectStmt& arm) {
    if (arm.op != PG_QUERY__SET_OPERATION__SETOP_NONE || arm.with_clause || arm.n_sort_clause > 0 ||
        arm.limit_count || arm.limit_offset) {
      refuse("set-operation",
             "the parts of UNION, INTERSECT and EXCEPT are plain SELECTs; use a WITH query for more");
    }
    return select(arm, outer);
  };
  Query result = part(*left);
  for (const PgQuery__SelectStmt* step : nodes) {
    if (step != &node && (step->with_clause || step->n_sort_clause > 0 || step->limit_count ||
                          step->limit_offset)) {
      part(*step);
    }
    const bool intersects = step->op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT;
    const bool first_intersects = nodes[0]->op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT;
    if (intersects != first_intersects) {
      refuse("set-operation", "databases group INTERSECT differently; do not mix it with UNION or "
                              "EXCEPT");
    }
    if (step->all && step->op != PG_QUERY__SET_OPERATION__SETOP_UNION) {
      refuse("set-operation", "only UNION can have ALL");
    }
    Query right = part(*step->rarg);
    if (right.outputs.size() != result.outputs.size()) {
      refuse("set-operation", "the parts have " + std::to_string(result.outputs.size()) + " and " +
                                  std::to_string(right.outputs.size()) + " columns");
    }
    for (std::size_t i = 0; i < right.outputs.size(); ++i) {
      Type& type = result.outputs[i].type;
      Number& number = result.outputs[i].number;
      number = added(number, right.outputs[i].number);
      const Type other = right.outputs[i].type;
      if (type == Type::kAny) type = other;
      if (other == Type::kAny || other == type) continue;
      if (!is_number(type) || !is_number(other)) {
        refuse("type", "the column " + result.outputs[i].name + " has the types " + name_of(type) +
                           " and " + name_of(other) + " in two parts");
      }
      type = Type::kReal;
    }
    const char* word = intersects ? " INTERSECT "
                       : step->op == PG_QUERY__SET_OPERATION__SETOP_EXCEPT ? " EXCEPT "
                       : step->all                                        ? " UNION ALL "
                                                                          : " UNION ";
    append(result.sql, right.sql, word);
  }
  result.key.clear();
  result.one_row = false;
  result.unordered = result.sql;
  result.sql += set_order_by(node, result.outputs);
  const std::string limits = limit(node, result.one_row);
  result.limited = !limits.empty();
  if (result.limited) result.unordered.clear();
  result.sql += limits;
  return result;
}

std::string Writer::set_order_by(const PgQuery__SelectStmt& node,
                                 const std::vector<Output>& outputs) {
  std::string sql;
  check_count(node.n_sort_clause, kMaxColumns, "columns of ORDER BY");
  const OutputNames names(outputs);
  for (std::size_t i = 0; i < node.n_sort_clause; ++i) {
    const PgQuery__SortBy& key = *node.sort_clause[i]->sort_by;
    const PgQuery__AConst* number = constant_of(key.node);
    const Output* output = names.find(plain_name(*key.node));
    const int position =
        number && number->val_case == PG_QUERY__A__CONST__VAL_IVAL ? number->ival->ival : 0;
    if (output == nullptr && (position < 1 || position > static_cast<int>(outputs.size()))) {
      refuse("order", "after UNION, INTERSECT and EXCEPT, ORDER BY takes names or positions of "
                      "columns");
    }
    append(sql, (output ? quote_name(output->name) : std::to_string(position)) +
                    sort_direction(key));
  }
  return sql.empty() ? sql : " ORDER BY " + sql;
}

}  // namespace sr::host::sql
