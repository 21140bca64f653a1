// host/app/policy_reader.h - the `policy` of app.yaml as sql::Policy. Start-up only, one thread.
#pragma once

#include "host/config/diagnostics.h"
#include "host/config/node.h"
#include "host/sql/policy.h"

namespace sr::host {

sql::Policy read_policy(const config::Node&, config::Diagnostics&);

}  // namespace sr::host
