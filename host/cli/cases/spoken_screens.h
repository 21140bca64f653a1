// host/cli/cases/spoken_screens.h - the screens of an app with what is said to it: they name roles
// (table, metric, chart, form), which the app's components play. Start-up only, one thread.
#pragma once

#include <vector>

#include "host/app/app.h"
#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host {

// `home` comes first, and so opens. Reports every mistake.
std::vector<DeclaredScreen> read_spoken_screens(const config::Node&, const App& app,
                                                config::Diagnostics&);

}  // namespace sr::host
