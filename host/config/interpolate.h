// host/config/interpolate.h - ${…} inside configured values.
//
//   ${VAR}  ${VAR:-default}  ${VAR:?message}  ${file:/path}  $$
//
// Only parsed values are touched, never keys nor the raw text: what a variable holds cannot add
// structure. An unset variable without a default is an error; with ":-" and ":?" an empty one
// counts as unset. What comes from a file is a secret. Start-up only, one thread.
#pragma once

#include <filesystem>

#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host::config {

// In the whole tree. Relative ${file:…} paths start at `folder`.
void interpolate(Node&, const std::filesystem::path& folder, Diagnostics&);

}  // namespace sr::host::config
