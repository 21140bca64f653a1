#include "host/sql/grammar/names.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace sr::host::sql {
namespace {

// Words that cannot stand as the plain name of a column in PostgreSQL, and verbs and signs of SQL
// that a reader would stumble over. Sorted.
constexpr std::string_view kReserved[] = {"all",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "authorization",
                                          "between",
                                          "binary",
                                          "both",
                                          "by",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "collation",
                                          "column",
                                          "concurrently",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "default",
                                          "deferrable",
                                          "delete",
                                          "desc",
                                          "distinct",
                                          "do",
                                          "else",
                                          "end",
                                          "except",
                                          "exists",
                                          "false",
                                          "fetch",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "grant",
                                          "group",
                                          "having",
                                          "ilike",
                                          "in",
                                          "initially",
                                          "inner",
                                          "insert",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "lateral",
                                          "leading",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "natural",
                                          "not",
                                          "notnull",
                                          "null",
                                          "offset",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "outer",
                                          "overlaps",
                                          "placing",
                                          "primary",
                                          "references",
                                          "returning",
                                          "right",
                                          "select",
                                          "session_user",
                                          "set",
                                          "similar",
                                          "some",
                                          "symmetric",
                                          "system_user",
                                          "table",
                                          "tablesample",
                                          "then",
                                          "to",
                                          "trailing",
                                          "true",
                                          "union",
                                          "unique",
                                          "update",
                                          "user",
                                          "using",
                                          "values",
                                          "variadic",
                                          "verbose",
                                          "when",
                                          "where",
                                          "window",
                                          "with"};

// Behind the first letter that no forbidden word goes on with. The longest of those words, this and
// the letter are together shorter than what a name may have.
constexpr int kMostMore = 30;
constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz_";
constexpr std::string_view kLater = "abcdefghijklmnopqrstuvwxyz0123456789_";

// Not even with something behind them; see is_system_name().
constexpr std::string_view kSystemPrefixes[] = {"pg_", "sqlite_", "sr_"};
// Names of the databases, words that mean a value, and `case`, behind which the scanner expects
// an `end`.
constexpr std::string_view kSystemWords[] = {
    "rowid", "_rowid_", "oid",  "ctid",     "xmin",
    "xmax",  "cmin",    "cmax", "tableoid", "information_schema",
    "true",  "false",   "null", "case"};

// The forbidden words as a tree of letters.
struct Letters {
  std::map<char, Letters> next;
  bool word = false, prefix = false;
};

Letters forbidden() {
  Letters root;
  const auto add = [&](std::string_view text) -> Letters& {
    Letters* at = &root;
    for (const char c : text) at = &at->next[c];
    return *at;
  };
  for (const auto p : kSystemPrefixes) add(p).prefix = true;
  for (const auto w : kSystemWords) add(w).word = true;
  return root;
}

std::string character_class(std::string_view of, const std::map<char, Letters>& without) {
  std::string out;
  for (const char c : of) {
    if (!without.contains(c)) out += c;
  }
  return out.empty() ? out : "[" + out + "]";
}

// What may stand behind `so_far`; names the rules of deeper letters.
std::string rest(const Letters& at, const std::string& so_far, std::string& rules) {
  const auto free = character_class(so_far.empty() ? kFirst : kLater, at.next);
  std::string body;
  const auto alternative = [&](const std::string& text) {
    body += (body.empty() ? "" : " | ") + text;
  };
  if (!free.empty()) alternative(free + " name-more");
  for (const auto& [c, below] : at.next) {
    if (below.prefix) continue;
    auto name = "name-" + so_far + c;
    for (auto& letter : name) letter = letter == '_' ? '0' : letter;
    const auto behind = rest(below, so_far + c, rules);
    rules += name + " ::= " + behind + "\n";
    alternative(std::string("\"") + c + "\" " + name);
  }
  return !so_far.empty() && !at.word ? "(" + body + ")?" : body;
}

}  // namespace

std::string written_name(std::string_view name) {
  const bool plain = !name.empty() && kFirst.find(name[0]) != std::string_view::npos &&
                     name.find_first_not_of(kLater) == std::string_view::npos;
  if (plain && !std::binary_search(std::begin(kReserved), std::end(kReserved), name)) {
    return std::string(name);
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string name_rules() {
  static const std::string all = [] {
    std::string rules;
    const auto first = rest(forbidden(), "", rules);
    return "name ::= " + first + "\n" + rules + "name-more ::= [a-z0-9_]{0," +
           std::to_string(kMostMore) + "}\n";
  }();
  return all;
}

}  // namespace sr::host::sql
