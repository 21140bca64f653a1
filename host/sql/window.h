// host/sql/window.h - a part of what a planned query finds: some rows from a place on, in an order, of
// those that are looked for.
//
// The query stays as the guard planned it and is wrapped. What is looked for goes in as parameters:
// no text of a person ever becomes SQL. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/sql/guard.h"

namespace sr::host::sql {

struct SortKey {
  std::string column;
  bool descending = false;
  bool operator==(const SortKey&) const = default;
};

// Rows that have this in that column.
struct Filter {
  std::string column;
  Value value;
  bool operator==(const Filter&) const = default;
};

// Columns are those of the plan.
struct Window {
  std::uint64_t offset = 0, limit = 0;
  std::vector<SortKey> sort;    // none: the query's own order
  std::string search;           // somewhere in a text column; empty: all rows
  std::vector<Filter> filters;  // all of them
};

// The rows of the window. `window.limit` counts.
Plan windowed(const Plan&, const Window&);
// One row, one column: how many rows there are, whatever the window's place and size.
Plan counted(const Plan&, const Window&);

}  // namespace sr::host::sql
