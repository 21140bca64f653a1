// host/app/actions.h - the actions that an app names (docs/app.md, "Actions"). Start-up only, one
// thread; mistakes are reported at their place.
#pragma once

#include <vector>

#include "host/app/app.h"
#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host {

std::vector<DeclaredAction> read_actions(const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace sr::host
