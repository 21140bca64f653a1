// authorization.h - what one statement may do: SQLite asks it while it prepares the statement.
//
// The owner may do everything but harm the store itself. What a model wrote may touch only what
// its grants list, name by name; everything else is denied. Accesses that the schema makes on its
// own (a view's tables, a trigger's, a foreign key's) belong to the administrator who wrote the
// schema and need no grant. SQLite alone cannot tell the two apart (the name of a common table
// expression looks like the name of a view to its authorizer), so an access counts as the
// schema's only when the statement does not name the table at all, or when SQLite reports a view
// or trigger and the statement has no WITH. The store's own tables are closed to it always.
//
// Used by the thread that uses the connection.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "state_runtime/store.h"
#include "tokens.h"

namespace sr::sqlite {

// The store's own tables are called sr_…; whether `name` is one of them.
bool is_own_table(std::string_view name);

class Authorization {
 public:
  // `grants` may be null for SR_ROLE_OWNER. Throws Failure when the text has a form that no grant
  // can cover (INSERT OR REPLACE, for one).
  Authorization(sr_role role, const sr_grants* grants, std::string_view sql);

  // SQLite's authorizer callback: SQLITE_OK or SQLITE_DENY.
  int decide(int action, const char* first, const char* second, const char* inside);
  // Why the last statement was denied, as the end of a sentence; empty when it was not.
  const std::string& denial() const { return denial_; }
  void clear_denial() { denial_.clear(); }
  // Names that were taken for common table expressions; the statement is denied after all when
  // one of them is a table.
  const std::set<std::string, std::less<>>& assumed() const { return assumed_; }
  sr_role role() const { return role_; }
  // The table or view that a model's statement itself changes; empty: none.
  const std::string& changed() const { return changed_; }

  // Text that is the same for the same rights: part of the key of prepared statements.
  static void append_key(std::string& key, sr_role role, const sr_grants* grants);

 private:
  struct TableGrant {
    std::uint32_t every = 0;                      // verbs on every column
    std::uint32_t any = 0;                        // verbs on at least one column
    std::map<std::string, std::uint32_t> columns; // verbs by column
  };

  int deny(std::string why);
  int decide_owner(int action, std::string_view first, std::string_view second);
  int decide_access(std::uint32_t verb, std::string_view table, const char* column, bool schema);
  void find_tables(const std::vector<Token>& tokens);
  void find_table_expressions(const std::vector<Token>& tokens);
  void check_conflict_clause(const std::vector<Token>& tokens) const;
  void check_insert_columns(const std::vector<Token>& tokens) const;
  bool granted(std::string_view table, std::string_view column, std::uint32_t verb) const;

  sr_role role_;
  std::map<std::string, TableGrant, std::less<>> tables_;  // names in lower case
  std::set<std::string, std::less<>> functions_;
  std::set<std::string, std::less<>> named_;  // every word of the statement, in lower case
  std::set<std::string, std::less<>> named_tables_;  // those that may be tables
  std::set<std::string, std::less<>> expressions_;  // common table expressions
  std::set<std::string, std::less<>> assumed_;
  bool has_with_ = false;
  bool names_schema_ = false;
  std::string denial_, changed_;
};

}  // namespace sr::sqlite
