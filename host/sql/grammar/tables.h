// host/sql/grammar/tables.h - the tables and columns that a grammar may name, and how values of
// each column are written. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/grammar/gbnf.h"
#include "host/sql/grammar/grammar.h"
#include "host/sql/policy.h"

namespace sr::host::sql {

// How values of a column are written and compared.
enum class Kind {
  kWhole,
  kReal,
  kBoolean,
  kText,
  kDate,
  kTime,
  kMoment,
  kUuid,
  kOther,  // of a type that only one database knows: written as text
  kLoose,  // of no type: numbers and texts
  kOpaque  // cannot be written or compared: blobs, json
};

struct GrammarColumn {
  const Column* column;
  std::string name;  // as SQL text
  std::string id;    // t2-c5, for names of rules
  Kind kind;
  std::vector<std::string> choices;  // as SQL text; empty: any value
  bool readable;                     // the policy's select lists it
  bool nullable;                     // a path of foreign keys to it may lead nowhere, too
  Values values = Values::kTold;
  std::string known, shared;  // slots of the values that stand in it; may be empty

  bool is_number() const { return kind == Kind::kWhole || kind == Kind::kReal; }
  bool has_order() const;  // < and >, min and max
};

// Keys and what points at one, in what a model writes by itself: such a number is known, not
// counted.
bool says_which_row(const GrammarColumn&);

struct GrammarTable {
  std::string name;  // as SQL text
  std::string id;    // t2
  const TablePolicy* policy;
  std::vector<GrammarColumn> columns;  // in the catalog's order; all that can be spelt
};

// The primary key of a table that has columns, also those that cannot be spelt.
std::vector<const Column*> key_columns(const std::vector<Column>& catalog, const GrammarTable&);

// The columns of a key that a change fixes together (joint_key); `spelt` is false when one of them
// cannot be.
struct JointKey {
  std::vector<const GrammarColumn*> columns;
  bool spelt = true;
  bool contains(const GrammarColumn& column) const;
};
JointKey joint_key(const GrammarTable&, const WriteRule&, const std::vector<Column>& catalog);

// Tables of the policy that the catalog has. What the guard could not tell apart or read, such as
// names that differ in case only or hold a quote, is left out.
std::vector<GrammarTable> grammar_tables(const Policy&, const std::vector<Column>& catalog,
                                         Values values = Values::kTold);

// Is the column listed, whatever its case?
bool listed(const std::vector<std::string>& names, const GrammarColumn&);

// A value of the column to compare it with; empty when it has none. NULL is none.
std::string compared_value(const GrammarColumn&, Gbnf&);
// A value to write into it; what is said is the rule `long`, which the caller adds.
std::string written_value(const GrammarColumn&, Gbnf&);
bool writes_long(const GrammarColumn&);
// Adds the rule of a condition on the column, and returns its name. `others`: the rule of columns
// that it may be compared with; may be empty.
std::string condition_rule(const GrammarColumn&, const std::string& name, Gbnf&,
                           const std::string& others = "");
// name = v or name IN (v, …), which says what row is meant; empty when there is no value.
std::string fixed(const GrammarColumn&, Gbnf&);

}  // namespace sr::host::sql
