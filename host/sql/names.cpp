#include "host/sql/names.h"

#include <algorithm>
#include <iterator>

#include "host/sql/refuse.h"

namespace sr::host::sql {
namespace {

// Keywords of SQLite, and those of PostgreSQL that cannot stand as a plain column name. Sorted.
constexpr std::string_view kKeywords[] = {"abort",
                                          "action",
                                          "add",
                                          "after",
                                          "all",
                                          "alter",
                                          "always",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "attach",
                                          "authorization",
                                          "autoincrement",
                                          "before",
                                          "begin",
                                          "between",
                                          "bigint",
                                          "binary",
                                          "bit",
                                          "boolean",
                                          "both",
                                          "by",
                                          "cascade",
                                          "case",
                                          "cast",
                                          "char",
                                          "character",
                                          "check",
                                          "coalesce",
                                          "collate",
                                          "collation",
                                          "column",
                                          "commit",
                                          "concurrently",
                                          "conflict",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "database",
                                          "dec",
                                          "decimal",
                                          "default",
                                          "deferrable",
                                          "deferred",
                                          "delete",
                                          "desc",
                                          "detach",
                                          "distinct",
                                          "do",
                                          "drop",
                                          "each",
                                          "else",
                                          "end",
                                          "escape",
                                          "except",
                                          "exclude",
                                          "exclusive",
                                          "exists",
                                          "explain",
                                          "extract",
                                          "fail",
                                          "false",
                                          "fetch",
                                          "filter",
                                          "first",
                                          "float",
                                          "following",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "generated",
                                          "glob",
                                          "grant",
                                          "greatest",
                                          "group",
                                          "grouping",
                                          "groups",
                                          "having",
                                          "if",
                                          "ignore",
                                          "ilike",
                                          "immediate",
                                          "in",
                                          "index",
                                          "indexed",
                                          "initially",
                                          "inner",
                                          "inout",
                                          "insert",
                                          "instead",
                                          "int",
                                          "integer",
                                          "intersect",
                                          "interval",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "json",
                                          "json_array",
                                          "json_arrayagg",
                                          "json_object",
                                          "json_objectagg",
                                          "key",
                                          "last",
                                          "lateral",
                                          "leading",
                                          "least",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "match",
                                          "materialized",
                                          "merge_action",
                                          "national",
                                          "natural",
                                          "nchar",
                                          "no",
                                          "none",
                                          "normalize",
                                          "not",
                                          "nothing",
                                          "notnull",
                                          "null",
                                          "nullif",
                                          "nulls",
                                          "numeric",
                                          "of",
                                          "offset",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "others",
                                          "out",
                                          "outer",
                                          "over",
                                          "overlaps",
                                          "overlay",
                                          "partition",
                                          "placing",
                                          "plan",
                                          "position",
                                          "pragma",
                                          "preceding",
                                          "precision",
                                          "primary",
                                          "query",
                                          "raise",
                                          "range",
                                          "real",
                                          "recursive",
                                          "references",
                                          "regexp",
                                          "reindex",
                                          "release",
                                          "rename",
                                          "replace",
                                          "restrict",
                                          "returning",
                                          "right",
                                          "rollback",
                                          "row",
                                          "rows",
                                          "savepoint",
                                          "select",
                                          "session_user",
                                          "set",
                                          "setof",
                                          "similar",
                                          "smallint",
                                          "some",
                                          "substring",
                                          "symmetric",
                                          "system_user",
                                          "table",
                                          "tablesample",
                                          "temp",
                                          "temporary",
                                          "then",
                                          "ties",
                                          "time",
                                          "timestamp",
                                          "to",
                                          "trailing",
                                          "transaction",
                                          "treat",
                                          "trigger",
                                          "trim",
                                          "true",
                                          "unbounded",
                                          "union",
                                          "unique",
                                          "update",
                                          "user",
                                          "using",
                                          "vacuum",
                                          "values",
                                          "varchar",
                                          "variadic",
                                          "verbose",
                                          "view",
                                          "virtual",
                                          "when",
                                          "where",
                                          "window",
                                          "with",
                                          "within",
                                          "without",
                                          "xmlattributes",
                                          "xmlconcat",
                                          "xmlelement",
                                          "xmlexists",
                                          "xmlforest",
                                          "xmlnamespaces",
                                          "xmlparse",
                                          "xmlpi",
                                          "xmlroot",
                                          "xmlserialize",
                                          "xmltable"};

constexpr std::string_view kSystemColumns[] = {"rowid", "_rowid_", "oid",  "ctid",    "xmin",
                                               "xmax",  "cmin",    "cmax", "tableoid"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_plain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string quote_name(std::string_view name) {
  if (is_plain(name) && !std::binary_search(std::begin(kKeywords), std::end(kKeywords), name)) {
    return std::string(name);
  }
  std::string quoted = "\"";
  for (char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_string(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + '\'';
}

bool is_system_name(std::string_view name) {
  const std::string low = lower_ascii(name);
  for (std::string_view prefix : {"pg_", "sqlite_", "sr_"}) {
    if (low.starts_with(prefix)) return true;
  }
  return low == "information_schema" ||
         std::find(std::begin(kSystemColumns), std::end(kSystemColumns), low) !=
             std::end(kSystemColumns);
}

void check_new_name(std::string_view name, int at) {
  if (name.empty()) refuse("name", "a name may not be empty", at);
  if (is_system_name(name)) {
    refuse("name", "the name " + std::string(name) + " belongs to the database; choose another",
           at);
  }
  if (same_name(name, "true") || same_name(name, "false") || same_name(name, "null")) {
    refuse("name", "a name may not be " + std::string(name), at);
  }
}

std::string list_of(const std::vector<std::string>& names, std::string_view last_word) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      text += i + 1 == names.size() ? " " + std::string(last_word) + " " : ", ";
    }
    text += names[i];
  }
  return text;
}

std::string_view inside(std::string_view pattern) {
  if (pattern.starts_with('%')) pattern.remove_prefix(1);
  if (pattern.ends_with('%')) pattern.remove_suffix(1);
  return pattern;
}

}  // namespace sr::host::sql
