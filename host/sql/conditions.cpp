#include "host/sql/conditions.h"

#include <algorithm>
#include <cctype>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/tree.h"

namespace sr::host::sql {
namespace {

using Sort = Condition::Sort;

struct NoForm {};

// "2026-11-05", "2026-11-05 14:30"
bool is_day(std::string_view text) {
  return text.size() >= 10 && std::isdigit(static_cast<unsigned char>(text[0])) != 0 &&
         text[4] == '-' && text[7] == '-';
}

// A literal as it is meant, a column as it is written, a function with what it is of. Throws
// NoForm.
std::string said(const Node* node) {
  if (const auto* literal = constant_of(node)) {
    switch (literal->val_case) {
      case PG_QUERY__A__CONST__VAL_IVAL:
        return std::to_string(literal->ival->ival);
      case PG_QUERY__A__CONST__VAL_FVAL:
        return literal->fval->fval;
      case PG_QUERY__A__CONST__VAL_BOOLVAL:
        return literal->boolval->boolval ? "true" : "false";
      case PG_QUERY__A__CONST__VAL_SVAL:
        return literal->sval->sval;
      default:
        throw NoForm();
    }
  }
  std::string out;
  if (node != nullptr && node->node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
    for (const auto& name : names_of(*node->column_ref)) out += (out.empty() ? "" : ".") + name;
  } else if (node != nullptr && node->node_case == PG_QUERY__NODE__NODE_FUNC_CALL) {
    const auto& call = *node->func_call;
    out = std::string(call.funcname[call.n_funcname - 1]->string->sval) + "(";
    if (call.agg_star) out += "*";
    if (call.agg_distinct) out += "distinct ";
    for (std::size_t i = 0; i < call.n_args; ++i) out += (i > 0 ? ", " : "") + said(call.args[i]);
    out += ")";
  }
  if (out.empty()) throw NoForm();
  return out;
}

class Reader {
 public:
  Conditions read(const PgQuery__SelectStmt& query) {
    if (query.n_from_clause != 1 ||
        query.from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR ||
        query.op != PG_QUERY__SET_OPERATION__SETOP_NONE || query.with_clause != nullptr) {
      throw NoForm();
    }
    table_ = query.from_clause[0]->range_var->relname;
    if (query.where_clause) condition(*query.where_clause);
    if (query.having_clause) condition(*query.having_clause);
    if (query.limit_count) add("", "limit " + said(query.limit_count));
    if (query.limit_offset) add("", "offset " + said(query.limit_offset));
    std::ranges::sort(out_);
    return std::move(out_);
  }

 private:
  void condition(const Node& node) {
    if (node.node_case == PG_QUERY__NODE__NODE_BOOL_EXPR) {
      const auto& some = *node.bool_expr;
      if (some.boolop == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR) add("", "or");
      if (some.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) add("", "not");
      for (std::size_t i = 0; i < some.n_args; ++i) condition(*some.args[i]);
    } else if (node.node_case == PG_QUERY__NODE__NODE_NULL_TEST) {
      const auto& test = *node.null_test;
      const bool missing = test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL;
      add(said(test.arg), missing ? "is null" : "is not null");
    } else if (node.node_case == PG_QUERY__NODE__NODE_A_EXPR) {
      comparison(*node.a_expr);
    } else {
      add(said(&node), "is so");
    }
  }

  void comparison(const PgQuery__AExpr& node) {
    const bool like = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_LIKE ||
                      node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE;
    std::string sign = node.name[0]->string->sval;
    if (like) sign = sign[0] == '!' ? "<>" : "=";
    if (node.rexpr == nullptr || node.rexpr->node_case != PG_QUERY__NODE__NODE_LIST) {
      compare(node.lexpr, sign, node.rexpr, like);
      return;
    }
    const auto& list = *node.rexpr->list;  // of IN, and the ends of BETWEEN
    for (std::size_t i = 0; i < list.n_items; ++i) {
      const auto place = lower_ascii(sign) == "between" && i > 0 ? " to" : "";
      compare(node.lexpr, sign + place + " in", list.items[i], false);
    }
  }

  void compare(const Node* column, const std::string& sign, const Node* with, bool pattern) {
    const auto value = said(with);
    const auto text = pattern ? std::string(inside(value)) : value;
    add(said(column), sign + ' ' + text, sort_of(sign, constant_of(with), text));
  }

  static Sort sort_of(std::string_view sign, const PgQuery__AConst* literal,
                      std::string_view text) {
    if (literal == nullptr) return Sort::kOther;
    if (literal->val_case == PG_QUERY__A__CONST__VAL_SVAL)
      return is_day(text) ? Sort::kOther : Sort::kText;
    const bool sized = (sign[0] == '<' && sign != "<>") || sign[0] == '>' || sign[0] == 'B';
    return sized && literal->val_case != PG_QUERY__A__CONST__VAL_BOOLVAL ? Sort::kSize
                                                                         : Sort::kOther;
  }

  void add(const std::string& column, std::string asks, Sort sort = Sort::kOther) {
    out_.push_back({column.empty() ? column : table_ + "." + column, std::move(asks), sort});
  }

  std::string table_;
  Conditions out_;
};

// Those of `all` that are not among `others`, both in order.
Conditions without(const Conditions& all, const Conditions& others) {
  Conditions out;
  std::ranges::set_difference(all, others, std::back_inserter(out));
  std::ranges::sort(out, {}, &Condition::asks);
  return out;
}

bool may_move(const Condition& condition) { return condition.sort != Sort::kOther; }

bool of_one_column(const Conditions& some) {
  return std::ranges::all_of(some, [&](const auto& c) { return c.column == some[0].column; });
}

}  // namespace

std::optional<Conditions> conditions_in(const std::string& query) {
  try {
    const auto tree = Tree::parse(query);
    const auto& node = tree.statement();
    if (node.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return std::nullopt;
    return Reader().read(*node.select_stmt);
  } catch (const NoForm&) {
    return std::nullopt;
  } catch (const Refused&) {
    return std::nullopt;
  }
}

bool looks_for_something(const Conditions& conditions) {
  return std::ranges::any_of(conditions, may_move);
}

bool asks_the_same(const Conditions& first, const Conditions& other) {
  const auto gone = without(first, other), come = without(other, first);
  if (!std::ranges::equal(gone, come, {}, &Condition::asks, &Condition::asks)) return false;
  if (gone.empty()) return true;
  return of_one_column(gone) && of_one_column(come) && std::ranges::all_of(gone, may_move) &&
         std::ranges::none_of(first, [&](const auto& c) { return c.column == come[0].column; });
}

}  // namespace sr::host::sql
