#include "host/cli/sql_check_command.h"

#include "host/app/load.h"
#include "host/base/async.h"
#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_store.h"
#include "host/cli/sql_command.h"
#include "host/cli/store_command.h"
#include "host/cli/texts.h"
#include "host/runtime/services.h"

namespace sr::host {

void add_sql_check(CLI::App& command, SqlCheckArgs& args) {
  command.add_option("app", args.app, "The app's folder")->required();
  command.add_option("--as", args.as, "Check every statement as one or the other")
      ->check(CLI::IsMember({"action", "binding"}));
  add_texts(command, "statements", args.statements,
            "The statements; without any, one a line on standard input");
}

int sql_check_command(const SqlCheckArgs& args, std::istream& in, std::ostream& out,
                      std::ostream& err) {
  config::Diagnostics diagnostics;
  const App app = load_app(args.app, diagnostics);
  diagnostics.print(err);
  if (!diagnostics.ok()) return kExitConfig;

  Registry registry;
  registry.load_directories(plugin_search_path({}));
  const ScratchFolder scratch;
  asio::io_context io;
  const Services services(io);
  auto store = scratch_store(registry, services.api(), scratch);
  init_store(store, app);
  auto catalog = sql::spoken(or_start_error(store.catalog()), app.speak);
  const auto policy = sql::spoken(app.policy, catalog);
  const sql::Guard guard(policy, std::move(catalog));
  std::optional<SqlUse> use;
  if (!args.as.empty()) use = args.as == "action" ? SqlUse::kAction : SqlUse::kBinding;
  return sql_check(guard, args.statements, use, in, out);
}

}  // namespace sr::host
