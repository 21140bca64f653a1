#include "host/cli/check_command.h"

#include "host/app/load.h"
#include "host/plugins/registry.h"

namespace sr::host {

void plugins_from_directories(const config::Deployment& deployment, Registry& registry) {
  registry.load_directories(plugin_search_path(deployment.plugin_search));
}

CheckedDeployment check_deployment(const std::filesystem::path& file,
                                   const std::vector<std::string>& overrides,
                                   config::Diagnostics& diagnostics, const PluginSource& plugins) {
  CheckedDeployment out;
  out.deployment = config::load_deployment(file, overrides, diagnostics);
  auto& deployment = out.deployment;
  if (deployment.components.empty() && !diagnostics.ok()) return out;

  plugins(deployment, out.registry);
  out.components = config::check_components(deployment, out.registry, diagnostics);
  if (!deployment.app.empty()) {
    AppContext context{deployment.app_at, std::nullopt, {}};
    const auto* store = deployment.find("store", deployment.pipeline.store);
    if (store != nullptr) context.store = store->type;
    if (const auto names = deployment.names("backend"); !names.empty()) context.backends = names;
    out.app = load_app(deployment.app, diagnostics, context);
    config::warn_unused(deployment, route_backends(out.app), diagnostics);
  }
  if (deployment.tests) {
    out.cases = load_cases(*deployment.tests, deployment.tests_at, diagnostics);
  }
  return out;
}

}  // namespace sr::host
