// schema.h - the store's own tables; docs/stores/sqlite.md describes them.
#pragma once

#include "connection.h"

namespace sr::sqlite {

inline constexpr int kFormat = 1;

// Makes the store's tables where there are none, and checks the format of those that exist.
// Returns the format. Throws BadOption("path") when another State Runtime wrote the file.
int prepare_schema(Connection& writer, const Settings&);

}  // namespace sr::sqlite
