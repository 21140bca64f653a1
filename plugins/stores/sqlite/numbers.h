// numbers.h - functions of numbers that answer as PostgreSQL's do where SQLite's own would not:
//   round(x, n)  rounds the decimal that x is written as, half away from zero: round(2.675, 2) is 2.68
//   sum(x)       adds doubles without losing what is small; more than 64 bits is an error
//   int8(x)      a whole number of 64 bits; one that has become a double is an error
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

namespace sr::sqlite {

// Returns SQLite's code. Any thread, each connection on its own.
int add_number_functions(sqlite3*);

// `text`: digits with a point. Keeps so many places, rounding half away from zero.
std::string rounded_text(std::string text, std::size_t places);

// The statement with its decimal literals as parameters, numbered from `first`: SQLite 3.40 reads
// some of them as the double beside the right one. Equal literals are one parameter, so that what
// GROUP BY repeats stays the same.
struct BoundReals {
  std::string sql;
  std::vector<double> values;
};
BoundReals bind_reals(std::string_view sql, std::size_t first);

}  // namespace sr::sqlite
