// Calls that make texts of several values: left, right, concat, concat_ws and string_agg, and the
// order by bytes that COLLATE "C" asks for.
#include <algorithm>
#include <charconv>
#include <limits>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMaxKeys = 16;  // of string_agg's ORDER BY

}  // namespace

// What both databases write alike as a text.
Term Writer::joinable(Term term, std::string_view function, int at) {
  const bool refused = term.type == Type::kReal || term.type == Type::kBoolean ||
                       term.type == Type::kMoment;
  if (refused) {
    refuse("type", std::string(function) + " joins texts, whole numbers and days; databases write values of type " +
                       name_of(term.type) + " differently" +
                       (term.type == Type::kBoolean ? "; use CASE" : "; use to_char"),
           term.at >= 0 ? term.at : at);
  }
  // SQLite goes over to a double where 64 bits do not suffice; this fails in both.
  if (term.type == Type::kInteger && term.number.computed) {
    used("int8");
    term.sql = "int8(" + term.sql + ")";
  }
  return term;
}

// left, right, concat, concat_ws. SQLite's store has functions of these names; the first two are
// keywords there.
Term Writer::text_call(const std::string& name, std::vector<Term> terms, int at) {
  Term result{.type = Type::kText, .at = at};
  if (name == "left" || name == "right") {
    const Term& count = terms[1];
    std::int64_t number = 0;
    std::from_chars(count.sql.data(), count.sql.data() + count.sql.size(), number);
    const bool plain = count.constant && count.type == Type::kInteger && count.sql[0] != 'C';
    if (!plain || std::abs(number) > std::numeric_limits<std::int32_t>::max()) {
      refuse("function", name + " takes how many characters as a plain number of 32 bits",
             count.at >= 0 ? count.at : at);
    }
    result.sql = quote_name(name) + "(" + terms[0].sql + ", " + count.sql + ")";
    return result;
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    append(result.sql, joinable(std::move(terms[i]), name, at).sql);
  }
  result.sql = name + "(" + result.sql + ")";
  return result;
}

// The order in which string_agg joins. What is joined comes last in it, so that equal keys leave no
// choice; SQLite 3.40 has no ORDER BY here, its store reads it (plugins/stores/sqlite/joining.h).
std::string Writer::order_inside(const PgQuery__FuncCall& node, const Term& joined, Scope& scope) {
  if (joined.type != Type::kText || joined.constant) {
    refuse("type", "string_agg joins a text that each row has; write CAST(x AS text) for whole numbers",
           joined.at >= 0 ? joined.at : node.location);
  }
  check_count(node.n_agg_order, kMaxKeys, "columns of ORDER BY in string_agg", node.location);
  std::string order;
  bool decided = false;
  for (std::size_t i = 0; i < node.n_agg_order; ++i) {
    const PgQuery__SortBy& key = *node.agg_order[i]->sort_by;
    const Term term = settled(byte_ordered(key.node, scope));
    if (term.constant || term.null) refuse("order", "ORDER BY needs a column here", term.at);
    if (node.agg_distinct && (term.sql != joined.sql || i > 0)) {
      refuse("order", "string_agg(DISTINCT x, …) can only have ORDER BY x", term.at);
    }
    decided |= term.sql == joined.sql;
    append(order, term.operand() + sort_direction(key));
  }
  if (!decided) append(order, joined.operand() + " NULLS LAST");
  return " ORDER BY " + order;
}

// string_agg(x, ', ' ORDER BY y)
Term Writer::joined(const PgQuery__FuncCall& node, const std::vector<Term>& terms,
                    const std::string& order, int at) {
  if (!terms[1].string) {
    refuse("function", "string_agg takes what stands between as a plain text",
           terms[1].at >= 0 ? terms[1].at : at);
  }
  no_value(terms[1]);
  return {.sql = std::string("string_agg(") + (node.agg_distinct ? "DISTINCT " : "") + terms[0].sql +
                 ", " + terms[1].sql + order + ")",
          .type = Type::kText, .at = at};
}

// An expression where its order counts: x COLLATE "C" is that of its bytes.
Term Writer::byte_ordered(const Node* node, Scope& scope) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_COLLATE_CLAUSE) {
    return expression(node, scope);
  }
  const PgQuery__CollateClause& clause = *node->collate_clause;
  const std::string name = clause.collname[clause.n_collname - 1]->string->sval;
  if (clause.n_collname != 1 || name != "C") {
    refuse("collate", "the collation " + name + " is not portable; COLLATE \"C\" orders by bytes",
           clause.location);
  }
  Term term = expression(clause.arg, scope);
  if (term.type != Type::kText) {
    refuse("collate", std::string("COLLATE orders texts, not values of type ") + name_of(term.type),
           clause.location);
  }
  return {.sql = term.operand() + " COLLATE \"C\"", .type = Type::kText, .at = term.at,
          .constant = term.constant, .column = term.column};
}

}  // namespace sr::host::sql
