// host/runtime/assemble.h - creates the plugins that a deployment names. Start-up only.
#pragma once

#include <optional>
#include <vector>

#include "host/config/components.h"
#include "host/runtime/parts.h"

namespace sr::host {

// What create() refuses is reported in `diagnostics`, at the option that it blames; only as a
// warning where it is a backend that neither the pipeline nor a route names.
std::optional<Parts> assemble(const config::Deployment& deployment, App app,
                              const config::CheckedComponents& components, const sr_host_api& api,
                              config::Diagnostics& diagnostics);

// The pipeline's store alone, for commands that need nothing else.
std::optional<LoadedStore> assemble_store(const config::Deployment& deployment,
                                          const config::CheckedComponents& components,
                                          const sr_host_api& api,
                                          config::Diagnostics& diagnostics);

// The pipeline's constrainer alone.
std::optional<LoadedConstrainer> assemble_constrainer(const config::Deployment& deployment,
                                                      const config::CheckedComponents& components,
                                                      const sr_host_api& api,
                                                      config::Diagnostics& diagnostics);

// The transports alone. They read their options here; nothing listens before start().
std::vector<LoadedTransport> assemble_transports(const config::Deployment& deployment,
                                                 const config::CheckedComponents& components,
                                                 const sr_host_api& api,
                                                 config::Diagnostics& diagnostics);

}  // namespace sr::host
