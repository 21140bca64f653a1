#include "host/sql/title.h"

#include <algorithm>
#include <optional>

#include "host/base/words.h"
#include "host/sql/refuse.h"
#include "host/sql/spoken/names.h"
#include "host/sql/tree.h"

namespace sr::host::sql {
namespace {

constexpr const char* kBetweenParts = " · ";

const std::map<std::string, std::string> kAggregates = {
    {"sum", "total"}, {"avg", "average"}, {"min", "lowest"}, {"max", "highest"}};
const std::map<std::string, std::string> kComparisons = {{"=", " "},       {"<>", " not "},
                                                         {"<", " below "}, {"<=", " up to "},
                                                         {">", " above "}, {">=", " from "}};

class Words {
 public:
  Words(const PgQuery__SelectStmt& query, const std::vector<Column>& catalog, const Labels& labels)
      : query_(query), catalog_(catalog), labels_(labels) {
    for (std::size_t i = 0; i < query.n_from_clause && table_.empty(); ++i) {
      table_ = spoken_table(first_table(*query.from_clause[i]), catalog);
    }
  }

  std::string title() const {
    std::vector<std::string> parts = {subject()};
    if (query_.where_clause) conditions(*query_.where_clause, parts);
    if (query_.having_clause) conditions(*query_.having_clause, parts);
    if (const auto limit = number(query_.limit_count); !limit.empty() && limit != "1") {
      parts.push_back("first " + limit);
    }
    if (const auto order = this->order(); !order.empty()) parts.push_back(order);
    std::string out;
    for (const auto& part : parts) {
      if (part.empty()) continue;
      const auto next = out.empty() ? part : kBetweenParts + part;
      if (out.size() + next.size() > kLongestTitle) break;
      out += next;
    }
    return capitalised(out);
  }

 private:
  static std::string first_table(const Node& node) {
    if (node.node_case == PG_QUERY__NODE__NODE_RANGE_VAR) return node.range_var->relname;
    if (node.node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) return first_table(*node.join_expr->larg);
    return "";
  }

  // --- names ---

  std::string table_words() const { return called(labels_, table_); }

  static std::string column_name(const Node& node) {
    if (node.node_case != PG_QUERY__NODE__NODE_COLUMN_REF || node.column_ref->n_fields == 0)
      return "";
    const auto* last = node.column_ref->fields[node.column_ref->n_fields - 1];
    return last->node_case == PG_QUERY__NODE__NODE_STRING ? last->string->sval : "";
  }

  const Column* known(const std::string& column) const {
    const auto is = [&](const Column& c) { return is_called(c, table_, column); };
    const auto found = std::find_if(catalog_.begin(), catalog_.end(), is);
    return found == catalog_.end() ? nullptr : &*found;
  }

  std::string column_words(const std::string& column) const {
    const auto* own = known(column);
    return called(labels_, table_, own ? own->name : column);
  }

  // A column, an aggregate of one, or a function around either; empty when it is none of them.
  std::string measure(const Node& node) const {
    if (const auto column = column_name(node); !column.empty()) return column_words(column);
    if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST) return measure(*node.type_cast->arg);
    if (node.node_case != PG_QUERY__NODE__NODE_FUNC_CALL) return "";
    const auto& call = *node.func_call;
    const std::string name = call.funcname[call.n_funcname - 1]->string->sval;
    if (name == "count")
      return call.agg_distinct && call.n_args > 0 ? measure(*call.args[0]) : table_words();
    if (call.n_args == 0) return "";
    const auto inner = measure(*call.args[0]);
    const auto aggregate = kAggregates.find(name);
    if (inner.empty() || aggregate == kAggregates.end()) return inner;
    return aggregate->second + " " + inner;
  }

  std::string subject() const {
    const auto table = table_words();
    const bool one = query_.n_target_list == 1;
    if (query_.n_group_clause > 0) {
      const auto group = measure(*query_.group_clause[0]);
      return group.empty() ? table : table + " by " + group;
    }
    if (!one || query_.target_list[0]->node_case != PG_QUERY__NODE__NODE_RES_TARGET) return table;
    const auto shown = measure(*query_.target_list[0]->res_target->val);
    if (shown.empty() || shown == table) return table;
    return shown + kBetweenParts + table;
  }

  // --- conditions ---

  void conditions(const Node& node, std::vector<std::string>& parts) const {
    if (node.node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
        node.bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
      for (std::size_t i = 0; i < node.bool_expr->n_args; ++i)
        conditions(*node.bool_expr->args[i], parts);
      return;
    }
    auto words = condition(node);
    parts.push_back(words.empty() ? "filtered" : std::move(words));
  }

  std::string condition(const Node& node) const {
    switch (node.node_case) {
      case PG_QUERY__NODE__NODE_A_EXPR:
        return comparison(*node.a_expr);
      case PG_QUERY__NODE__NODE_NULL_TEST:
        return emptiness(*node.null_test);
      case PG_QUERY__NODE__NODE_BOOL_EXPR:
        return combined(*node.bool_expr);
      case PG_QUERY__NODE__NODE_COLUMN_REF:
        return column_words(column_name(node));
      default:
        return "";
    }
  }

  std::string combined(const PgQuery__BoolExpr& both) const {
    if (both.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) {
      const auto inner = condition(*both.args[0]);
      return inner.empty() ? "" : "not " + inner;
    }
    const bool either = both.boolop == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR;
    std::string out;
    for (std::size_t i = 0; i < both.n_args; ++i) {
      const auto part = condition(*both.args[i]);
      if (part.empty()) return "";
      out += (i == 0 ? "" : either ? " or " : " and ") + part;
    }
    return out;
  }

  std::string emptiness(const PgQuery__NullTest& test) const {
    const auto column = measure(*test.arg);
    if (column.empty()) return "";
    return (test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL ? "no " : "with ") + column;
  }

  std::string comparison(const PgQuery__AExpr& e) const {
    const auto column = e.lexpr ? measure(*e.lexpr) : "";
    if (column.empty() || !e.rexpr) return "";
    const std::string sign = e.name[0]->string->sval;
    switch (e.kind) {
      case PG_QUERY__A__EXPR__KIND__AEXPR_OP: {
        const auto how = kComparisons.find(sign);
        if (how == kComparisons.end()) return "";
        if (const auto truth = boolean(*e.rexpr)) {
          return *truth == (sign == "=") ? column : "not " + column;
        }
        const auto value = operand(*e.rexpr);
        return value.empty() ? "" : column + how->second + value;
      }
      case PG_QUERY__A__EXPR__KIND__AEXPR_IN: {
        const auto values = list(*e.rexpr, " or ");
        return values.empty() ? "" : column + (sign == "=" ? " " : " not ") + values;
      }
      case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN: {
        const auto values = list(*e.rexpr, " to ");
        return values.empty() ? "" : column + " " + values;
      }
      case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
      case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE: {
        auto pattern = operand(*e.rexpr);
        const bool begins = !pattern.starts_with('%'), ends = !pattern.ends_with('%');
        std::erase(pattern, '%');
        const char* where = begins == ends ? "" : begins ? " beginning" : " ending";
        const char* how = sign[0] == '!' ? " without " : " with ";
        return pattern.empty() ? "" : column + (sign[0] == '!' ? "" : where) + how + pattern;
      }
      default:
        return "";
    }
  }

  std::string list(const Node& node, const char* between) const {
    if (node.node_case != PG_QUERY__NODE__NODE_LIST) return "";
    std::string out;
    for (std::size_t i = 0; i < node.list->n_items; ++i) {
      const auto value = operand(*node.list->items[i]);
      if (value.empty()) return "";
      out += (i == 0 ? "" : between) + value;
    }
    return out;
  }

  static std::optional<bool> boolean(const Node& node) {
    const auto* constant = constant_of(&node);
    if (!constant || constant->val_case != PG_QUERY__A__CONST__VAL_BOOLVAL) return std::nullopt;
    return constant->boolval->boolval != 0;
  }

  static std::string number(const Node* node) {
    const auto* constant = constant_of(node);
    if (!constant || constant->isnull) return "";
    if (constant->val_case == PG_QUERY__A__CONST__VAL_IVAL)
      return std::to_string(constant->ival->ival);
    return constant->val_case == PG_QUERY__A__CONST__VAL_FVAL ? constant->fval->fval : "";
  }

  std::string operand(const Node& node) const {
    if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST) return operand(*node.type_cast->arg);
    const auto* constant = constant_of(&node);
    if (constant && constant->val_case == PG_QUERY__A__CONST__VAL_SVAL) return constant->sval->sval;
    if (auto n = number(&node); !n.empty()) return n;
    return measure(node);
  }

  // --- order ---

  // By the first key; the order of a table's own key is how rows come anyway.
  std::string order() const {
    if (query_.n_sort_clause == 0) return "";
    const auto& by = *query_.sort_clause[0]->sort_by;
    const bool down = by.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
    const auto words = measure(*by.node);
    const auto* column = known(column_name(*by.node));
    if (words.empty() || (column && column->key() && !down)) return "";
    if (column && is_moment(*column)) return down ? "newest first" : "oldest first";
    if (column && column->type != SR_TEXT)
      return words + (down ? ", highest first" : ", lowest first");
    return "by " + words + (down ? ", descending" : "");
  }

  static bool is_moment(const Column& column) {
    const auto type = in_words(column.declared_type);
    return type.starts_with("date") || type.starts_with("timestamp");
  }

  const PgQuery__SelectStmt& query_;
  const std::vector<Column>& catalog_;
  const Labels& labels_;
  std::string table_;
};

}  // namespace

std::string title_of(const std::string& select, const std::vector<Column>& catalog,
                     const Labels& labels) {
  try {
    const auto tree = Tree::parse(select);
    const auto& statement = tree.statement();
    if (statement.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return "";
    if (statement.select_stmt->op != PG_QUERY__SET_OPERATION__SETOP_NONE) return "";
    return Words(*statement.select_stmt, catalog, labels).title();
  } catch (const Refused&) {
    return "";
  }
}

}  // namespace sr::host::sql
