// The sqlite plugin: facts, sessions, logs and snapshots in one SQLite file.
#include "store.h"

SR_PLUGIN("sqlite", "0.1.0", "Apache-2.0", &sr::component<sr::sqlite::SqliteStore>)
