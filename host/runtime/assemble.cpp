#include "host/runtime/assemble.h"

namespace sr::host {
namespace {

using InstancePtr = std::shared_ptr<Instance>;

InstancePtr create(const config::ComponentConfig& config,
                   const config::CheckedComponents& components, const sr_host_api& api,
                   config::Diagnostics& diagnostics) {
  const auto found = components.find({config.interface, config.name});
  if (found == components.end()) return nullptr;  // its mistakes are reported already
  auto made = Instance::create(*found->second.component, found->second.options, api, config.label());
  if (made) return *made;
  config::place(config, made.error(), diagnostics);
  return nullptr;
}

}  // namespace

std::optional<LoadedStore> assemble_store(const config::Deployment& deployment,
                                          const config::CheckedComponents& components,
                                          const sr_host_api& api,
                                          config::Diagnostics& diagnostics) {
  const auto* config = deployment.find("store", deployment.pipeline.store);
  auto instance = config == nullptr ? nullptr : create(*config, components, api, diagnostics);
  if (!instance) return std::nullopt;
  return LoadedStore(std::move(instance));
}

std::optional<Parts> assemble(const config::Deployment& deployment, App app,
                              const config::CheckedComponents& components, const sr_host_api& api,
                              config::Diagnostics& diagnostics) {
  const auto* constrainer = deployment.find("constrainer", deployment.pipeline.constrainer);
  auto made_constrainer =
      constrainer == nullptr ? nullptr : create(*constrainer, components, api, diagnostics);
  auto store = assemble_store(deployment, components, api, diagnostics);
  std::map<std::string, LoadedBackend> backends;
  for (const auto* config : deployment.all("backend")) {
    if (auto instance = create(*config, components, api, diagnostics)) {
      backends.emplace(config->name, LoadedBackend(std::move(instance)));
    }
  }
  std::vector<LoadedTransport> transports;
  for (const auto* config : deployment.all("transport")) {
    if (auto instance = create(*config, components, api, diagnostics)) {
      transports.emplace_back(std::move(instance));
    }
  }
  if (!diagnostics.ok() || !made_constrainer || !store) return std::nullopt;
  return Parts{std::move(app),
               std::move(*store),
               LoadedConstrainer(std::move(made_constrainer)),
               std::move(backends),
               deployment.pipeline.backend,
               std::move(transports),
               deployment.canvas.value_or(std::filesystem::path()),
               deployment.limits};
}

}  // namespace sr::host
