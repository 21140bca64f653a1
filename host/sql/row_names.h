// host/sql/row_names.h - what rows that others point at are called, beside their keys:
//
//   SELECT loan_no, member_no FROM loans    shows member.name, too
//
// A row is called by the first text of its table that every row has and that is neither key nor one
// of a few. Pure; any thread. Throws Refused for text that is no statement.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"
#include "host/sql/relations.h"

namespace sr::host::sql {

// The statement with these columns behind its own, when it lists columns of one table; else as it
// is. The policy must let them be read. Those that it has already are not added.
std::string with_row_names(const std::string& statement, const Links& links,
                           const std::vector<Column>& catalog, const Policy& policy);

}  // namespace sr::host::sql
