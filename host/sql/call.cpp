#include <algorithm>
#include <charconv>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

// Other names for functions of the portable list.
struct Synonym {
  std::string_view written, name;
};
constexpr Synonym kSynonyms[] = {{"substring", "substr"}, {"char_length", "length"},
                                 {"character_length", "length"}, {"ceiling", "ceil"},
                                 {"pow", "power"}, {"ifnull", "coalesce"}};
// What TRIM(…) and SUBSTRING(… FROM …) arrive as.
constexpr Synonym kSyntax[] = {{"btrim", "trim"}, {"ltrim", "ltrim"}, {"rtrim", "rtrim"},
                               {"substring", "substr"}, {"extract", "extract"}};

std::string_view look_up(const auto& names, std::string_view written) {
  for (const Synonym& synonym : names) {
    if (synonym.written == written) return synonym.name;
  }
  return "";
}

// parsenodes.h: FRAMEOPTION_*
enum Frame {
  kGiven = 0x1, kRange = 0x2, kRows = 0x4, kGroups = 0x8,
  kFromFirst = 0x20, kToFirst = 0x40, kFromLast = 0x80, kToLast = 0x100,
  kFromCurrent = 0x200, kToCurrent = 0x400, kFromBefore = 0x800, kToBefore = 0x1000,
  kFromAfter = 0x2000, kToAfter = 0x4000, kExclusions = 0x38000
};

Number number_of_call(const Function& function, std::vector<Term>& terms) {
  const std::string_view name = function.name;
  if (function.result == 'i') return {.places = 0};
  if (name == "ceil" || name == "floor") return {.places = 0};
  if (name == "round") {
    int places = 0;
    if (terms.size() == 2) {
      const std::string& text = terms[1].sql;
      std::from_chars(text.data(), text.data() + text.size(), places);
    }
    return {.places = places};
  }
  if (function.result != '1' && function.result != 's') return {.approximate = true};
  std::vector<Term*> same;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool counts = function.arguments[std::min(i, function.arguments.size() - 1)] != 'i';
    if (counts) same.push_back(&terms[i]);
  }
  Number number = number_of_any(same);
  number.computed |= name == "sum";
  return number;
}

}  // namespace

void Writer::allow_function(std::string_view name, int at) {
  const std::string text(name);
  if (is_forbidden_function(name)) {
    refuse("function", "the function " + text + " is never allowed", at);
  }
  if (std::find(policy_.functions.begin(), policy_.functions.end(), text) ==
      policy_.functions.end()) {
    refuse("function", "the function " + text + " is not allowed" +
                           (policy_.functions.empty()
                                ? std::string()
                                : "; allowed are " + list_of(policy_.functions, "and")),
           at);
  }
  used(name);
}

std::vector<Term> Writer::arguments(std::size_t count, PgQuery__Node* const* nodes, Scope& scope) {
  check_count(count, kMaxArguments, "arguments");
  std::vector<Term> terms;
  for (std::size_t i = 0; i < count; ++i) terms.push_back(expression(nodes[i], scope));
  return terms;
}

Type Writer::one_type(std::vector<Term*> terms, std::string_view what, int at) {
  Term found;
  for (Term* term : terms) {
    if (term->type == Type::kAny || term->string) continue;
    if (found.type == Type::kAny) {
      found.type = term->type;
    } else if (found.type != term->type) {
      Term other{.type = term->type};
      match(found, other, term->at >= 0 ? term->at : at);
      found.type = Type::kReal;  // the only two types that match are integer and real
    }
  }
  for (Term* term : terms) {
    if (!term->string) continue;
    if (found.type == Type::kAny) return Type::kText;
    if (found.type == Type::kBoolean) {
      refuse("type", std::string(what) + " must be of one type", term->at);
    }
    match(found, *term, at);
  }
  return found.type;
}

Type Writer::check_arguments(const Function& function, std::vector<Term>& terms, int at) {
  const int count = static_cast<int>(terms.size());
  const std::string name(function.name);
  if (count < function.least_arguments || count > function.most_arguments) {
    refuse("function",
           name + " takes " + std::to_string(function.least_arguments) +
               (function.most_arguments == function.least_arguments
                    ? ""
                    : " to " + std::to_string(function.most_arguments)) +
               " arguments, not " + std::to_string(count),
           at);
  }
  std::vector<Term*> same;
  for (int i = 0; i < count; ++i) {
    Term& term = terms[i];
    const char want = function.arguments[std::min<std::size_t>(i, function.arguments.size() - 1)];
    if (want == 's') same.push_back(&term);
    if (want == 's' || want == 'a') continue;
    if (want != 'm' && term.type == Type::kAny && !term.string) continue;
    const bool fits = want == 't'   ? term.type == Type::kText
                      : want == 'm' ? is_moment(term.type)
                      : want == 'i' ? term.type == Type::kInteger
                                    : term.type == Type::kInteger || term.type == Type::kReal;
    if (!fits) {
      refuse("type",
             name + " takes a " +
                 (want == 't'   ? "text"
                  : want == 'm' ? "point in time"
                  : want == 'i' ? "whole number"
                                : "number") +
                 " here, not a value of type " + name_of(term.type),
             term.at >= 0 ? term.at : at);
    }
  }
  const Type common = same.empty() ? Type::kAny : one_type(same, "the arguments of " + name, at);
  switch (function.result) {
    case 'i':
      return Type::kInteger;
    case 'n':
    case 'r':
      return Type::kReal;
    case 't':
      return Type::kText;
    case 'm':
      return Type::kMoment;
    case 'd':
      return Type::kDay;
    case '1':
      return terms[0].type;
    default:
      return common;
  }
}

Term Writer::call(const PgQuery__FuncCall& node, Scope& scope) {
  const int at = node.location;
  std::string name = node.funcname[node.n_funcname - 1]->string->sval;
  if (node.funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX) {
    const std::string_view plain = look_up(kSyntax, name);
    if (plain.empty()) {
      refuse("function", "this way to write " + name + " is not portable (docs/sql.md)", at);
    }
    name = plain;
  } else if (node.n_funcname != 1) {
    refuse("schema", "name the function alone, without a schema", at);
  }
  const std::string written = name = lower_ascii(name);
  if (const std::string_view plain = look_up(kSynonyms, name); !plain.empty()) name = plain;
  allow_function(name, at);

  const Function* function = find_function(name);
  if (function == nullptr) {  // the deployment's own: a plain call
    if (node.over || node.agg_filter || node.agg_distinct || node.agg_star || node.n_agg_order > 0) {
      refuse("function", "the function " + name + " can only be called plainly", at);
    }
    std::string list;
    for (const Term& term : arguments(node.n_args, node.args, scope)) append(list, term.sql);
    for (char c : name) {
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') {
        refuse("function", "the function " + name + " has an unusual name", at);
      }
    }
    return {.sql = name + "(" + list + ")", .at = at};
  }

  const bool aggregate = function->kind == FunctionKind::kAggregate;
  const bool windowed = node.over != nullptr;
  if (function->kind == FunctionKind::kWindow && !windowed) {
    refuse("window", name + " needs OVER (…)", at);
  }
  if (function->kind == FunctionKind::kScalar && windowed) {
    refuse("window", name + " cannot have OVER (…)", at);
  }
  if (node.agg_distinct && (!aggregate || windowed)) {
    refuse("function", "DISTINCT works only in plain aggregates", at);
  }
  if (node.agg_filter && !aggregate) refuse("function", "FILTER works only in aggregates", at);
  const bool joins = name == "string_agg";
  if (node.n_agg_order > 0 && !joins) {
    refuse("function", "ORDER BY inside " + name + " is not portable; only string_agg has it", at);
  }
  if (joins && windowed) refuse("window", "string_agg cannot have OVER (…)", at);
  if (node.agg_star && name != "count") refuse("star", "only count can take *", at);
  if (windowed) {
    if (scope.clause != Clause::kTarget && scope.clause != Clause::kOrder) {
      refuse("window", "window functions can only be in the list of columns or in ORDER BY", at);
    }
    if (scope.in_window > 0 || scope.in_aggregate > 0) {
      refuse("window", "a window function cannot be inside another one or an aggregate", at);
    }
    scope.has_window = true;
  } else if (aggregate) {
    if (scope.clause != Clause::kTarget && scope.clause != Clause::kHaving &&
        scope.clause != Clause::kOrder) {
      refuse("aggregate",
             name + " cannot be here; aggregates belong into the list of columns, HAVING or "
                    "ORDER BY",
             at);
    }
    if (scope.in_aggregate > 0) refuse("aggregate", "an aggregate inside an aggregate", at);
    scope.has_aggregate = true;
  }

  int& depth = windowed ? scope.in_window : scope.in_aggregate;
  const bool counts = windowed || aggregate;
  const std::size_t seen = scope.columns_seen, outer_bare = scope.outer ? scope.outer->bare.size() : 0;
  if (counts) ++depth;
  std::vector<Term> terms = name == "bucket" ? bucket_arguments(node, scope)
                                             : arguments(node.n_args, node.args, scope);
  std::string filter, order;
  if (joins && !terms.empty()) order = order_inside(node, terms[0], scope);
  if (node.agg_filter) filter = condition(node.agg_filter, scope, "FILTER").sql;
  if (counts) --depth;
  if (aggregate && !windowed && scope.columns_seen == seen && scope.outer &&
      scope.outer->bare.size() > outer_bare) {
    refuse("aggregate", "an aggregate over columns of an outer query is not portable", at);
  }

  if (node.agg_star) {
    if (!terms.empty()) refuse("star", "count takes * or one column", at);
    terms.push_back({.sql = "*", .type = Type::kInteger});
  }
  if (joins) check_arguments(*function, terms, at);
  Term result = joins ? joined(node, terms, order, at)
                      : known_call(*function, node, std::move(terms), scope, at);
  if (node.agg_filter) result.sql += " FILTER (WHERE " + filter + ")";
  if (windowed) {
    ++scope.in_window;
    result.sql += " OVER " + over(*node.over, scope);
    --scope.in_window;
  }
  return result;
}

Term Writer::known_call(const Function& function, const PgQuery__FuncCall& node,
                        std::vector<Term> terms, Scope&, int at) {
  const std::string name(function.name);
  const Type type = check_arguments(function, terms, at);
  Term result{.type = type, .at = at};
  if ((name == "min" || name == "max") && type == Type::kBoolean) {
    refuse("type", name + " of conditions is not portable; use CASE", at);
  }
  if (name == "substr") {
    for (std::size_t i = 1; i < terms.size(); ++i) {
      if (!terms[i].constant || terms[i].negative || (i == 1 && terms[i].zero)) {
        refuse("function", "substr takes a start from 1 and a length, both as plain numbers",
               terms[i].at >= 0 ? terms[i].at : at);
      }
    }
  }
  if (name == "bucket") return bucket(terms, at);
  const bool tells_time = function.result == 'm' || function.result == 'd' ||
                          function.arguments.find('m') != std::string_view::npos;
  if (tells_time) return time_call(name, std::move(terms), at);
  if (name == "to_char") return to_char(std::move(terms), at);
  if (name == "left" || name == "right" || name.starts_with("concat")) {
    return text_call(name, std::move(terms), at);
  }
  result.number = number_of_call(function, terms);
  // Digits that SQLite computed too many must not decide which way a half goes.
  if (name == "round" && terms[0].number.places > result.number.places) {
    terms[0] = settled(std::move(terms[0]));
  }
  if (name == "round" && !terms[0].numeric) {
    terms[0].sql = "CAST(" + terms[0].sql + " AS numeric)";
  }
  if (name == "round" && terms.size() == 2 && (!terms[1].constant || terms[1].negative)) {
    refuse("function", "round takes the number of decimals as a plain number", terms[1].at);
  }
  if ((name == "sum" && type == Type::kInteger) ||
      ((name == "abs" || name == "coalesce" || name == "min" || name == "max") &&
       std::any_of(terms.begin(), terms.end(), [](const Term& t) { return t.wide; }))) {
    result.wide = true;
  }
  result.numeric = name == "round" && terms.size() == 2;
  result.integral = name == "floor" || name == "ceil" || (name == "round" && terms.size() == 1);
  result.constant = (name == "lower" || name == "upper") && terms[0].constant;
  result.sql = name + "(" + (node.agg_distinct ? "DISTINCT " : "");
  for (std::size_t i = 0; i < terms.size(); ++i) {
    result.sql += (i > 0 ? ", " : "") + terms[i].sql;
  }
  result.sql += ")";
  return result;
}

// Of a point in time its seconds count; a width may be an interval.
std::vector<Term> Writer::bucket_arguments(const PgQuery__FuncCall& node, Scope& scope) {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < node.n_args; ++i) {
    if (const auto width = i == 1 ? interval(*node.args[i]) : std::nullopt) {
      if (width->months != 0) {
        refuse("interval", "months differ in length, so bucket has none; date_trunc('month', t) is "
                           "the beginning of one",
               node.location);
      }
      terms.push_back({.sql = std::to_string(width->seconds), .type = Type::kInteger,
                       .at = node.location, .constant = true, .negative = width->seconds < 0,
                       .zero = width->seconds == 0});
      continue;
    }
    terms.push_back(expression(node.args[i], scope));
    if (i == 0 && is_moment(terms[0].type)) terms[0] = whole(seconds_of(terms[0]));
  }
  return terms;
}

// bucket(x, width): the start of the interval that holds x, below zero as well. Arithmetic that
// both databases share; neither has a function for it.
Term Writer::bucket(const std::vector<Term>& terms, int at) {
  const Term& width = terms[1];
  if (!width.constant || width.negative || width.zero) {
    refuse("function", "bucket takes its width as a plain number from 1", width.at);
  }
  functions_.erase("bucket");  // what runs is arithmetic
  const Term rest = arithmetic("%", terms[0], width, at);
  const Term positive = arithmetic("%", arithmetic("+", rest, width, at), width, at);
  return arithmetic("-", terms[0], positive, at);
}

Term Writer::coalesce(const PgQuery__CoalesceExpr& node, Scope& scope) {
  allow_function("coalesce", node.location);
  std::vector<Term> terms = arguments(node.n_args, node.args, scope);
  if (terms.size() == 1) return terms[0];  // SQLite wants two
  const Function& function = *find_function("coalesce");
  const Type type = check_arguments(function, terms, node.location);
  Term result{.sql = "coalesce(", .type = type, .at = node.location};
  result.number = number_of_call(function, terms);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    result.sql += (i > 0 ? ", " : "") + terms[i].sql;
    result.wide |= terms[i].wide;
  }
  result.sql += ")";
  return result;
}

// SQLite has no greatest and least; both databases have CASE. NULLs are passed over.
Term Writer::extreme(const PgQuery__MinMaxExpr& node, Scope& scope) {
  const bool greatest = node.op == PG_QUERY__MIN_MAX_OP__IS_GREATEST;
  const std::string name = greatest ? "greatest" : "least";
  allow_function(name, node.location);
  functions_.erase(name);  // what runs is CASE
  std::vector<Term> terms = arguments(node.n_args, node.args, scope);
  if (terms.size() == 1) return terms[0];
  for (Term& term : terms) term = settled(std::move(term));
  const Type type = check_arguments(*find_function(name), terms, node.location);
  const Number number = number_of_call(*find_function(name), terms);
  if (type == Type::kBoolean) {
    refuse("type", "conditions have no order; use CASE", node.location);
  }
  std::string sql = "CASE";
  bool wide = false;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    wide |= terms[i].wide;
    sql += " WHEN " + terms[i].operand() + " IS NOT NULL";
    for (std::size_t j = 0; j < terms.size(); ++j) {
      if (j == i) continue;
      sql += " AND (" + terms[j].operand() + " IS NULL OR " + terms[i].operand() +
             (greatest ? " >= " : " <= ") + terms[j].operand() + ")";
    }
    sql += " THEN " + terms[i].operand();
  }
  return {.sql = sql + " END", .type = type, .at = node.location, .wide = wide, .number = number};
}

std::string Writer::over(const PgQuery__WindowDef& window_def, Scope& scope) {
  const std::string name = window_def.name ? window_def.name : "";
  if (name.empty()) return "(" + window(window_def, scope) + ")";
  for (const std::string& known : window_names_) {
    if (same_name(known, name)) return quote_name(known);
  }
  refuse("window", "there is no window " + name, window_def.location);
}

std::string Writer::window(const PgQuery__WindowDef& node, Scope& scope) {
  std::string sql;
  auto part = [&](const std::string& text) { sql += (sql.empty() ? "" : " ") + text; };
  if (node.n_partition_clause > 0) {
    check_count(node.n_partition_clause, kMaxColumns, "columns of PARTITION BY", node.location);
    std::string list;
    for (std::size_t i = 0; i < node.n_partition_clause; ++i) {
      Term term = expression(node.partition_clause[i], scope);
      if (term.constant || term.null) refuse("window", "PARTITION BY needs a column", term.at);
      append(list, term.sql);
    }
    part("PARTITION BY " + list);
  }
  if (node.n_order_clause > 0) {
    part("ORDER BY " + sort_keys(node.n_order_clause, node.order_clause, scope));
  }
  if (node.frame_options & kGiven) part(frame(node));
  return sql;
}

std::string Writer::frame(const PgQuery__WindowDef& node) {
  const int options = node.frame_options;
  if (options & kExclusions) refuse("window", "EXCLUDE is not portable", node.location);
  auto offset = [&](const Node* count) {
    if ((options & kRange) || count == nullptr ||
        count->node_case != PG_QUERY__NODE__NODE_A_CONST) {
      refuse("window", "a distance in a window needs ROWS or GROUPS and a plain number",
             node.location);
    }
    Term term = constant(*count->a_const);
    if (term.type != Type::kInteger || term.negative) {
      refuse("window", "a distance in a window is a whole number", node.location);
    }
    return term.sql;
  };
  auto bound = [&](int first, int last, int current, int before, int after, const Node* count) {
    if (options & first) return std::string("UNBOUNDED PRECEDING");
    if (options & last) return std::string("UNBOUNDED FOLLOWING");
    if (options & current) return std::string("CURRENT ROW");
    if (options & before) return offset(count) + " PRECEDING";
    if (options & after) return offset(count) + " FOLLOWING";
    refuse("window", "this window cannot be read", node.location);
  };
  const char* mode = options & kRows ? "ROWS" : options & kGroups ? "GROUPS" : "RANGE";
  return std::string(mode) + " BETWEEN " +
         bound(kFromFirst, kFromLast, kFromCurrent, kFromBefore, kFromAfter, node.start_offset) +
         " AND " + bound(kToFirst, kToLast, kToCurrent, kToBefore, kToAfter, node.end_offset);
}

// NULLs sort last in PostgreSQL and first in SQLite unless the statement says so: it always does.
std::string Writer::sort_keys(std::size_t count, PgQuery__Node* const* nodes, Scope& scope) {
  check_count(count, kMaxColumns, "columns of ORDER BY");
  std::string sql;
  for (std::size_t i = 0; i < count; ++i) {
    const PgQuery__SortBy& key = *nodes[i]->sort_by;
    Term term = byte_ordered(key.node, scope);
    if (term.constant || term.null) {
      refuse("order", "ORDER BY needs a column here", term.at);
    }
    append(sql, term.operand() + sort_direction(key));
  }
  return sql;
}

std::string sort_direction(const PgQuery__SortBy& key) {
  const bool down = key.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
  const bool first = key.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT
                         ? down
                         : key.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST;
  return std::string(down ? " DESC" : "") + (first ? " NULLS FIRST" : " NULLS LAST");
}

}  // namespace sr::host::sql
