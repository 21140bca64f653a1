// host/app/component_schema.h - reads and checks the JSON Schema of one component (docs/app.md).
// Start-up only, one thread.
#pragma once

#include <filesystem>
#include <string>

#include "host/app/app.h"
#include "host/config/diagnostics.h"

namespace sr::host {

// Reports every mistake; `named_at` is where app.yaml names the file.
ComponentType load_component(const std::string& name, const std::filesystem::path& file,
                             const config::Place& named_at, config::Diagnostics&);

}  // namespace sr::host
