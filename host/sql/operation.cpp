#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "host/sql/moment.h"
#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

// The text as a number literal of the column's type; empty when it is none.
std::string as_number(const std::string& text, Type type) {
  if (text.empty() || text.size() > 40) return "";
  if (type == Type::kInteger) {
    std::int64_t whole = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, whole);
    return read.ec == std::errc() && read.ptr == end ? std::to_string(whole) : "";
  }
  if (text.find_first_not_of("0123456789.eE+-") != std::string::npos) return "";
  return is_exact_number(text) ? text : "";
}

// A text that stands for a point in time or a day, as both databases compare it.
Term time_literal(Term text, Type type) {
  const auto read = type == Type::kDay ? as_day(*text.string) : as_moment(*text.string);
  if (!read) {
    refuse("value",
           quote_string(*text.string) + " is no " + name_of(type) + "; write " +
               (type == Type::kDay ? "'2024-02-29'" : "'2024-02-29 09:30:00'"),
           text.at);
  }
  text.sql = quote_string(*read);
  text.type = type;
  text.string.reset();
  return text;
}

// The left operand of `a - b - c` needs no parentheses; SQLite's parser has room for few.
// It is taken, not copied: a chain costs its length.
std::string left_of(Term& left, char chain) {
  const bool flat = left.chain != 0 && (left.chain == chain || (left.chain == '*' && chain == '+'));
  return flat ? std::move(left.sql) : left.operand();
}

std::string right_of(const Term& right, char chain) {
  return right.chain == '*' && chain == '+' ? right.sql : right.operand();
}

// PostgreSQL fails where SQLite finds nothing.
void check_escapes(const Term& pattern, char sign) {
  const std::string& text = *pattern.string;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == sign && ++i == text.size()) {
      refuse("like", "the pattern ends with its escape sign; write it twice", pattern.at);
    }
  }
}

// A sign that the pattern does not hold.
char free_sign(const std::string& pattern, int at) {
  const std::string low = lower_ascii(pattern);
  for (const char sign : std::string_view("!#$&*+/:;<=>?@^|~\"(),-.[]`{}0123456789"
                                          "abcdefghijklmnopqrstuvwxyz")) {
    if (low.find(sign) == std::string::npos) return sign;
  }
  refuse("like", "a pattern with a backslash and every other sign cannot be written; search for "
                 "less of it",
         at);
}

std::string lowered(const Term& text) {
  const bool already = text.rank == kAtom && text.sql.starts_with("lower(");
  return already ? text.sql : "lower(" + text.sql + ")";
}

}  // namespace

std::string settled_text(const Term& term) {
  if (term.type != Type::kReal || !term.number.wants_rounding()) return term.sql;
  return "round(" + (term.numeric ? term.sql : "CAST(" + term.sql + " AS numeric)") + ", " +
         std::to_string(term.number.places) + ")";
}

void Writer::check_choice(const Column* column, const Term& value) {
  if (column == nullptr || !value.string || column->choices.empty()) return;
  if (is_number(type_of(*column))) return;  // the text of a number may be written in many ways
  const auto& choices = column->choices;
  if (std::find(choices.begin(), choices.end(), *value.string) != choices.end()) return;
  std::vector<std::string> quoted;
  for (const std::string& choice : choices) quoted.push_back(quote_string(choice));
  refuse("value", column->name + " can be " + list_of(quoted, "or") + ", not " +
                      quote_string(*value.string),
         value.at);
}

void Writer::match(Term& a, Term& b, int at) {
  for (auto [literal, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    if (literal->parameter > 0 && beside_column(*literal, *other, ParameterUse::kCompared)) return;
    check_choice(other->column, *literal);
    check_source(other->column, other->type, *literal, Sources::Use::kCompared);
    if (!literal->string || other->type == Type::kText || other->type == Type::kAny) continue;
    if (is_moment(other->type)) {
      *literal = time_literal(*literal, other->type);
      continue;
    }
    const std::string number = is_number(other->type) ? as_number(*literal->string, other->type) : "";
    if (number.empty()) {
      refuse("type",
             other->type == Type::kBoolean
                 ? "a condition is compared with TRUE or FALSE, not with a text"
                 : quote_string(*literal->string) + " is not a number of the type " +
                       name_of(other->type),
             literal->at);
    }
    literal->sql = number;
    literal->number = number_of_literal(number);
    literal->negative = number[0] == '-';
    literal->type = other->type;
    literal->string.reset();
  }
  if (a.type == Type::kAny || b.type == Type::kAny || a.type == b.type ||
      (is_number(a.type) && is_number(b.type))) {
    return;
  }
  refuse("type", std::string("values of type ") + name_of(a.type) + " and " + name_of(b.type) +
                     " cannot be compared; " +
                     (is_moment(a.type) && is_moment(b.type) ? "take the day with date(x)"
                                                             : "cast one of them"),
         at);
}

void Writer::match_one(const Term& subject, Term& value, int at) {
  Term like{.type = subject.type, .at = subject.at, .column = subject.column};
  // A text that is compared with several values keeps its type.
  if (subject.string && value.type != Type::kText && value.type != Type::kAny) {
    refuse("type", quote_string(*subject.string) + " is a text and is compared with texts here",
           subject.at);
  }
  match(like, value, at);
}

Term Writer::operation(const PgQuery__AExpr& node, Scope& scope) {
  switch (node.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      return in_list(node, scope);
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
      return like(node, scope);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
      return between(node, scope);
    case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF: {
      allow_function("nullif", node.location);
      Term a = settled(expression(node.lexpr, scope)), b = settled(expression(node.rexpr, scope));
      match(a, b, node.location);
      return {.sql = "nullif(" + a.sql + ", " + b.sql + ")",
              .type = a.type == Type::kAny ? b.type : a.type, .at = node.location,
              .wide = a.wide, .number = a.number};
    }
    case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT: {
      const bool distinct = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT;
      return compared(distinct ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM",
                      byte_ordered(node.lexpr, scope), byte_ordered(node.rexpr, scope),
                      node.location);
    }
    default:
      break;
  }
  if (node.n_name != 1) {
    refuse("operator", "write operators plainly, without OPERATOR(…)", node.location);
  }
  const std::string sign = node.name[0]->string->sval;
  if (node.lexpr == nullptr) {
    if (sign != "-" && sign != "+") {
      refuse("operator", "the operator " + sign + " is not portable", node.location);
    }
    Term arg = expression(node.rexpr, scope);
    if (arg.type != Type::kAny && !is_number(arg.type)) {
      refuse("type", "the sign " + sign + " needs a number", node.location);
    }
    if (sign == "+") return arg;
    if (arg.constant && arg.sql[0] != 'C') {  // a number, not a cast of one
      if (arg.zero) return arg;
      arg.sql = arg.negative ? arg.sql.substr(1) : "-" + arg.sql;
      arg.negative = !arg.negative;
      return arg;
    }
    return {.sql = "-" + (arg.rank == kAtom && !arg.negative ? arg.sql : "(" + arg.sql + ")"),
            .type = arg.type, .rank = kOperation, .at = node.location, .wide = arg.wide,
            .number = arg.number};
  }
  if (sign == "+" || sign == "-") {
    if (auto length = interval(*node.rexpr)) {
      if (sign == "-") *length = {-length->months, -length->seconds};
      return shifted(expression(node.lexpr, scope), *length, node.location);
    }
    const auto length = interval(*node.lexpr);
    if (length && sign == "+") return shifted(expression(node.rexpr, scope), *length, node.location);
  }
  for (std::string_view known : {"=", "<>", "<", "<=", ">", ">="}) {
    if (sign != known) continue;
    Term a = byte_ordered(node.lexpr, scope), b = byte_ordered(node.rexpr, scope);
    if (scope.clause == Clause::kHaving) {
      check_total_source(a, b);
      check_total_source(b, a);
    }
    return compared(sign, std::move(a), std::move(b), node.location);
  }
  Term a = expression(node.lexpr, scope), b = expression(node.rexpr, scope);
  if (sign == "-" && (is_moment(a.type) || is_moment(b.type))) {
    return difference(std::move(a), std::move(b), node.location);
  }
  if (sign == "||") return concatenated(std::move(a), std::move(b), node.location);
  if (sign == "/" || sign == "%") return divided(sign, std::move(a), std::move(b), node.location);
  if (sign == "+" || sign == "-" || sign == "*") {
    return arithmetic(sign, std::move(a), std::move(b), node.location);
  }
  refuse("operator", "the operator " + sign + " is not portable (docs/sql.md)", node.location);
}

Term Writer::settled(Term term) {
  if (term.type != Type::kReal || !term.number.wants_rounding()) return term;
  used("round");
  term.sql = settled_text(term);
  term.rank = kAtom;
  term.chain = 0;
  term.negative = false;
  term.numeric = true;
  term.number.computed = false;
  return term;
}

Term Writer::compared(const std::string& sign, Term a, Term b, int at) {
  a = settled(std::move(a));
  b = settled(std::move(b));
  match(a, b, at);
  if (a.type == Type::kBoolean && sign[0] != '=' && sign != "<>" && sign[0] != 'I') {
    refuse("type", "conditions have no order; compare them with = or <>", at);
  }
  return {.sql = a.side() + " " + sign + " " + b.side(), .type = Type::kBoolean,
          .rank = kOperation, .at = a.at};
}

Term Writer::arithmetic(const std::string& sign, Term a, Term b, int at) {
  for (auto [given, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    const bool changes = sign == "+" || sign == "-" || sign == "*";
    if (given->parameter > 0 && changes) beside_column(*given, *other, ParameterUse::kAdded);
    if (other->column != nullptr && changes) {
      check_source(other->column, other->type, *given, Sources::Use::kCompared);
    }
  }
  for (Term* term : {&a, &b}) {
    if (term->type == Type::kAny || is_number(term->type)) continue;
    refuse("type", "the operator " + sign + " needs numbers, not a value of type " +
                       name_of(term->type) +
                       (is_moment(term->type) ? "; epoch(x) is its number of seconds" : ""),
           term->at >= 0 ? term->at : at);
  }
  Type type = Type::kAny;
  if (a.type == Type::kReal || b.type == Type::kReal) {
    type = Type::kReal;
  } else if (a.type == Type::kInteger && b.type == Type::kInteger) {
    type = Type::kInteger;
  }
  const char chain = sign == "+" || sign == "-" ? '+' : '*';
  Number number = chain == '+' ? added(a.number, b.number) : multiplied(a.number, b.number);
  number.computed = true;
  if (type == Type::kReal && sign == "/") number = {.approximate = true, .computed = true};
  std::string sql = left_of(a, chain);
  append(sql, right_of(b, chain), " " + sign + " ");
  return {.sql = std::move(sql), .type = type, .rank = kOperation, .chain = chain, .at = a.at,
          .wide = a.wide || b.wide, .number = number};
}

Term Writer::divided(const std::string& sign, Term a, Term b, int at) {
  if (sign == "%") {
    for (const Term* term : {&a, &b}) {
      if (term->type == Type::kReal) refuse("type", "% needs whole numbers", term->at);
    }
  }
  // sum() of integers is numeric in PostgreSQL, whose division keeps the fraction.
  for (Term* term : {&a, &b}) {
    if (term->wide && a.type == Type::kInteger && b.type == Type::kInteger) {
      term->sql = "CAST(" + term->sql + " AS bigint)";
      term->rank = kAtom;
      term->chain = 0;
      term->wide = false;
    }
  }
  // Dividing by zero is NULL in SQLite and an error in PostgreSQL: NULL in both.
  const bool safe = (b.constant && !b.zero) || b.sql.starts_with("nullif(");
  if (!safe) {
    used("nullif");
    b.sql = "nullif(" + b.sql + ", 0)";
    b.rank = kAtom;
    b.chain = 0;
    b.negative = false;
  }
  return arithmetic(sign, std::move(a), std::move(b), at);
}

Term Writer::concatenated(Term a, Term b, int at) {
  for (const Term* term : {&a, &b}) {
    if (term->type == Type::kReal || term->type == Type::kBoolean ||
        term->type == Type::kMoment) {
      refuse("type", std::string("databases write values of type ") + name_of(term->type) +
                         " differently as text; || joins texts and whole numbers",
             term->at >= 0 ? term->at : at);
    }
  }
  if (a.type != Type::kText && b.type != Type::kText) {
    refuse("type", "|| needs a text on one side at least", at);
  }
  std::string sql = left_of(a, '|');
  append(sql, b.operand(), " || ");
  return {.sql = std::move(sql), .type = Type::kText, .rank = kOperation, .chain = '|', .at = a.at};
}

Term Writer::in_list(const PgQuery__AExpr& node, Scope& scope) {
  Term left = settled(expression(node.lexpr, scope));
  const bool negated = std::string_view(node.name[0]->string->sval) == "<>";
  std::string list;
  const PgQuery__List& items = *node.rexpr->list;
  for (std::size_t i = 0; i < items.n_items; ++i) {
    Term item = settled(expression(items.items[i], scope));
    match_one(left, item, item.at >= 0 ? item.at : node.location);
    append(list, item.sql);
  }
  return {.sql = left.side() + (negated ? " NOT IN (" : " IN (") + list + ")",
          .type = Type::kBoolean, .rank = kOperation, .at = left.at};
}

Term Writer::between(const PgQuery__AExpr& node, Scope& scope) {
  Term value = settled(byte_ordered(node.lexpr, scope));
  const PgQuery__List& bounds = *node.rexpr->list;
  Term low = settled(byte_ordered(bounds.items[0], scope));
  Term high = settled(byte_ordered(bounds.items[1], scope));
  match_one(value, low, node.location);
  match_one(value, high, node.location);
  const bool negated = node.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN;
  return {.sql = value.side() + (negated ? " NOT BETWEEN " : " BETWEEN ") + low.side() + " AND " +
                 high.side(),
          .type = Type::kBoolean, .rank = kOperation, .at = value.at};
}

// LIKE ignores case in SQLite and heeds it in PostgreSQL. Here it ignores case in both.
Term Writer::like(const PgQuery__AExpr& node, Scope& scope) {
  Term value = expression(node.lexpr, scope);
  const Node* pattern_node = node.rexpr;
  std::optional<Term> escape;
  if (pattern_node->node_case == PG_QUERY__NODE__NODE_FUNC_CALL) {
    const PgQuery__FuncCall& call = *pattern_node->func_call;
    // LIKE … ESCAPE … arrives as pg_catalog.like_escape(pattern, escape).
    if (call.n_funcname == 2 &&
        std::string_view(call.funcname[1]->string->sval) == "like_escape" && call.n_args == 2) {
      escape = expression(call.args[1], scope);
      const std::string sign = escape->string.value_or("");
      no_value(*escape);
      const bool usual = sign.size() == 1 && std::isgraph(static_cast<unsigned char>(sign[0])) &&
                         !std::isupper(static_cast<unsigned char>(sign[0]));
      if (!usual || sign == "%" || sign == "_") {
        refuse("like", "ESCAPE needs one sign such as '!'", call.location);
      }
      pattern_node = call.args[0];
    }
  }
  Term pattern = expression(pattern_node, scope);
  for (const Term* term : {&value, &pattern}) {
    if (term->type != Type::kText && term->type != Type::kAny) {
      refuse("type", std::string("LIKE compares texts, not a value of type ") +
                         name_of(term->type),
             term->at);
    }
  }
  if (pattern.string && escape) check_escapes(pattern, (*escape->string)[0]);
  check_pattern_source(value.column, pattern, escape ? (*escape->string)[0] : '\0');
  std::string sign = escape ? escape->sql : "";
  // Without ESCAPE a backslash is one in SQLite and escapes in PostgreSQL. Here it is one: another
  // sign, that is not in the pattern, escapes.
  if (!escape && pattern.string && pattern.string->find('\\') != std::string::npos) {
    sign = quote_string(std::string(1, free_sign(*pattern.string, pattern.at)));
  }
  if (!escape && !pattern.constant && !pattern.null) {
    refuse("like",
           "a pattern that is not a plain string needs ESCAPE '!': databases escape differently",
           pattern.at >= 0 ? pattern.at : node.location);
  }
  const bool ascii = pattern.string && std::all_of(pattern.string->begin(), pattern.string->end(),
                                                   [](char c) { return (c & 0x80) == 0; });
  used("like");
  used("lower");
  const bool negated = node.name[0]->string->sval[0] == '!';
  return {.sql = lowered(value) + (negated ? " NOT LIKE " : " LIKE ") +
                 (ascii ? quote_string(lower_ascii(*pattern.string)) : lowered(pattern)) +
                 (sign.empty() ? "" : " ESCAPE " + sign),
          .type = Type::kBoolean, .rank = kOperation, .at = value.at};
}

}  // namespace sr::host::sql
