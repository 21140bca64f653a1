// host/config/schema.h - the JSON Schema of deployments, for editors that complete and check YAML.
//
// Made of the loaded plugins' option tables, so it knows third parties' options, too. What it cannot
// say (names that refer to each other, files that must exist) is left to `state-runtime check`.
// Pure function; any thread.
#pragma once

#include "host/base/json.h"
#include "host/plugins/registry.h"

namespace sr::host::config {

Json deployment_schema(const Registry&);  // draft 2020-12

}  // namespace sr::host::config
