#include "bench/constrain/app_targets.h"

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <sstream>

#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/store_command.h"
#include "host/runtime/assemble.h"
#include "host/runtime/services.h"
#include "host/sql/grammar/value_slots.h"

namespace sr::bench {

using namespace host;

void refuse(const config::Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text);
  throw StartError("[bench] the deployment cannot be used\n" + text.str());
}

AppTargets::AppTargets(const std::string& deployment, const std::vector<std::string>& search) {
  const ScratchFolder scratch;
  const auto plugins = [&](const config::Deployment& d, Registry& registry) {
    plugins_from_directories(d, registry);
    registry.load_directories({search.begin(), search.end()});
  };
  config::Diagnostics diagnostics;
  // The store's name is known only once the deployment has been read.
  const auto named = check_deployment(deployment, {}, diagnostics, plugins);
  if (!diagnostics.ok()) refuse(diagnostics);
  const auto checked = check_deployment(
      deployment, {own_database(named.deployment, scratch.path())}, diagnostics, plugins);
  boost::asio::io_context io;
  const Services services(io);
  std::optional<LoadedStore> store;
  if (diagnostics.ok()) {
    store = assemble_store(checked.deployment, checked.components, services.api(), diagnostics);
  }
  if (!store) refuse(diagnostics);
  app_ = checked.app;
  init_store(*store, app_);
  catalog_ = or_start_error(store->catalog());
  sql_ = sql_grammars(app_, catalog_);
}

GrammarSource AppTargets::source(const std::string& event, const Json& manifest) const {
  const auto kind = event_kind(event);
  const auto route = kind ? app_.routes.find(*kind) : app_.routes.end();
  if (route == app_.routes.end()) throw StartError("[bench] the app has no route " + event);
  return target_source(app_, route->second.targets, sql_, manifest);
}

std::vector<SlotTexts> AppTargets::slots(const std::string& said) const {
  sql::Sources sources;
  sources.say(said);
  return sql::told_slots(sources, catalog_);
}

}  // namespace sr::bench
