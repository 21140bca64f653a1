// Components with every kind of option, linked in: what configuration is checked against here.
#pragma once

#include "host/plugins/registry.h"

namespace sr::host {

// Backends cpu and scripted, store sqlite, transport websocket, constrainer json_schema. The
// backend cpu fails to be created, and blames its option `model`.
void add_test_plugins(Registry&);

}  // namespace sr::host
