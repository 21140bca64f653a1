// host/config/components.h - a deployment's components against the plugins that were loaded.
// Start-up only, one thread.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "host/base/result.h"
#include "host/config/deployment.h"
#include "host/plugins/options.h"
#include "host/plugins/registry.h"

namespace sr::host::config {

struct CheckedComponent {
  const sr_component* component = nullptr;
  Options options;  // what create() is given
};

// By interface and name: {"backend", "main"}. Components with mistakes are left out.
using CheckedComponents = std::map<std::pair<std::string, std::string>, CheckedComponent>;

// Reports unknown types and every mistake in options, each at its key or value; hides the values
// of secret options, which are marked so in the deployment.
CheckedComponents check_components(Deployment&, const Registry&, Diagnostics&);

// Reports what create() said: at the option that it blames, else at the component's name. As a
// warning, with `instead` behind it, when the host can do without the component.
void place(const ComponentConfig&, const Error&, Diagnostics&);
void place_warning(const ComponentConfig&, const Error&, const std::string& instead, Diagnostics&);

}  // namespace sr::host::config
