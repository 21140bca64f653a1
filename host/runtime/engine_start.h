// host/runtime/engine_start.h - from created plugins to an engine that can take events.
//
// Start-up only. Checks that the policy's tables exist, compiles every route's grammar, and reads
// the app's preamble once per backend. Throws StartError.
#pragma once

#include <memory>

#include "host/runtime/parts.h"
#include "host/session/engine.h"

namespace sr::host {

// The policy's tables and columns are in the catalog; `store` is what messages call it.
void check_tables(const App& app, const std::vector<Column>& catalog, const std::string& store);

// `app` and `facts` must outlive the engine.
std::unique_ptr<Engine> start_engine(const App& app, StorePool& facts, LoadedConstrainer constrainer,
                                     const std::map<std::string, LoadedBackend>& backends,
                                     const std::string& default_backend);

}  // namespace sr::host
