// host/sql/conditions.h - what a query asks, so that two readings of a command can be compared.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sr::host::sql {

// Of the table's column what is asked: "alerts.status", "= open". Without a column OR, NOT and
// LIMIT. A pattern asks for the text inside its wildcards.
struct Condition {
  enum class Sort {
    kText,  // a text is looked for
    kSize,  // more or less than a number
    kOther  // a day, a row's number, another column, that something is missing
  };
  std::string column, asks;
  Sort sort = Sort::kOther;
  auto operator<=>(const Condition&) const = default;
};
using Conditions = std::vector<Condition>;  // in order of their texts

// Of a query that the guard lets through. Nothing: it asks what the grammar of queries has no form
// for.
std::optional<Conditions> conditions_in(const std::string& query);

// Whether a text, or more or less than a number, is looked for: that may stand in another column.
// Anything else may rightly be true of no row.
bool looks_for_something(const Conditions& conditions);

// Whether `other` asks the same, but that one column may be another, which was not asked of before.
bool asks_the_same(const Conditions& first, const Conditions& other);

}  // namespace sr::host::sql
