// host/sql/grammar/where.h - what a SELECT may ask of its rows (docs/sql.md, `cond`). Pure; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "host/sql/grammar/gbnf.h"
#include "host/sql/grammar/tables.h"

namespace sr::host::sql {

// Columns of one sort may stand beside each other in a comparison; empty: of none, as keys.
std::string sort_of(const GrammarColumn&);

// Of a table whose rules begin with `id`: its columns, those of the rows that it leads to, and as
// text how many rows lead to it. Adds rules, and returns the name of what stands behind WHERE.
std::string where_rule(const std::string& id, const std::vector<GrammarColumn>& columns,
                       const std::vector<GrammarColumn>& paths,
                       const std::vector<std::string>& counts, Gbnf&);

}  // namespace sr::host::sql
