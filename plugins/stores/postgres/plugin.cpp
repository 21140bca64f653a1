// The postgres plugin: facts, sessions, logs and snapshots in a PostgreSQL database.
#include "store.h"

SR_PLUGIN("postgres", "0.1.0", "Apache-2.0", &sr::component<sr::postgres::PostgresStore>)
