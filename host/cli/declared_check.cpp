#include "host/cli/declared_check.h"

#include "host/app/spoken_app.h"
#include "host/base/start_error.h"
#include "host/cli/scratch_store.h"
#include "host/cli/store_command.h"
#include "host/runtime/assemble.h"
#include "host/runtime/declared.h"
#include "host/runtime/engine_start.h"

namespace sr::host {
namespace {

// Empty: the tables are there. A schema of another database need not be one of SQLite.
std::string make_tables(LoadedStore& store, const CheckedDeployment& checked) {
  const auto* own = checked.deployment.find("store", checked.deployment.pipeline.store);
  auto app = checked.app;
  app.seed.clear();
  try {
    (void)init_store(store, app);
  } catch (const StartError& error) {
    if (own == nullptr || own->type == "sqlite") throw;
    return std::string("what the app declares is held to the tables when the host starts: ") +
           error.what();
  }
  return {};
}

}  // namespace

std::string check_declared(const CheckedDeployment& checked, const sr_host_api& api,
                           config::Diagnostics& diagnostics) {
  const auto& written = checked.app;
  if (written.schema.empty() || checked.registry.find("store", "sqlite") == nullptr)
    return "what the app declares is held to the tables when the host starts: " +
           std::string(written.schema.empty() ? "it names no schema" : "there is no plugin sqlite");
  const ScratchFolder folder;
  auto store = scratch_store(checked.registry, api, folder);
  if (auto why = make_tables(store, checked); !why.empty()) return why;
  const auto constrainer =
      assemble_constrainer(checked.deployment, checked.components, api, diagnostics);
  if (!constrainer) return {};  // told already
  auto catalog = sql::spoken(or_start_error(store.catalog()), written.speak);
  check_tables(written, catalog, "schema");
  const auto app = spoken_app(written, catalog);
  const auto check = or_start_error(ManifestCheck::make(app, *constrainer));
  const sql::Guard guard(app.policy, std::move(catalog));
  (void)plan_screens(app, guard, check);
  (void)plan_actions(app, guard);
  return {};
}

}  // namespace sr::host
