#include "host/cli/run_command.h"

#include <ostream>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/observe/log.h"
#include "host/runtime/assemble.h"
#include "host/runtime/runtime.h"
#include "host/runtime/services.h"

namespace sr::host {

int run_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                std::ostream& out, std::ostream& err) {
  config::Diagnostics diagnostics;
  auto checked = check_deployment(file, overrides, diagnostics);
  asio::io_context io(1);
  const Services services(io);
  std::optional<Parts> parts;
  if (diagnostics.ok()) {
    set_log_level(checked.deployment.log_level);
    parts = assemble(checked.deployment, std::move(checked.app), checked.components, services.api(),
                     diagnostics);
  }
  diagnostics.print(err);
  if (!parts) return kExitConfig;

  Runtime runtime(io, std::move(*parts));
  if (auto started = runtime.start(); !started) {
    config::Diagnostics trouble;
    for (const auto* transport : checked.deployment.all("transport")) {
      if (transport->label() == started.error().where) {
        config::place(*transport, started.error(), trouble);
      }
    }
    trouble.print(err);
    return kExitConfig;
  }
  runtime.handle_signals();
  // Where a transport speaks on standard output, nothing else may.
  std::ostream& say = runtime.uses_stdio() ? err : out;
  for (const auto& address : runtime.addresses()) {
    say << "State Runtime is ready at " << address << std::endl;
  }
  runtime.run();
  return runtime.failed() ? kExitFailed : 0;
}

}  // namespace sr::host
