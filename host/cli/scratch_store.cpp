#include "host/cli/scratch_store.h"

#include "host/base/start_error.h"
#include "host/plugins/options.h"

namespace sr::host {

LoadedStore scratch_store(const Registry& registry, const sr_host_api& api,
                          const ScratchFolder& folder) {
  const auto* sqlite = registry.find("store", "sqlite");
  if (sqlite == nullptr) throw StartError(registry.missing("store", "sqlite"));
  OptionInput path;
  path.name = "path";
  path.text = (folder.path() / "facts.db").string();
  std::vector<OptionProblem> problems;
  const auto options = Options::check(*sqlite->component, {path}, folder.path(), problems);
  if (!problems.empty()) throw StartError("store sqlite: " + problems.front().what);
  return LoadedStore(
      or_start_error(Instance::create(*sqlite->component, options, api, "store sqlite")));
}

}  // namespace sr::host
