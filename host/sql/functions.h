// host/sql/functions.h - the functions that mean the same in SQLite and PostgreSQL, with what the
// guard must know of each. Which of them may be used is the policy's list.
#pragma once

#include <string_view>

namespace sr::host::sql {

// What an expression yields. kMoment: a point in time; kDay: a day. kAny: NULL, or a type that only
// one database knows.
enum class Type { kAny, kBoolean, kInteger, kReal, kText, kMoment, kDay };

enum class FunctionKind { kScalar, kAggregate, kWindow };

struct Function {
  std::string_view name;
  FunctionKind kind;
  int least_arguments, most_arguments;
  // One letter for each argument, the last one repeats: n number, i integer, t text, m point in
  // time or day, a anything, s anything of one type with the others that are s.
  std::string_view arguments;
  // n/i/r/t/m as above (r real, d day), s the type of the s arguments, 1 the type of the first argument.
  char result;
};

// nullptr when the guard does not know the function.
const Function* find_function(std::string_view name);

// Functions that no policy may allow: they reach files, settings, other databases or the server.
bool is_forbidden_function(std::string_view name);

}  // namespace sr::host::sql
