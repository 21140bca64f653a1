// host/app/policy_reader.h - the `policy` of app.yaml as sql::Policy. Start-up only, one thread.
#pragma once

#include "host/config/diagnostics.h"
#include "host/config/node.h"
#include "host/sql/policy.h"

namespace sr::host {

// never, many or always; nothing, and a mistake, for anything else.
std::optional<sql::Confirm> read_confirm(const config::Node&, config::Diagnostics&);

sql::Policy read_policy(const config::Node&, config::Diagnostics&);

}  // namespace sr::host
