// host/session/kept_names.h - changes that the log keeps have the database's names: by the time
// that one is undone, what it is about may be called otherwise here (sql/spoken/names.h). Pure; any
// thread.
#pragma once

#include <vector>

#include "host/session/kept_change.h"

namespace sr::host {

KeptChange with_names_of_store(KeptChange, const std::vector<Column>& catalog);
// SR_INVALID_ARGUMENT when the database has such a table or column no more.
Result<KeptChange> with_spoken_names(KeptChange, const std::vector<Column>& catalog);

}  // namespace sr::host
