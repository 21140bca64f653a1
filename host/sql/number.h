// host/sql/number.h - what is known of a number before it is computed, so that SQLite, which keeps
// decimals as doubles, answers as PostgreSQL does. Pure; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "host/plugins/store.h"

namespace sr::host::sql {

struct Number {
  int places = -1;           // digits after the point of a decimal; -1: not known
  bool approximate = false;  // a double by nature: a REAL column, a quotient, an average
  bool computed = false;     // by arithmetic that SQLite does in doubles and 64-bit integers

  // A decimal that must be rounded to its places to be what PostgreSQL computes.
  bool wants_rounding() const { return computed && !approximate && places >= 0; }
};

Number number_of(const Column&);
Number number_of_literal(std::string_view text);
// Of a + b, and of what is one or the other.
Number added(const Number& a, const Number& b);
Number multiplied(const Number& a, const Number& b);

// Both databases read the text as the same finite double, and as 0 only when it says 0.
bool is_exact_number(std::string_view text);

// A column whose affinity is that of numbers (SR_COLUMN_COERCES) keeps this text as the number that it
// reads as: blanks around a literal in full, as in SQLite's sqlite3AtoF().
bool reads_as_number(std::string_view text);

// DECIMAL(10,2), NUMERIC(5): digits in all, and those after the point.
struct Decimal {
  int digits = 0, places = 0;
};
std::optional<Decimal> decimal_of(std::string_view declared_type);
// Does the number, as written, have no more digits on each side of the point?
bool fits(const Decimal&, std::string_view number);

struct WholeRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};
WholeRange range_of(const Column&);

}  // namespace sr::host::sql
