// host/runtime/declared.h - what an app declares, planned: its screens and actions. Start-up only,
// one thread. Both throw StartError, which names the line of the mistake.
#pragma once

#include <map>
#include <string>

#include "host/app/app.h"
#include "host/session/actions.h"
#include "host/session/manifest_check.h"
#include "host/session/session.h"
#include "host/sql/guard.h"

namespace sr::host {

// Held to what holds a model: schemas, policy and catalog. Without views.
std::map<std::string, Screen> plan_screens(const App&, const sql::Guard&, const ManifestCheck&);
PlannedActions plan_actions(const App&, const sql::Guard&);

}  // namespace sr::host
