// tests/plugins/stores/postgres/bench.h - a PostgreSQL store under test, and its database by hand.
#pragma once

#include "tests/plugins/stores/postgres/server.h"
#include "tests/plugins/stores/store_bench.h"

extern "C" const sr_plugin* sr_plugin_v1_postgres() noexcept;

namespace sr::test {

// Opens the store on a database with short times, and with what `more` adds.
host::Result<host::LoadedStore> open_postgres(const std::string& database, const Options& more = {});

}  // namespace sr::test
