#include <charconv>
#include <cmath>
#include <cstdlib>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMaxArms = 200;  // of AND and OR; SQLite counts each as a level

}  // namespace

Number number_of_any(const std::vector<Term*>& terms) {
  std::optional<Number> out;
  for (const Term* term : terms) {
    if (term->null) continue;
    out = out ? added(*out, term->number) : term->number;
  }
  return out.value_or(Number{});
}

const char* name_of(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "boolean";
    case Type::kInteger:
      return "integer";
    case Type::kReal:
      return "real";
    case Type::kText:
      return "text";
    case Type::kMoment:
      return "point in time";
    case Type::kDay:
      return "day";
    case Type::kAny:
      break;
  }
  return "unknown";
}

Term Writer::expression(const Node* node, Scope& scope) {
  if (node == nullptr) refuse("syntax", "an expression is missing");
  const std::size_t bare = scope.bare.size();
  ++work_;
  Term term = write(*node, scope);
  // GREATEST repeats its arguments; nested, they would grow without end.
  if (term.sql.size() > kMaxStatementBytes) {
    refuse("too-long", "this expression is too long when it is written out", term.at);
  }
  // What GROUP BY lists is one value per group, whatever columns it is made of.
  if (scope.group_texts.contains(settled_text(term))) scope.bare.resize(bare);
  return term;
}

Term Writer::write(const Node& node, Scope& scope) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return column(*node.column_ref, scope);
    case PG_QUERY__NODE__NODE_A_CONST:
      return constant(*node.a_const);
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return parameter(*node.param_ref);
    case PG_QUERY__NODE__NODE_A_EXPR:
      return operation(*node.a_expr, scope);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
      return logic(*node.bool_expr, scope);
    case PG_QUERY__NODE__NODE_NULL_TEST: {
      const auto& test = *node.null_test;
      Term arg = expression(test.arg, scope);
      const bool is_null = test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL;
      return {.sql = arg.operand() + (is_null ? " IS NULL" : " IS NOT NULL"),
              .type = Type::kBoolean, .rank = kOperation, .at = arg.at};
    }
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST: {
      const auto& test = *node.boolean_test;
      Term arg = condition(test.arg, scope, "IS TRUE and IS FALSE");
      const char* tail = " IS TRUE";
      if (test.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE) tail = " IS NOT TRUE";
      if (test.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_FALSE) tail = " IS FALSE";
      if (test.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE) tail = " IS NOT FALSE";
      return {.sql = arg.operand() + tail, .type = Type::kBoolean, .rank = kOperation,
              .at = arg.at};
    }
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return case_of(*node.case_expr, scope);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return coalesce(*node.coalesce_expr, scope);
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return extreme(*node.min_max_expr, scope);
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
      return current(*node.sqlvalue_function);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return cast(*node.type_cast, scope);
    case PG_QUERY__NODE__NODE_SUB_LINK:
      return sublink(*node.sub_link, scope);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return call(*node.func_call, scope);
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
      refuse("collate", "COLLATE \"C\" stands in ORDER BY and beside =, <>, <, <=, >, >= and BETWEEN only",
             node.collate_clause->location);
    default:
      refuse("node", "this cannot stand in an expression (docs/sql.md)");
  }
}

Term Writer::condition(const Node* node, Scope& scope, std::string_view where) {
  Term term = expression(node, scope);
  if (term.type != Type::kBoolean && term.type != Type::kAny) {
    refuse("type", std::string(where) + " needs a condition, not a value of type " +
                       name_of(term.type) + "; compare it with something",
           term.at);
  }
  if (term.string) refuse("type", std::string(where) + " needs a condition, not a text", term.at);
  return term;
}

// A name that only the database has could mean a column of another table there, or what AS calls
// so.
bool needs_table(const Place& place, const Scope& level) {
  if (place.get().stored() == place.get().name) return false;
  const auto merges = [&](const Relation& relation) {  // by USING: the pair's, not one table's
    return std::any_of(relation.hidden.begin(), relation.hidden.end(), [&](std::size_t field) {
      return same_name(relation.fields[field].name, place.get().name);
    });
  };
  return std::none_of(level.relations.begin(), level.relations.end(), merges);
}

Term Writer::column(const Place& place, Scope& level, const Scope& scope,
                    const std::string& qualifier, int at) {
  read(place, at);
  if (&level == &scope) ++level.columns_seen;
  if (!level.group_columns.contains(place) && level.in_aggregate == 0) {
    level.bare.push_back({place, at});
  }
  const Field& field = place.get();
  // RETURNING knows only its own table, and SQLite only without a qualifier.
  const bool qualified =
      (!qualifier.empty() || needs_table(place, level)) && level.clause != Clause::kReturning;
  return {
      .sql = (qualified ? quote_name(place.relation->name) + "." : "") + quote_name(field.stored()),
      .type = field.type,
      .at = at,
      .number = field.number,
      .column = field.column,
      .place = place};
}

Term Writer::column(const PgQuery__ColumnRef& ref, Scope& scope) {
  const int at = ref.location;
  for (std::size_t i = 0; i < ref.n_fields; ++i) {
    if (ref.fields[i]->node_case != PG_QUERY__NODE__NODE_STRING) {
      refuse("star", "* can only stand alone in a list of columns, or in count(*)", at);
    }
  }
  if (ref.n_fields > 2) {
    refuse("schema", "write a column as table.column, without a schema", at);
  }
  const std::string name = ref.fields[ref.n_fields - 1]->string->sval;
  const std::string qualifier = ref.n_fields == 2 ? ref.fields[0]->string->sval : "";

  // What the database calls a column counts where nothing is called so here.
  for (const Naming naming : {Naming::kHere, Naming::kAny}) {
    for (Scope* level = &scope; level != nullptr; level = level->outer) {
      work_ += level->relations.size();
      Place place;
      if (!qualifier.empty()) {
        place.relation = level->relation(qualifier);
        if (place.relation == nullptr) continue;
        const std::vector<std::size_t> places = place.relation->fields.named(name);
        if (places.empty()) {
          refuse("column", place.relation->name + " has no column " + name, at);
        }
        if (places.size() > 1) refuse("ambiguous", qualifier + " has several columns " + name, at);
        place.field = places[0];
      } else {
        place.relation = level->unqualified(name, place.field, at, naming);
        if (place.relation == nullptr) continue;
      }
      return column(place, *level, scope, qualifier, at);
    }
  }
  for (Scope* level = &scope; qualifier.empty() && level != nullptr; level = level->outer) {
    if (level->relation(name) == nullptr) continue;
    refuse("whole-row", name + " is a table here; name one of its columns", at);
  }
  if (!qualifier.empty()) {
    refuse("table", "there is no table " + qualifier + " in FROM here", at);
  }
  const char* quoted = text_.substr(std::min<std::size_t>(at < 0 ? 0 : at, text_.size()))
                               .starts_with('"')
                           ? "; texts are written in single quotes"
                           : "";
  refuse("column", "there is no column " + name + " here" + quoted, at);
}

// The parser reports negative integers as 0, so their digits are read from the statement itself.
std::string Writer::integer_text(const PgQuery__AConst& value) {
  const int reported = value.ival->ival;
  if (reported != 0 || value.location <= 0) return std::to_string(reported);
  bool negative = false;
  std::size_t at = value.location;
  for (; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '-') negative = !negative;
    const bool skipped = c == '-' || c == '(' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!skipped) break;
  }
  std::int64_t digits = 0;
  const auto [end, error] =
      std::from_chars(text_.data() + at, text_.data() + text_.size(), digits);
  if (error != std::errc() || end == text_.data() + at) {
    refuse("number", "this number cannot be read; write it plainly", value.location);
  }
  if (digits == 0) return "0";
  if (!negative || digits > std::numeric_limits<std::int32_t>::max()) {
    refuse("number", "this number cannot be read; write it plainly", value.location);
  }
  return "-" + std::to_string(digits);
}

Term Writer::constant(const PgQuery__AConst& value) {
  Term term{.at = value.location, .constant = true};
  switch (value.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      term.type = Type::kInteger;
      term.sql = integer_text(value);
      break;
    case PG_QUERY__A__CONST__VAL_FVAL: {
      term.sql = value.fval->fval;
      const bool whole = term.sql.find_first_of(".eE") == std::string::npos;
      term.type = whole ? Type::kInteger : Type::kReal;
      if (whole) {
        std::int64_t number = 0;
        const char* end = term.sql.data() + term.sql.size();
        if (std::from_chars(term.sql.data(), end, number).ec != std::errc()) {
          refuse("number", "whole numbers have at most 64 bits", term.at);
        }
        // PostgreSQL reads it as the negative of a number that has more than 64 bits.
        term.wide = number == std::numeric_limits<std::int64_t>::min();
      } else if (!is_exact_number(term.sql)) {
        refuse("number", "this number is too large or too small for a real number", term.at);
      }
      break;
    }
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      term.type = Type::kBoolean;
      term.sql = value.boolval->boolval ? "TRUE" : "FALSE";
      return term;
    case PG_QUERY__A__CONST__VAL_SVAL:
      term.type = Type::kText;
      term.string = value.sval->sval;
      texts_.emplace(term.at, *term.string);
      term.sql = quote_string(*term.string);
      return term;
    default:
      if (!value.isnull) refuse("string", "bit strings are not portable", term.at);
      term.sql = "NULL";
      term.constant = false;
      term.null = true;
      return term;
  }
  term.number = number_of_literal(term.sql);
  term.negative = term.sql.starts_with('-');
  term.zero = std::strtod(term.sql.c_str(), nullptr) == 0;
  return term;
}

Term Writer::logic(const PgQuery__BoolExpr& node, Scope& scope) {
  Term result{.type = Type::kBoolean, .rank = kLogic, .at = node.location};
  if (node.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) {
    Term arg = condition(node.args[0], scope, "NOT");
    result.sql = "NOT " + (arg.rank == kAtom ? arg.sql : "(" + arg.sql + ")");
    return result;
  }
  const bool is_and = node.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
  if (node.n_args > kMaxArms) {
    refuse("nesting", "more than " + std::to_string(kMaxArms) +
                          " conditions are joined here; use IN (…)",
           node.location);
  }
  for (std::size_t i = 0; i < node.n_args; ++i) {
    append(result.sql, condition(node.args[i], scope, is_and ? "AND" : "OR").arm(),
           is_and ? " AND " : " OR ");
  }
  return result;
}

Term Writer::case_of(const PgQuery__CaseExpr& node, Scope& scope) {
  std::optional<Term> subject;
  std::string sql = "CASE";
  if (node.arg != nullptr) {
    subject = settled(expression(node.arg, scope));
    sql += " " + subject->side();
  }
  check_count(node.n_args, kMaxColumns, "parts of one CASE", node.location);
  std::vector<Term> results;
  std::vector<std::string> tests;
  for (std::size_t i = 0; i < node.n_args; ++i) {
    const PgQuery__CaseWhen& when = *node.args[i]->case_when;
    if (subject) {
      Term value = settled(expression(when.expr, scope));
      match_one(*subject, value, value.at);
      tests.push_back(value.side());
    } else {
      tests.push_back(condition(when.expr, scope, "WHEN").sql);
    }
    results.push_back(expression(when.result, scope));
  }
  const bool has_else = node.defresult != nullptr;
  if (has_else) results.push_back(expression(node.defresult, scope));
  std::vector<Term*> all;
  for (Term& term : results) all.push_back(&term);
  const Type type = one_type(all, "the results of CASE", node.location);
  Number number = number_of_any(all);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    append(sql, tests[i], " WHEN ");
    append(sql, results[i].side(), " THEN ");
  }
  if (has_else) sql += " ELSE " + results.back().side();
  return {.sql = sql + " END", .type = type, .at = node.location, .number = number};
}

Term Writer::cast(const PgQuery__TypeCast& node, Scope& scope) {
  const PgQuery__TypeName& type = *node.type_name;
  std::string name = type.names[type.n_names - 1]->string->sval;
  if (type.n_names > 2 || (type.n_names == 2 &&
                           std::string_view(type.names[0]->string->sval) != "pg_catalog")) {
    refuse("cast", "name the type alone, without a schema", type.location);
  }
  if (name == "interval") {
    refuse("interval", "an interval stands beside + or - of a point in time, or in bucket",
           type.location);
  }
  Term arg = expression(node.arg, scope);
  const int at = node.location >= 0 ? node.location : arg.at;
  if (name == "date" || name == "timestamp" || name == "timestamptz") {
    return time_cast(name, std::move(arg), at);
  }
  std::string target;
  Type result = Type::kAny;
  if (name == "int4" || name == "int8" || name == "int2") {
    target = "bigint", result = Type::kInteger;
    if (arg.type == Type::kReal && !arg.integral) {
      refuse("cast",
             "one database cuts and the other rounds; write CAST(round(x) AS integer)", at);
    }
  } else if (name == "float8" || name == "float4") {
    target = "double precision", result = Type::kReal;
  } else if (name == "numeric") {
    target = "numeric", result = Type::kReal;
  } else if (name == "text" || name == "varchar") {
    target = "text", result = Type::kText;
    if (arg.type == Type::kReal || arg.type == Type::kBoolean || arg.type == Type::kMoment) {
      refuse("cast",
             std::string("databases write values of type ") + name_of(arg.type) +
                 " differently as text; " +
                 (arg.type == Type::kReal     ? "cast round(x) to integer first"
                  : arg.type == Type::kMoment ? "select them as they are"
                                              : "use CASE"),
             at);
    }
  } else if (name == "bool") {
    refuse("cast", "casts to boolean are not portable; write a comparison, such as x <> 0", at);
  } else {
    refuse("cast", "the type " + name +
                       " is not portable; cast to integer, real, numeric or text", at);
  }
  if (is_moment(arg.type) && result != Type::kText) {
    refuse("cast", "the number of a point in time is epoch(x)", at);
  }
  if (arg.type == Type::kBoolean && result == Type::kReal) {
    refuse("cast", "a condition cannot become a number this way; use CASE", at);
  }
  if (arg.string && result != Type::kText) {
    const char* end = nullptr;
    char* stop = nullptr;
    std::int64_t whole = 0;
    const std::string& text = *arg.string;
    const bool fits = result == Type::kInteger
                          ? (end = std::from_chars(text.data(), text.data() + text.size(), whole)
                                       .ptr) == text.data() + text.size()
                          : (std::strtod(text.c_str(), &stop), *stop == 0);
    if (text.empty() || !fits) refuse("cast", "this text is not a number", arg.at);
  }
  Number number = arg.number;
  if (target == "bigint") number = {.places = 0};
  if (target == "double precision") number = {.approximate = true};
  return {.sql = "CAST(" + arg.sql + " AS " + target + ")", .type = result, .at = at,
          .constant = arg.constant, .zero = true, .numeric = target == "numeric",
          .number = number};
}

Term Writer::sublink(const PgQuery__SubLink& node, Scope& scope) {
  const int at = node.location;
  if (scope.clause == Clause::kReturning) {
    refuse("returning", "RETURNING lists columns of the table; subqueries are not portable", at);
  }
  if (scope.clause == Clause::kConflict) {
    refuse("on-conflict", "DO UPDATE takes values of excluded and of the row; no subqueries", at);
  }
  if (scope.in_aggregate > 0) {
    refuse("function", "a subquery inside an aggregate is not portable", at);
  }
  Query inner = query(*node.subselect->select_stmt, &scope);
  switch (node.sub_link_type) {
    case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
      return {.sql = "EXISTS (" + inner.sql + ")", .type = Type::kBoolean, .at = at};
    case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK: {
      if (inner.outputs.size() != 1) {
        refuse("subquery", "IN needs a subquery with one column", at);
      }
      Term left = settled(expression(node.testexpr, scope));
      Term right{.sql = "", .type = inner.outputs[0].type, .at = at};
      match(left, right, at);
      return {.sql = left.side() + " IN (" + inner.sql + ")", .type = Type::kBoolean,
              .rank = kOperation, .at = left.at};
    }
    default:
      break;
  }
  if (inner.outputs.size() != 1) {
    refuse("subquery", "a subquery that stands for a value has one column", at);
  }
  if (inner.limited && !inner.one_row) {
    refuse("subquery", "a subquery that stands for a value can only have LIMIT 1", at);
  }
  // SQLite takes the first of several rows where PostgreSQL stops with an error.
  return {.sql = "(" + inner.sql + (inner.one_row ? "" : " LIMIT 1") + ")",
          .type = inner.outputs[0].type, .at = at, .number = inner.outputs[0].number};
}

}  // namespace sr::host::sql
