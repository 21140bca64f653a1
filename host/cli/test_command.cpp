#include "host/cli/test_command.h"

#include <ostream>

#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"

namespace sr::host {
namespace fs = std::filesystem;

int test_command(const fs::path& file, const std::vector<std::string>& overrides, std::ostream& out,
                 std::ostream& err) {
  config::Diagnostics diagnostics;
  const auto checked = check_deployment(file, overrides, diagnostics);
  diagnostics.print(err);
  if (!diagnostics.ok()) return kExitConfig;
  const ScratchFolder scratch;
  std::size_t passed = 0, failed = 0;
  for (const auto& test : checked.cases) {
    const auto folder = scratch.path() / std::to_string(passed + failed);
    auto mine = overrides;
    mine.push_back(own_database(checked.deployment, folder));
    const auto failures = run_case(test, file, mine, folder);
    out << (failures.empty() ? "ok      " : "FAILED  ") << test.name << '\n';
    for (const auto& failure : failures) out << "        " << failure << '\n';
    ++(failures.empty() ? passed : failed);
  }
  out << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace sr::host
