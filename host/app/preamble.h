// host/app/preamble.h - the body of a log's first entry: what the model is told about the app.
//
// Tables and columns only as far as the policy shows them. Pure; any thread. Deterministic: a
// session whose preamble differs cannot share the deployment's.
#pragma once

#include <vector>

#include "host/app/app.h"
#include "host/plugins/store.h"

namespace sr::host {

// The body of kind `app` (docs/app.md, "What the model is told").
Json preamble(const App&, const std::vector<Column>& catalog);

}  // namespace sr::host
