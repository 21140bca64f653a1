// host/config/overrides.h - `--set path=value` from the command line, laid over the tree.
//
// A path names members and list items: backends.main.type, plugins.search.0. What is missing on
// the way is made. A value that begins with [ or { is read as YAML, any other is text. Start-up
// only, one thread.
#pragma once

#include <string>
#include <vector>

#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host::config {

void apply_overrides(Node& root, const std::vector<std::string>& overrides, Diagnostics&);

}  // namespace sr::host::config
