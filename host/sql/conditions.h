// host/sql/conditions.h - what a query asks, so that two readings of a command can be compared.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sr::host::sql {

// "alerts.status", "= 'open'"; without a column OR, NOT and LIMIT. A pattern asks for the text
// inside its wildcards.
struct Condition {
  std::string column, asks;
  enum class Sort { kOther, kText, kSize } sort = Sort::kOther;  // of a number < and >
  auto operator<=>(const Condition&) const = default;
};

// In order of their texts; none of a statement that cannot be read.
std::vector<Condition> conditions_in(const std::string& statement);

// Whether a text, or more or less than a number, is looked for: that may stand in another column. A
// day, a row's number, or that something is missing may rightly be true of no row.
bool looks_for_something(const std::vector<Condition>& conditions);

// Whether `other` asks the same, but that one column may be another, which was not asked of before.
bool asks_the_same(const std::vector<Condition>& first, const std::vector<Condition>& other);

}  // namespace sr::host::sql
