// host/sql/term.h - what the Writer makes of a piece of a statement: text that is ready to run and
// what the pieces around it must know of it.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/sql/scope.h"

namespace sr::host::sql {

// An expression as text.
struct Term {
  enum class Rank { kAtom, kOperation, kLogic };  // what needs parentheses around it
  std::string sql;
  Type type = Type::kAny;
  Rank rank = Rank::kAtom;
  char chain = 0;  // '+' for a sum or difference, '*' for a product, '|' for joined text
  int at = -1;
  bool constant = false;              // a literal value other than NULL
  bool null = false;                  // the literal NULL
  std::optional<std::string> string;  // the value of a string literal
  bool negative = false;              // a number literal below zero
  bool zero = false;                  // a number literal that is or may be 0
  bool numeric = false;               // CAST(… AS numeric)
  bool integral = false;              // a real number that never has a fraction
  const Column* moved = nullptr;      // the column to which an interval is added
  bool moved_day = false;             // a day, by whole days
  bool wide = false;                  // an integer that PostgreSQL computes as numeric
  Number number;                      // of kInteger and kReal
  const Column* column = nullptr;     // a column of the catalog and nothing else
  std::optional<Place> place;         // a column of FROM and nothing else
  int parameter = 0;                  // `$1` and nothing else: 1

  // Beside = and its like; beside + and its like, where a negative number stands in parentheses.
  std::string side() const { return rank == Rank::kAtom ? sql : "(" + sql + ")"; }
  std::string operand() const {
    return rank == Rank::kAtom && !negative ? sql : "(" + sql + ")";
  }
  std::string arm() const { return rank == Rank::kLogic ? "(" + sql + ")" : sql; }
};

struct Output {
  std::string name, expression;
  Type type = Type::kAny;
  std::optional<Place> place;
  int at = -1;
  Number number;
  std::string column{};  // of the query's first table, where it is one
};

struct Query {
  std::string sql;
  std::string unordered;  // without ORDER BY; empty when it is limited
  std::vector<Output> outputs;
  bool one_row = false;  // never more
  bool limited = false;  // has LIMIT or OFFSET
  std::vector<std::string> key;  // see Plan::key
  std::string key_table;         // see Plan::key_of
};

// Finds outputs by their names, which are unique whatever their ASCII case.
class OutputNames {
 public:
  explicit OutputNames(const std::vector<Output>&);
  const Output* find(const std::string& name) const;  // nullptr when there is none

 private:
  std::unordered_map<std::string, const Output*> by_name_;  // in lower case
};

const char* name_of(Type);
std::string settled_text(const Term&);  // see Writer::settled
Number number_of_any(const std::vector<Term*>&);  // of what may be any of them
inline bool is_number(Type type) { return type == Type::kInteger || type == Type::kReal; }
inline bool is_moment(Type type) { return type == Type::kMoment || type == Type::kDay; }
constexpr auto kAtom = Term::Rank::kAtom, kOperation = Term::Rank::kOperation,
               kLogic = Term::Rank::kLogic;

}  // namespace sr::host::sql
