// host/turn/tables.h - whether the tables are still those that the host started with.
//
// The guard, the grammars and what the model was told all come from the catalog as it was then, so
// a statement that the guard lets through and the store does not know is a sign that an
// administrator has changed a table since. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/guard.h"

namespace sr::host {

// What the policy's tables have lost since: SR_UNAVAILABLE, with what to do. None when they have all
// that they had, or when the store cannot tell.
std::optional<Error> tables_changed(LoadedStore& store, const sql::Guard& guard);

}  // namespace sr::host
