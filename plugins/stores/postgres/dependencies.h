// dependencies.h - which tables a change of one table reaches, as the server's catalogs tell.
//
// Views, rules, row policies, foreign keys, inheritance and partitions are recorded there exactly.
// Of functions (of triggers, views and policies) only the text is: every table that a text in SQL
// or PL/pgSQL names counts, and one that puts statements together at run time, or is in another
// language, counts as "any table".
#pragma once

#include <functional>

#include "connection.h"
#include "state_runtime/store.hpp"

namespace sr::postgres {

void list_dependencies(Connection&, const Settings&,
                       const std::function<void(const sr_dependency&)>& dependency);

}  // namespace sr::postgres
