#include "host/runtime/assemble.h"

#include <algorithm>

#include "host/app/load.h"

namespace sr::host {
namespace {

using InstancePtr = std::shared_ptr<Instance>;

// Without `needed`, what create() refuses is only a warning.
InstancePtr create(const config::ComponentConfig& config,
                   const config::CheckedComponents& components, const sr_host_api& api,
                   config::Diagnostics& diagnostics, bool needed = true) {
  const auto found = components.find({config.interface, config.name});
  if (found == components.end()) return nullptr;  // its mistakes are reported already
  auto made = Instance::create(*found->second.component, found->second.options, api, config.label());
  if (made) return *made;
  if (needed) {
    config::place(config, made.error(), diagnostics);
  } else {
    config::place_warning(config, made.error(), "nothing uses it, so the rest starts without it",
                          diagnostics);
  }
  return nullptr;
}

template <class Loaded>
std::optional<Loaded> one(const char* interface, const std::string& name,
                          const config::Deployment& deployment,
                          const config::CheckedComponents& components, const sr_host_api& api,
                          config::Diagnostics& diagnostics) {
  const auto* config = deployment.find(interface, name);
  auto instance = config == nullptr ? nullptr : create(*config, components, api, diagnostics);
  if (!instance) return std::nullopt;
  return Loaded(std::move(instance));
}

}  // namespace

std::optional<LoadedStore> assemble_store(const config::Deployment& deployment,
                                          const config::CheckedComponents& components,
                                          const sr_host_api& api,
                                          config::Diagnostics& diagnostics) {
  return one<LoadedStore>("store", deployment.pipeline.store, deployment, components, api,
                          diagnostics);
}

std::optional<LoadedConstrainer> assemble_constrainer(const config::Deployment& deployment,
                                                      const config::CheckedComponents& components,
                                                      const sr_host_api& api,
                                                      config::Diagnostics& diagnostics) {
  return one<LoadedConstrainer>("constrainer", deployment.pipeline.constrainer, deployment,
                                components, api, diagnostics);
}

std::vector<LoadedTransport> assemble_transports(const config::Deployment& deployment,
                                                 const config::CheckedComponents& components,
                                                 const sr_host_api& api,
                                                 config::Diagnostics& diagnostics) {
  std::vector<LoadedTransport> transports;
  for (const auto* config : deployment.all("transport")) {
    if (auto instance = create(*config, components, api, diagnostics)) {
      transports.emplace_back(std::move(instance));
    }
  }
  return transports;
}

std::optional<Parts> assemble(const config::Deployment& deployment, App app,
                              const config::CheckedComponents& components, const sr_host_api& api,
                              config::Diagnostics& diagnostics) {
  auto constrainer = assemble_constrainer(deployment, components, api, diagnostics);
  auto store = assemble_store(deployment, components, api, diagnostics);
  std::map<std::string, LoadedBackend> backends;
  auto needed = route_backends(app);
  needed.push_back(deployment.pipeline.backend);
  for (const auto* config : deployment.all("backend")) {
    const bool used = std::find(needed.begin(), needed.end(), config->name) != needed.end();
    if (auto instance = create(*config, components, api, diagnostics, used)) {
      backends.emplace(config->name, LoadedBackend(std::move(instance)));
    }
  }
  auto transports = assemble_transports(deployment, components, api, diagnostics);
  if (!diagnostics.ok() || !constrainer || !store) return std::nullopt;
  return Parts{std::move(app),
               std::move(*store),
               std::move(*constrainer),
               std::move(backends),
               deployment.pipeline.backend,
               std::move(transports),
               deployment.canvas.value_or(std::filesystem::path()),
               deployment.limits,
               deployment.metrics};
}

}  // namespace sr::host
