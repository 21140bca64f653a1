// host/app/screens.h - reads the screens that an app names itself (docs/app.md, "Screens").
// Start-up only, one thread.
#pragma once

#include <vector>

#include "host/app/app.h"
#include "host/config/node.h"

namespace sr::host {

// `components` are the app's. Reported are unknown and missing members; whether values fit their
// schemas and queries the policy is checked when the engine starts (session/declared.h).
std::vector<DeclaredScreen> read_screens(const config::Node&,
                                         const std::vector<ComponentType>& components,
                                         config::Diagnostics&);

}  // namespace sr::host
