// host/cli/cases/wanted_rows.h - the rows of a reference query, and whether a screen shows them.
//
// Compared are values, not spelling: names of columns need not be the same, numbers are numbers.
// Pure but for wanted_rows(), which throws StartError when the query does not run; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/cli/cases/facts.h"

namespace sr::host {

struct WantedRows {
  std::string sql;
  std::vector<std::string> columns;
  std::vector<Json> rows;  // lists of values
  // With ORDER BY: what each row is sorted by, and all rows that a LIMIT cut these from.
  bool ordered = false;
  std::vector<Json> keys, pool, pool_keys;
};
WantedRows wanted_rows(FactsKeeper&, const std::string& sql);

// What a component shows: rows of a table, points of a chart, fields of a form, or one value.
struct ShownRows {
  std::string id;
  std::vector<std::string> columns;
  std::vector<Json> rows;              // lists of values
  std::optional<std::uint64_t> total;  // of a table
  bool value = false;                  // one number or text, and no table
};
std::vector<ShownRows> on_screen(const App&, const Json& view);

enum class Fit { kRight, kOtherOrder, kOtherColumns, kFewer, kMore, kOtherRows };
// `missing`: the columns that are not there, when that is what is wrong.
Fit fit(const WantedRows& wanted, const ShownRows& shown,
        std::vector<std::string>* missing = nullptr);

// The numbers can be read: as a metric, in the only row, as a table's total where rows are counted.
bool readable(FactsKeeper&, const WantedRows& numbers, const std::vector<ShownRows>& screen);

}  // namespace sr::host
