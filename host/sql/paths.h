// host/sql/paths.h - follows foreign keys where a statement names them, so that nobody has to write
// joins:
//
//   SELECT tool, member.name FROM loans WHERE member.town = 'Leith'
//   SELECT name, count(loans) FROM members ORDER BY sum(loans.fee) DESC
//
// become LEFT JOINs and subqueries, which the guard then reads like any other. A path begins with a
// link of the one table in FROM (relations.h): one row, then a column of it, or a link further; or of
// many rows their number, or an aggregate of a column. Pure; any thread. Throws Refused.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/relations.h"

namespace sr::host::sql {

// The statement as it is when it holds no path.
std::string expand_paths(const std::string& statement, const Links& links,
                         const std::vector<Column>& catalog);

}  // namespace sr::host::sql
