#include "inspect.h"

#include <algorithm>
#include <array>
#include <vector>

#include "state_runtime/plugin.hpp"

namespace sr::postgres {
namespace {

enum class Kind { kWord, kQuoted, kString, kNumber, kParameter, kSymbol };

struct Token {
  Kind kind;
  std::string text;  // a word in lower case; a quoted name or a string without its quotes
  bool is(std::string_view word) const { return kind == Kind::kWord && text == word; }
  bool is_symbol(char c) const { return kind == Kind::kSymbol && text[0] == c; }
  bool is_name() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};
using Tokens = std::vector<Token>;

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

[[noreturn]] void deny(const std::string& why) {
  throw Failure(SR_DENIED, "the statement is not allowed: " + why);
}

// Reads a text that is plain; `strict` denies what is not, otherwise comments are passed over and
// the rest is taken as symbols.
class Reader {
 public:
  Reader(std::string_view sql, bool strict) : sql_(sql), strict_(strict) {}

  Tokens read() {
    Tokens out;
    while (skip_blank()) out.push_back(next());
    return out;
  }

 private:
  char at(std::size_t i) const { return i < sql_.size() ? sql_[i] : '\0'; }

  bool skip_blank() {
    for (;;) {
      while (is_blank(at(here_))) ++here_;
      const auto pair = sql_.substr(here_, 2);
      if (pair != "--" && pair != "/*") return here_ < sql_.size();
      if (strict_) deny("it has a comment in it");
      const auto end = sql_.find(pair == "--" ? "\n" : "*/", here_ + 2);
      here_ = end == std::string_view::npos ? sql_.size() : end + (pair == "--" ? 1 : 2);
    }
  }

  Token next() {
    const char c = at(here_);
    if (c == '\'' || c == '"') return quoted(c);
    if (starts_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(at(here_ + 1)))) return number();
    if (c == '$') {
      if (is_digit(at(here_ + 1))) return parameter();
      if (strict_) deny("it has a dollar quote in it");
    }
    if (c == '\\' && strict_) deny("it has a backslash in it");
    return {Kind::kSymbol, std::string(1, sql_[here_++])};
  }

  Token quoted(char quote) {
    Token token{quote == '"' ? Kind::kQuoted : Kind::kString, {}};
    for (++here_; here_ < sql_.size(); ++here_) {
      if (sql_[here_] == quote) {
        if (at(here_ + 1) != quote) break;
        ++here_;
      }
      token.text += sql_[here_];
    }
    if (here_ >= sql_.size() && strict_) deny("a quote in it does not end");
    here_ = std::min(here_ + 1, sql_.size());
    return token;
  }

  Token word() {
    Token token{Kind::kWord, {}};
    for (; starts_word(at(here_)) || is_digit(at(here_)) || at(here_) == '$'; ++here_) {
      const char c = sql_[here_];
      token.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    const char behind = at(here_);
    const char quote = behind == '&' ? at(here_ + 1) : behind;
    const bool prefix = quote == '\'' || (quote == '"' && behind == '&');
    if (prefix && strict_) deny("it has a string with a prefix in it");
    return token;
  }

  Token number() {
    const auto start = here_;
    while (is_digit(at(here_)) || at(here_) == '.') ++here_;
    if (at(here_) == 'e' || at(here_) == 'E') {
      const auto sign = at(here_ + 1) == '+' || at(here_ + 1) == '-' ? 2 : 1;
      if (is_digit(at(here_ + sign))) {
        here_ += sign;
        while (is_digit(at(here_))) ++here_;
      }
    }
    if (starts_word(at(here_)) && strict_) deny("a name in it begins in a number");
    return {Kind::kNumber, std::string(sql_.substr(start, here_ - start))};
  }

  Token parameter() {
    const auto start = here_++;
    while (is_digit(at(here_))) ++here_;
    return {Kind::kParameter, std::string(sql_.substr(start, here_ - start))};
  }

  std::string_view sql_;
  bool strict_;
  std::size_t here_ = 0;
};

// Words that may stand before a parenthesis without being a function. Sorted.
constexpr std::array<std::string_view, 39> kBeforeParenthesis = {
    "all",    "and",   "any",    "as",     "between",  "by",      "case",   "cast",
    "distinct", "else", "except", "exists", "filter",  "from",    "having", "ilike",
    "in",     "intersect", "is", "join",   "lateral", "like",    "limit",  "materialized",
    "not",    "offset", "on",    "or",     "over",    "returning", "select", "set",
    "some",   "then",  "union",  "using",  "values",  "when",    "where"};
static_assert(std::ranges::is_sorted(kBeforeParenthesis));

// Who is connected and to what, and types that turn a name into what the server knows of it:
// nothing that an application's statement needs. Sorted.
constexpr std::array<std::string_view, 21> kServerWords = {
    "current_catalog", "current_role",  "current_schema", "current_schemas", "current_user",
    "information_schema", "regclass",   "regcollation",   "regconfig",       "regdictionary",
    "regnamespace",    "regoper",       "regoperator",    "regproc",         "regprocedure",
    "regrole",         "regtype",       "session_user",   "state_runtime",   "system_user",
    "user"};
static_assert(std::ranges::is_sorted(kServerWords));

// Of these the ones that are values when they stand bare. In quotes they are names like others.
constexpr std::array<std::string_view, 7> kBareValues = {
    "current_catalog", "current_role", "current_schema", "current_user",
    "session_user",    "system_user",  "user"};
static_assert(std::ranges::is_sorted(kBareValues));

bool opens_query(const Tokens& t, std::size_t i) {
  return i + 1 < t.size() && t[i].is_symbol('(') &&
         (t[i + 1].is("select") || t[i + 1].is("insert") || t[i + 1].is("update") ||
          t[i + 1].is("delete") || t[i + 1].is("values") || t[i + 1].is("with"));
}

// The index behind the parenthesis that opens at i.
std::size_t past_parenthesis(const Tokens& t, std::size_t i) {
  int depth = 0;
  for (; i < t.size(); ++i) {
    if (t[i].is_symbol('(')) ++depth;
    if (t[i].is_symbol(')') && --depth == 0) return i + 1;
  }
  return i;
}

// name (columns) AS [[NOT] MATERIALIZED] (SELECT …: a table expression, no call.
bool is_table_expression(const Tokens& t, std::size_t i) {
  auto k = past_parenthesis(t, i + 1);
  if (k >= t.size() || !t[k].is("as")) return false;
  for (++k; k < t.size() && (t[k].is("not") || t[k].is("materialized"));) ++k;
  return opens_query(t, k);
}

bool is_call(const Tokens& t, std::size_t i) {
  if (!t[i].is_name() || i + 1 >= t.size() || !t[i + 1].is_symbol('(')) return false;
  if (t[i].kind == Kind::kWord && std::ranges::binary_search(kBeforeParenthesis, t[i].text)) {
    return false;
  }
  if (i == 0) return true;
  const auto& before = t[i - 1];
  if (before.is("into") || before.is("as")) return false;         // a table; an alias or a type
  if (before.is_symbol(':')) return false;                         // x::numeric(9, 2)
  if (t[i].is("conflict") && before.is("on")) return false;
  return !is_table_expression(t, i);
}

void deny_server_names(const Token& token) {
  if (!token.is_name()) return;
  const auto& text = token.text;
  if (token.kind == Kind::kQuoted && std::ranges::binary_search(kBareValues, text)) return;
  const bool closed = text.starts_with("pg_") || text.ends_with("_state_runtime") ||
                      std::ranges::binary_search(kServerWords, text);
  if (closed) deny("\"" + text + "\" belongs to the database server");
}

std::size_t main_verb(const Tokens& t) {
  if (t.empty() || !t[0].is("with")) return 0;
  int depth = 0;
  for (std::size_t i = 1; i < t.size(); ++i) {
    if (t[i].is_symbol('(')) ++depth;
    if (t[i].is_symbol(')')) --depth;
    if (depth == 0 && (t[i].is("select") || t[i].is("insert") || t[i].is("update") ||
                       t[i].is("delete") || t[i].is("values") || t[i].is("merge"))) {
      return i;
    }
  }
  return t.size();
}

Inspected described(const Tokens& t) {
  if (t.empty() || std::ranges::all_of(t, [](const Token& x) { return x.is_symbol(';'); })) {
    throw Failure(SR_INVALID_ARGUMENT, "the text has no statement in it");
  }
  const auto at = main_verb(t);
  Inspected out;
  if (at >= t.size()) return out;
  auto name = at + 1;
  if (t[at].is("select") || t[at].is("values") || t[at].is_symbol('(')) out.verb = Verb::kSelect;
  if (t[at].is("insert")) out.verb = Verb::kInsert, ++name;
  if (t[at].is("update")) out.verb = Verb::kUpdate;
  if (t[at].is("delete")) out.verb = Verb::kDelete, ++name;
  if (out.verb == Verb::kSelect || out.verb == Verb::kOther) return out;
  if (name < t.size() && t[name].is("only")) ++name;
  while (name + 2 < t.size() && t[name + 1].is_symbol('.')) name += 2;
  if (name < t.size()) out.target = t[name].text;
  return out;
}

}  // namespace

Inspected inspect_owner(std::string_view sql) { return described(Reader(sql, false).read()); }

Inspected inspect(std::string_view sql, const std::set<std::string, std::less<>>& functions) {
  const auto tokens = Reader(sql, true).read();
  const auto out = described(tokens);
  if (out.verb == Verb::kOther) deny("it is no SELECT, INSERT, UPDATE or DELETE");
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    deny_server_names(tokens[i]);
    if (tokens[i].is_symbol(';') && i + 1 < tokens.size()) deny("it is more than one statement");
    if (tokens[i].is("into") && (i == 0 || !tokens[i - 1].is("insert"))) {
      deny("it makes a table with INTO");
    }
    if (!is_call(tokens, i)) continue;
    const bool qualified = i > 0 && tokens[i - 1].is_symbol('.');
    if (qualified || !functions.contains(tokens[i].text)) {
      deny("it calls " + tokens[i].text + (qualified ? " of a named schema" : "") +
           ", which is not granted");
    }
  }
  return out;
}

}  // namespace sr::postgres
