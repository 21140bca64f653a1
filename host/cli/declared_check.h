// host/cli/declared_check.h - an app's policy, screens and actions, held to the tables of its
// schema without its database. One thread.
#pragma once

#include <string>

#include "host/cli/check_command.h"

namespace sr::host {

// What could not be looked at, as a sentence; empty when all was. Throws StartError at a mistake.
std::string check_declared(const CheckedDeployment& checked, const sr_host_api& api,
                           config::Diagnostics& diagnostics);

}  // namespace sr::host
