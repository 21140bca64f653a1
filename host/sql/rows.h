// host/sql/rows.h - statements that the host makes by itself: rows of a table by their key, as they
// are before and after a change, and as they are put back. Values go in as parameters. Pure; any
// thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/sql/guard.h"

namespace sr::host::sql {

// A table of the catalog by whose key rows are told apart. Points into the catalog.
struct RowTable {
  std::string name, stored;  // here, and in the database
  std::vector<const Column*> columns;
  std::vector<std::size_t> key;  // places in `columns`; empty: rows cannot be told apart
  bool updates = false;          // the policy lets rows be changed, so they can be locked
};
RowTable row_table(const Guard&, const std::string& name);

struct Limits {
  std::uint64_t max_rows = 0, max_bytes = 0;
};

// Every column of the rows that the statement will find, in a transaction that writes. Nobody else
// changes them until it ends, where the store can say so.
Statement select_found(const Plan&, const std::vector<Value>& values, const RowTable&,
                       const Limits&);
// The same of the rows that have one of these keys; at least one.
Statement select_rows(const RowTable&, std::span<const std::vector<Value>> keys, const Limits&);
// The statement also returns the keys of the rows that it adds, behind what it returns by itself.
void return_keys(const Plan&, const RowTable&, Statement&);

// One row, whole; columns that the database computes are left to it.
Statement insert_row(const RowTable&, const std::vector<std::optional<Value>>& values);
struct Assignment {
  const Column* column = nullptr;
  Value value;
};
Statement update_row(const RowTable&, const std::vector<Value>& key,
                     const std::vector<Assignment>& values);
Statement delete_row(const RowTable&, const std::vector<Value>& key);

// Whether it holds U+FFFD, with which a text that is no UTF-8 arrives: what stood there is not
// known.
inline bool holds_replaced(std::string_view text) {
  return text.find("\xEF\xBF\xBD") != std::string_view::npos;
}

}  // namespace sr::host::sql
