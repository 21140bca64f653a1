// host/cli/plugins_command.h - `state-runtime plugins list` and `plugins describe KIND/TYPE`.
//
// Both only read the registry. They return the exit status: 0, or 1 when the name is unknown.
#pragma once

#include <iosfwd>
#include <string_view>

#include "host/plugins/registry.h"

namespace sr::host {

// A table for people, or one JSON object: {"components": […], "refused": […], "warnings": […]}.
int plugins_list(const Registry& registry, bool json, std::ostream& out);

// Everything about one component: what it is, each option, and YAML to start from. `name` is
// "store/sqlite", or "sqlite" when only one kind has that type.
int plugins_describe(const Registry& registry, std::string_view name, std::ostream& out,
                     std::ostream& err);

}  // namespace sr::host
