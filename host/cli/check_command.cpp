#include "host/cli/check_command.h"

#include <ostream>

#include "host/base/async.h"
#include "host/cli/declared_check.h"
#include "host/runtime/assemble.h"
#include "host/runtime/services.h"

namespace sr::host {

int check_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                  std::ostream& out, std::ostream& err) {
  config::Diagnostics diagnostics;
  const auto checked = check_deployment(file, overrides, diagnostics);
  asio::io_context io(1);
  const Services services(io);
  (void)assemble_transports(checked.deployment, checked.components, services.api(), diagnostics);
  std::string unseen;
  if (diagnostics.ok()) unseen = check_declared(checked, services.api(), diagnostics);
  diagnostics.print(err);
  if (!diagnostics.ok()) return kExitConfig;
  if (!unseen.empty()) out << unseen << '\n';
  out << config::display_path(file) << ": ok; app " << checked.app.name << ", "
      << checked.components.size() << " components, " << checked.cases.size() << " test cases\n";
  return 0;
}

}  // namespace sr::host
