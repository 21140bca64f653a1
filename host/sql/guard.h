// host/sql/guard.h - checks every statement that a model wrote, before it runs.
//
// PostgreSQL's own parser reads the statement; an allow-list walks every node of the tree; what
// runs is the tree written out again. Anything not known to be allowed is refused with the rule
// and the place. Immutable after construction; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/functions.h"
#include "host/sql/policy.h"

namespace sr::host::sql {

struct Refusal {
  std::string rule;  // "one-statement", "table", "column", "function", "where", "syntax", …
  std::string why;   // one sentence for a person
  int at = -1;       // byte offset in the statement; -1 when it has no place
};

enum class Verb { kSelect, kInsert, kUpdate, kDelete };

// A column of what a statement returns.
struct PlannedColumn {
  int places = -1;           // digits after the point of a decimal; -1: nothing to say
  bool approximate = false;  // a real number, however many digits the database computes
  bool whole = false;        // computed from whole numbers: anything else is an overflow
  std::string name{};
  Type type = Type::kAny;
  std::string column{};  // of the first table, where it is one
};

// A value that is given when the statement runs: `:name`, `$1` in the plan's text for the first
// one.
enum class ParameterUse {
  kAssigned,  // becomes the column's value
  kCompared,  // is compared with the column
  kAdded      // is added to the column, or taken from it
};
struct PlannedParameter {
  std::string name;
  Column column;  // beside which it stands, and which decides what it may be
  ParameterUse use = ParameterUse::kAssigned;
  int at = -1;  // byte offset in the statement
};

// `c = value` or `c IN (…)` for a column that the policy's `where` lists: what says which row.
struct FixedValue {
  std::string column;
  bool key = false;       // the column belongs to the table's primary key
  std::string literal;    // the value, when it is written out
  std::string parameter;  // its name, when it is named
};

// A text or number beside a column. Of a pattern what stands between its %.
struct PlannedLiteral {
  std::string text;
  bool number = false;
};

// A statement that may run.
struct Plan {
  Verb verb = Verb::kSelect;
  std::string sql;            // the deparsed tree
  std::string unordered;      // SELECT: the same rows in any order; empty when it has a LIMIT
  std::vector<Value> values;  // of what is made of a plan (window.h): they follow its parameters
  std::vector<std::string> tables;  // read or written, sorted, once each
  std::string target;               // the table written; empty for SELECT
  std::vector<Grant> grants;        // what the store must allow, and no more
  std::vector<std::string> functions;
  std::uint64_t max_rows = 0, max_bytes = 0, timeout_ms = 0;
  // SELECT from one table (or joins that keep its rows apart): the output columns that are the
  // primary key of its first table, in the table's order; empty when there is none.
  std::vector<std::string> key;
  std::string key_of;                        // the table whose key that is
  std::vector<PlannedColumn> columns;        // of SELECT and RETURNING
  std::vector<FixedValue> fixed;             // of UPDATE and DELETE
  std::vector<PlannedParameter> parameters;  // host/sql/parameters.h binds them
  // UPDATE, DELETE and DO UPDATE of a table with a key: the condition on the rows that are there
  // already, with the plan's parameters, and what it calls their table (host/sql/rows.h).
  std::string found_by, found_as;
  std::vector<std::string> set;          // columns of such rows that are set
  std::vector<std::string> added;        // columns that an INSERT names
  std::vector<PlannedLiteral> literals;  // as they were written
};

class Sources;

// Its work grows with the length of the statement and no faster, whatever it is made of.
class Guard {
 public:
  Guard(Policy policy, std::vector<Column> catalog);
  // INSERT, UPDATE or DELETE; values may be named, `:alert_id`. `work` counts what was looked at:
  // nodes, names, columns.
  std::variant<Plan, Refusal> action(std::string_view statement,
                                     std::uint64_t* work = nullptr) const;
  // SELECT. Only the app itself, which binds them, may name values in one.
  std::variant<Plan, Refusal> binding(std::string_view statement, std::uint64_t* work = nullptr,
                                      bool may_name_values = false) const;

  // A SELECT that a table shows: beside keys of other rows what these are called (paths.h).
  std::variant<Plan, Refusal> table(std::string_view statement) const;

  // The same, for statements whose values must come from these, which outlive it.
  Guard held_to(const Sources& sources) const;

  const Policy& policy() const;
  const std::vector<Column>& catalog() const;
  // The columns of a table's key, in the catalog's order; none when it has none, or is not there.
  std::vector<std::string> key_of(const std::string& table) const;

 private:
  struct World;  // policy and catalog, and how they are looked up
  std::shared_ptr<const World> world_;
  const Sources* sources_ = nullptr;
};

// Makes the plan ready for LoadedStore: role, grants, limits. `values`: of its parameters.
Statement statement_of(const Plan&, sr_role role, std::vector<Value> values = {});

}  // namespace sr::host::sql
