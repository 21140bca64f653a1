// host/sql/paths.h - follows foreign keys where a statement names them, so that nobody has to write
// joins:
//
//   SELECT tool, member.name FROM loans WHERE member.town = 'Leith'
//   SELECT name, count(loans) FROM members ORDER BY sum(loans.fee) DESC
//
// become LEFT JOINs and subqueries, which the guard then reads like any other. A path begins with a
// link of the one table in FROM (relations.h): one row, then a column of it, or a link further; or
// of many rows their number, or an aggregate of a column. Pure; any thread. Throws Refused.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"
#include "host/sql/relations.h"

namespace sr::host::sql {

// The statement as it is when it holds no path. With a policy, a query that lists columns of one
// table under their own names also shows what the rows are called whose keys it lists
// (row_names.h), behind its own columns; `named` says whether it does.
struct Expanded {
  std::string text;
  bool named = false;
};
Expanded expand_paths(const std::string& statement, const Links& links,
                      const std::vector<Column>& catalog, const Policy* names_for = nullptr);

}  // namespace sr::host::sql
