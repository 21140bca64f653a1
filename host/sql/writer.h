// host/sql/writer.h - walks a tree whose shape is allowed, resolves every name against the catalog
// and the policy, and writes the statement out again in the portable SQL of docs/sql.md. Only what
// was checked is written.
//
// One Writer per statement, one thread. All functions throw Refused.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/sql/guard.h"
#include "host/sql/moment.h"
#include "host/sql/sources.h"
#include "host/sql/tables.h"
#include "host/sql/term.h"
#include "host/sql/tree.h"

namespace sr::host::sql {

// Of one SELECT, GROUP BY, ORDER BY or WHEN; SQLite has room for 2000, PostgreSQL for 1664.
constexpr std::size_t kMaxColumns = 1000;
constexpr std::size_t kMaxStars = 4000;   // columns that all * of a statement stand for
constexpr std::size_t kMaxTables = 32;    // in one FROM; SQLite has room for 64
constexpr std::size_t kMaxQueries = 32;   // of WITH, windows of WINDOW
constexpr std::size_t kMaxParts = 100;    // of UNION; the store takes no more
constexpr std::size_t kMaxArguments = 100;

class Writer {
 public:
  // `names`: of the values that the statement names, as number_parameters() counts them. `sources`:
  // where those that it writes out must come from; nullptr: from anywhere.
  Writer(const Policy& policy, const KnownTables& known, std::string_view text,
         const std::vector<std::string>& names, const Sources* sources, std::uint64_t& work)
      : policy_(policy), known_(known), text_(text), names_(names), sources_(sources), work_(work) {}

  Plan binding(const Node& statement);
  Plan action(const Node& statement);

 private:
  // query.cpp: SELECT in all its forms
  Query query(const PgQuery__SelectStmt&, Scope* outer);
  Query select(const PgQuery__SelectStmt&, Scope* outer);
  Query set_operation(const PgQuery__SelectStmt&, Scope* outer);
  std::string with(const PgQuery__WithClause*);
  std::string group_by(const PgQuery__SelectStmt&, Scope&);
  std::string order_by(const PgQuery__SelectStmt&, Scope&, const std::vector<Output>&);
  void check_sorted_name(const Node& key, Scope&, const OutputNames&);
  std::string set_order_by(const PgQuery__SelectStmt&, const std::vector<Output>&);
  std::string limit(const PgQuery__SelectStmt&, bool& one_row);
  std::string windows(const PgQuery__SelectStmt&, Scope&);
  std::vector<Output> targets(std::size_t, PgQuery__Node* const*, Scope&);
  void number_twins(std::vector<Output>&, const std::vector<bool>& given);
  void expand_star(const PgQuery__ColumnRef&, Scope&, std::vector<Output>&);
  void check_groups(const Scope&);
  std::vector<std::string> key_of(const PgQuery__SelectStmt&, const Scope&,
                                  const std::vector<Output>&);
  std::vector<std::string> outputs_of_key(const Relation&, const std::vector<Output>&);
  bool keeps_rows_apart(const PgQuery__JoinExpr&, const Scope&, std::size_t right);

  // from.cpp: tables, joins, subqueries in FROM
  std::string from(const PgQuery__SelectStmt&, Scope&);
  std::string from_item(const Node&, Scope&, bool alone);
  std::string join(const PgQuery__JoinExpr&, Scope&, bool alone);
  std::string table(const PgQuery__RangeVar&, Scope&);
  std::string subquery(const PgQuery__RangeSubselect&, Scope&);
  std::string merge(const std::vector<std::string>& columns, Scope&, int at);
  // The table as a relation, whatever the policy says of it.
  std::optional<Relation> catalog_table(std::string_view name);
  void add(Relation, Scope&, int at);

  // expression.cpp
  Term expression(const Node*, Scope&);
  Term write(const Node&, Scope&);
  Term condition(const Node*, Scope&, std::string_view where);
  Term column(const PgQuery__ColumnRef&, Scope&);
  // `level` is the query whose column it is, `scope` the one in which it is named.
  Term column(const Place&, Scope& level, const Scope& scope, const std::string& qualifier, int at);
  Term constant(const PgQuery__AConst&);
  Term logic(const PgQuery__BoolExpr&, Scope&);
  Term case_of(const PgQuery__CaseExpr&, Scope&);
  Term cast(const PgQuery__TypeCast&, Scope&);
  Term sublink(const PgQuery__SubLink&, Scope&);
  std::string integer_text(const PgQuery__AConst&);

  // parameter.cpp: values that are given when the statement runs. Each stands beside a column,
  // which decides what it may be.
  Term parameter(const PgQuery__ParamRef&);
  void beside(const Term& parameter, const Column&, ParameterUse);
  bool beside_column(Term& parameter, const Term& other, ParameterUse);
  void check_parameters();

  // literal.cpp: values that are written out, and where they come from
  void check_source(const Column*, Type beside, Term& literal, Sources::Use);
  void check_total_source(const Term& literal, const Term& total);
  void check_row_source(const Column&, const Term& literal);
  void check_pattern_source(const Column*, const Term& pattern, char escape);
  void check_other_texts();
  bool is_choice(const std::string& text) const;
  void no_value(const Term& text) { judged_.insert(text.at); }  // a pattern, a unit, a separator

  // operation.cpp
  Term operation(const PgQuery__AExpr&, Scope&);
  Term arithmetic(const std::string& sign, Term, Term, int at);
  Term divided(const std::string& sign, Term, Term, int at);
  Term concatenated(Term, Term, int at);
  Term compared(const std::string& sign, Term, Term, int at);
  Term in_list(const PgQuery__AExpr&, Scope&);
  Term between(const PgQuery__AExpr&, Scope&);
  Term like(const PgQuery__AExpr&, Scope&);
  // Makes two operands comparable or refuses; number strings become numbers.
  void match(Term&, Term&, int at);
  // The same, of the one thing that many values are compared with.
  void match_one(const Term& subject, Term& value, int at);
  void check_choice(const Column*, const Term&);
  // A computed decimal, rounded to its places: what PostgreSQL has, and SQLite computes in doubles.
  Term settled(Term);

  // call.cpp
  Term call(const PgQuery__FuncCall&, Scope&);
  Term known_call(const Function&, const PgQuery__FuncCall&, std::vector<Term>, Scope&, int at);
  Term bucket(const std::vector<Term>&, int at);
  std::vector<Term> bucket_arguments(const PgQuery__FuncCall&, Scope&);
  Term coalesce(const PgQuery__CoalesceExpr&, Scope&);
  Term extreme(const PgQuery__MinMaxExpr&, Scope&);
  std::vector<Term> arguments(std::size_t, PgQuery__Node* const*, Scope&);
  Type check_arguments(const Function&, std::vector<Term>&, int at);
  Type one_type(std::vector<Term*>, std::string_view what, int at);
  std::string over(const PgQuery__WindowDef&, Scope&);
  std::string window(const PgQuery__WindowDef&, Scope&);
  std::string frame(const PgQuery__WindowDef&);
  std::string sort_keys(std::size_t, PgQuery__Node* const*, Scope&);
  void allow_function(std::string_view name, int at);

  // format.cpp
  Term to_char(std::vector<Term>, int at);
  Term shown_number(Term, int places);

  // text_call.cpp
  Term text_call(const std::string& name, std::vector<Term>, int at);
  Term joinable(Term, std::string_view function, int at);
  Term joined(const PgQuery__FuncCall&, const std::vector<Term>&, const std::string& order, int at);
  std::string order_inside(const PgQuery__FuncCall&, const Term& joined, Scope&);
  Term byte_ordered(const Node*, Scope&);

  // time.cpp: points in time, days and intervals
  std::optional<Interval> interval(const Node&);
  Term shifted(Term moment, const Interval&, int at);
  Term difference(Term, Term, int at);
  Term now(int at);
  Term current(const PgQuery__SQLValueFunction&);
  Term time_cast(const std::string& type, Term, int at);
  Term time_call(const std::string& name, std::vector<Term>, int at);
  Term seconds_of(const Term& moment);
  Term whole_seconds(const Term& moment);
  Term whole(const Term& number);

  // change.cpp: INSERT, UPDATE, DELETE
  Plan insert(const PgQuery__InsertStmt&);
  Plan update(const PgQuery__UpdateStmt&);
  Plan remove(const PgQuery__DeleteStmt&);
  const TablePolicy& target_policy(const PgQuery__RangeVar&, Scope&);
  std::string target_in_store() const;
  const Column& set_column(const PgQuery__ResTarget&, const Columns&, std::set<std::string>& seen);
  std::string assigned(const Column&, Term, int at);
  void check_range(const Column&, const Term&, int at);
  std::string fitted(const Column&, Term);
  void note_fixed(const Column&, const Node& value);
  std::string changed_where(const Node*, Scope&, const WriteRule&, std::string_view verb);
  void fixed_columns(const Node&, const WriteRule&, std::set<const Column*>&);
  // What finds the rows that are changed; nothing where they cannot be found by it alone.
  void note_found_by(std::string where);
  std::string returning(std::size_t, PgQuery__Node* const*, Scope&);
  Plan finish(Verb, std::string sql, const std::string& target, std::uint64_t max_rows);

  // upsert.cpp
  std::string on_conflict(const PgQuery__InsertStmt&, const std::vector<const Column*>& columns);
  std::string conflict_key(const PgQuery__OnConflictClause&, const std::vector<const Column*>& columns);
  std::string conflict_set(const PgQuery__OnConflictClause&, const WriteRule&);

  // Reading a column: checked against the policy, noted for the grants.
  void read(const Place&, int at);
  void note(const std::string& table, const std::string& column, std::uint32_t verb);
  void used(std::string_view function) { functions_.insert(std::string(function)); }

  const Policy& policy_;
  const KnownTables& known_;
  std::string_view text_;
  const std::vector<std::string>& names_;
  const Sources* sources_;
  std::uint64_t& work_;

  struct WithQuery {
    std::string name;
    Fields fields;
  };
  std::vector<WithQuery> with_;
  std::vector<std::string> window_names_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> grants_;
  std::set<std::string> tables_, tables_read_, functions_;
  std::vector<std::string> key_;
  std::vector<PlannedColumn> columns_;
  std::vector<FixedValue> fixed_;
  std::vector<PlannedParameter> parameters_;  // in the order in which they are met
  std::vector<bool> settled_parameters_;      // those that a column decides
  std::string found_by_;
  std::vector<std::string> set_, added_;
  std::vector<PlannedLiteral> literals_;
  std::map<int, std::string> texts_;  // all that are written out, by their place
  std::set<int> judged_;              // of those
  int query_depth_ = 0;
  std::size_t stars_ = 0;
  // The action's own table and the rule that opens its `where` columns to its WHERE.
  const Relation* target_ = nullptr;
  const WriteRule* target_rule_ = nullptr;
};

bool is_constant(const Node*);  // a plain value other than NULL, also cast
// Adds an item to what is being written; refuses what grows longer than a statement may be.
void append(std::string& list, std::string_view item, std::string_view between = ", ");
// Refuses more than `most` of something.
void check_count(std::size_t count, std::size_t most, std::string_view what, int at = -1);
void check_inner_name(const Output&);  // of WITH and of subqueries in FROM
std::vector<PlannedColumn> planned(const std::vector<Output>&);
// A key, when its columns are several and the rule's `where` lists all: a change fixes all or none.
std::vector<const Column*> joint_key(std::vector<const Column*> key, const WriteRule&);
std::string sort_direction(const PgQuery__SortBy&);

}  // namespace sr::host::sql
