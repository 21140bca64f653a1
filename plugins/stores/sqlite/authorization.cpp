#include "authorization.h"

#include <sqlite3.h>

#include <array>

#include "state_runtime/plugin.hpp"

namespace sr::sqlite {
namespace {

std::string_view text(const char* s) { return s == nullptr ? std::string_view() : s; }

// Questions about the schema that a script may ask; every other PRAGMA could change how the
// store works.
constexpr std::array<std::string_view, 10> kOwnerPragmas = {
    "table_info",       "table_xinfo",       "table_list",   "index_list",     "index_info",
    "foreign_key_list", "foreign_key_check", "user_version", "application_id", "data_version"};

std::string_view verb_name(std::uint32_t verb) {
  switch (verb) {
    case SR_GRANT_SELECT:
      return "reads";
    case SR_GRANT_INSERT:
      return "inserts into";
    case SR_GRANT_UPDATE:
      return "updates";
    default:
      return "deletes from";
  }
}

}  // namespace

bool is_own_table(std::string_view name) { return lower(name.substr(0, 3)) == "sr_"; }

Authorization::Authorization(sr_role role, const sr_grants* grants, std::string_view sql)
    : role_(role) {
  if (role == SR_ROLE_OWNER) return;
  for (std::size_t i = 0; i < grants->grant_count; ++i) {
    const auto& grant = grants->grants[i];
    auto& table = tables_[lower(view(grant.table))];
    table.any |= grant.verbs;
    if (grant.column.len == 0) {
      table.every |= grant.verbs;
    } else {
      table.columns[lower(view(grant.column))] |= grant.verbs;
    }
  }
  for (std::size_t i = 0; i < grants->function_count; ++i) {
    functions_.insert(lower(view(grants->functions[i])));
  }
  const auto tokens = tokenize(sql);
  for (const auto& token : tokens) {
    has_with_ = has_with_ || token.is("WITH");
    const auto name = named_.insert(lower(token.content())).first;
    names_schema_ = names_schema_ || name->starts_with("sqlite_");
  }
  find_tables(tokens);
  find_table_expressions(tokens);
  check_conflict_clause(tokens);
  check_insert_columns(tokens);
}

// Words behind FROM, as far as its parenthesis goes, and those right behind INTO, UPDATE, JOIN and
// IN, with a schema before them or not. Others are columns, which are often called like the table
// that they point to; that one the database reads by itself.
void Authorization::find_tables(const std::vector<Token>& tokens) {
  int depth = 0, from = -1;  // the depth of the outermost FROM; -1: none
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')') && --depth < from) from = -1;
    if (from < 0 && tokens[i].is("FROM")) from = depth;
    std::size_t before = i;  // of the name, or of its schema
    while (before >= 2 && tokens[before - 1].is_symbol('.')) before -= 2;
    const bool named =
        before >= 1 && (tokens[before - 1].is("INTO") || tokens[before - 1].is("UPDATE") ||
                        tokens[before - 1].is("JOIN") || tokens[before - 1].is("IN"));
    if (from >= 0 || named) named_tables_.insert(lower(tokens[i].content()));
  }
}

// name [(columns)] AS [[NOT] MATERIALIZED] (SELECT …
void Authorization::find_table_expressions(const std::vector<Token>& tokens) {
  if (!has_with_) return;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    auto k = i + 1;
    if (k < tokens.size() && tokens[k].is_symbol('(')) {
      while (k < tokens.size() && !tokens[k].is_symbol(')')) ++k;
      ++k;
    }
    if (k >= tokens.size() || !tokens[k++].is("AS")) continue;
    while (k < tokens.size() && (tokens[k].is("NOT") || tokens[k].is("MATERIALIZED"))) ++k;
    if (k + 1 >= tokens.size() || !tokens[k].is_symbol('(')) continue;
    const auto& verb = tokens[k + 1];
    if (verb.is("SELECT") || verb.is("VALUES") || verb.is("WITH")) {
      expressions_.insert(lower(tokens[i].content()));
    }
  }
}

// INSERT OR REPLACE deletes rows without asking for that right, and OR IGNORE hides failures.
void Authorization::check_conflict_clause(const std::vector<Token>& tokens) const {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool clause =
        (tokens[i].is("INSERT") || tokens[i].is("UPDATE")) && tokens[i + 1].is("OR");
    if (clause || (tokens[i].is("REPLACE") && tokens[i + 1].is("INTO"))) {
      throw Failure(SR_DENIED,
                    "the statement uses an OR clause or REPLACE, which no grant covers; "
                    "write ON CONFLICT instead");
    }
  }
}

// SQLite's authorizer is told the table of an INSERT, but not its columns.
void Authorization::check_insert_columns(const std::vector<Token>& tokens) const {
  std::size_t i = 0;
  while (i < tokens.size() && !tokens[i].is("INTO")) ++i;
  if (++i >= tokens.size()) return;
  if (i + 2 < tokens.size() && tokens[i + 1].is_symbol('.')) i += 2;
  const auto table = lower(tokens[i].content());
  if (granted(table, "", SR_GRANT_INSERT)) return;
  if (i + 2 < tokens.size() && tokens[i + 1].is("AS")) i += 2;
  if (++i >= tokens.size() || !tokens[i].is_symbol('(')) {
    throw Failure(SR_DENIED, "the statement inserts into \"" + table +
                                 "\" without naming columns, "
                                 "and not every column is granted; name them");
  }
  for (++i; i < tokens.size() && !tokens[i].is_symbol(')'); ++i) {
    const auto column = lower(tokens[i].content());
    if (!tokens[i].is_symbol(',') && !granted(table, column, SR_GRANT_INSERT)) {
      throw Failure(SR_DENIED, "the statement inserts into \"" + table + "." + column +
                                   "\", which is not granted");
    }
  }
}

bool Authorization::granted(std::string_view table, std::string_view column,
                            std::uint32_t verb) const {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return false;
  if ((found->second.every & verb) != 0) return true;
  const auto at = found->second.columns.find(std::string(column));
  return at != found->second.columns.end() && (at->second & verb) != 0;
}

int Authorization::deny(std::string why) {
  if (denial_.empty()) denial_ = std::move(why);
  return SQLITE_DENY;
}

int Authorization::decide(int action, const char* first, const char* second, const char* inside) {
  if (role_ == SR_ROLE_OWNER) {
    return decide_owner(action, text(first), text(second));
  }
  const bool schema_part = inside != nullptr && !has_with_;
  const bool changes =
      action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
  if (changes && inside == nullptr) changed_ = text(first);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      return decide_access(SR_GRANT_SELECT, text(first), second, schema_part);
    case SQLITE_INSERT:
      return decide_access(SR_GRANT_INSERT, text(first), nullptr, schema_part);
    case SQLITE_UPDATE:
      return decide_access(SR_GRANT_UPDATE, text(first), second, schema_part);
    case SQLITE_DELETE:
      return decide_access(SR_GRANT_DELETE, text(first), nullptr, schema_part);
    case SQLITE_FUNCTION: {
      const auto name = lower(text(second));
      // LIKE is an operator that SQLite happens to run as a function.
      const bool own = name != "load_extension" && (schema_part || !named_.contains(name));
      if (own || name == "like" || functions_.contains(name)) return SQLITE_OK;
      return deny("it calls " + name + "(), which is not granted");
    }
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return deny("it attaches or detaches a database");
    case SQLITE_PRAGMA:
      // Full-text tables ask for data_version on their own.
      return named_.contains("pragma") ? deny("it uses PRAGMA") : SQLITE_OK;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return deny("it begins or ends a transaction");
    default:
      return deny("it is no SELECT, INSERT, UPDATE or DELETE");
  }
}

int Authorization::decide_access(std::uint32_t verb, std::string_view name, const char* column,
                                 bool schema) {
  const auto table = lower(name);
  const auto what = std::string(verb_name(verb));
  if (is_own_table(table)) return deny("it " + what + " \"" + table + "\", a table of the store");
  if (table.starts_with("sqlite_") && names_schema_) {
    return deny("it " + what + " the schema table " + table);
  }
  if (schema || !named_tables_.contains(table)) return SQLITE_OK;
  if (role_ == SR_ROLE_BINDING && verb != SR_GRANT_SELECT) return deny("a binding only reads");
  const auto wanted = lower(text(column));
  if (wanted.empty()) {  // a row as such: count(*), INSERT, DELETE
    const auto found = tables_.find(table);
    if (found != tables_.end() && (found->second.any & verb) != 0) return SQLITE_OK;
    // Rows of a common table expression are reported by its name, and so would be those of a
    // table of that name: the caller of assumed() tells them apart.
    if (verb == SR_GRANT_SELECT && expressions_.contains(table)) {
      assumed_.insert(table);
      return SQLITE_OK;
    }
    return deny("it " + what + " \"" + table + "\", which is not granted");
  }
  if (granted(table, wanted, verb)) return SQLITE_OK;
  return deny("it " + what + " \"" + table + "." + wanted + "\", which is not granted");
}

int Authorization::decide_owner(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return deny("a store is one file: it attaches or detaches a database");
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return deny("it runs in a transaction already; leave out BEGIN, COMMIT and SAVEPOINT");
    case SQLITE_PRAGMA:
      for (const auto name : kOwnerPragmas) {
        if (lower(first) == name) return SQLITE_OK;
      }
      return deny("PRAGMA " + std::string(first) + " could change how the store works");
    case SQLITE_FUNCTION:
      return lower(second) == "load_extension" ? deny("it loads an extension") : SQLITE_OK;
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
      return deny("a temporary table or view would hide a real one");
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
    case SQLITE_ANALYZE:
    case SQLITE_REINDEX:
      return SQLITE_OK;
    default:  // everything that changes: `first` or `second` is the table
      if (is_own_table(first) || is_own_table(second)) {
        return deny("names that start with sr_ belong to the store");
      }
      return SQLITE_OK;
  }
}

void Authorization::append_key(std::string& key, sr_role role, const sr_grants* grants) {
  const auto append = [&](std::string_view part) {
    const auto size = part.size();
    key.append(reinterpret_cast<const char*>(&size), sizeof size);
    key.append(part);
  };
  key += static_cast<char>(role);
  if (role == SR_ROLE_OWNER) return;
  for (std::size_t i = 0; i < grants->grant_count; ++i) {
    const auto& grant = grants->grants[i];
    append(view(grant.table));
    append(view(grant.column));
    key.append(reinterpret_cast<const char*>(&grant.verbs), sizeof grant.verbs);
  }
  key += '\n';
  for (std::size_t i = 0; i < grants->function_count; ++i) append(view(grants->functions[i]));
}

}  // namespace sr::sqlite
