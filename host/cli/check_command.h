// host/cli/check_command.h - `state-runtime check`: everything that can be known about a
// deployment without a store, a model or a port. `run` starts from the same result.
// Start-up only, one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/app/case_file.h"
#include "host/config/components.h"
#include "host/config/deployment.h"
#include "host/plugins/registry.h"

namespace sr::host {

inline constexpr int kExitConfig = 78;  // EX_CONFIG of sysexits.h

struct CheckedDeployment {
  config::Deployment deployment;
  App app;
  std::vector<Case> cases;
  Registry registry;
  config::CheckedComponents components;
};

// Fills a registry: from the deployment's directories, or with plugins that are linked in.
using PluginSource = std::function<void(const config::Deployment&, Registry&)>;
void plugins_from_directories(const config::Deployment&, Registry&);

// Loads the deployment, its plugins, its app and its test cases, and checks each against the
// others. Usable only when `diagnostics` is ok.
CheckedDeployment check_deployment(const std::filesystem::path& file,
                                   const std::vector<std::string>& overrides,
                                   config::Diagnostics& diagnostics,
                                   const PluginSource& plugins = plugins_from_directories);

// Prints what was found, what transports say of their options included; returns 0 or kExitConfig.
int check_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                  std::ostream& out, std::ostream& err);

}  // namespace sr::host
