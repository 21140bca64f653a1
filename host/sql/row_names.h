// host/sql/row_names.h - what calls a row: of the columns that all its rows have the one that
// people know it by. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"

namespace sr::host::sql {

// A row is called by such a column: `member.name` is the member.
bool calls_its_row(const std::string& column);

// The column of the table that calls its row, or else its first text that is NOT NULL, and neither
// key nor one of a few. Null: there is none that the policy lets be read.
const Column* row_name(const std::string& table, const std::vector<Column>& catalog,
                       const Policy& policy);

}  // namespace sr::host::sql
