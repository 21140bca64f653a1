#include "host/cli/store_command.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <ostream>
#include <sstream>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/runtime/assemble.h"
#include "host/base/async.h"
#include "host/runtime/engine_start.h"
#include "host/runtime/rights.h"
#include "host/runtime/services.h"

namespace sr::host {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw StartError("[app] cannot read " + file.string());
  return std::move(text).str();
}

// One script, hence one transaction: tables are never left without their first rows.
void run_scripts(LoadedStore& store, const App& app) {
  auto script = text_of(app.schema);
  auto name = app.schema.string();
  if (!app.seed.empty()) {
    script += "\n" + text_of(app.seed);
    name += ", followed by " + app.seed.string();
  }
  auto done = store.run_script(script);
  if (!done) throw StartError(name + ": " + done.error().text());
}

// Of the tables that the policy names: how many there are in the database.
std::size_t tables_present(const App& app, const std::vector<Column>& catalog) {
  return static_cast<std::size_t>(
      std::count_if(app.policy.tables.begin(), app.policy.tables.end(), [&](const auto& table) {
        return std::any_of(catalog.begin(), catalog.end(),
                           [&](const Column& c) { return sql::leads_to(table.first, c); });
      }));
}

// The store of a deployment, and nothing else of it.
int with_store(const std::filesystem::path& file, const std::vector<std::string>& overrides,
               std::ostream& err, const std::function<int(LoadedStore&, const App&)>& use) {
  config::Diagnostics diagnostics;
  const auto checked = check_deployment(file, overrides, diagnostics);
  asio::io_context io;
  const Services services(io);
  std::optional<LoadedStore> store;
  if (diagnostics.ok()) {
    store = assemble_store(checked.deployment, checked.components, services.api(), diagnostics);
  }
  diagnostics.print(err);
  if (!store) return kExitConfig;
  return use(*store, checked.app);
}

}  // namespace

std::string init_store(LoadedStore& store, const App& app) {
  const auto present = tables_present(app, sql::spoken(or_start_error(store.catalog()), app.speak));
  if (present == app.policy.tables.size()) {
    return "[" + store.label() + "] the tables of app " + app.name + " are there; nothing was done";
  }
  if (present != 0) {
    throw StartError("[" + store.label() + "] only " + std::to_string(present) + " of the " +
                     std::to_string(app.policy.tables.size()) + " tables of app " + app.name +
                     " are there; add the missing ones by hand, or use an empty database");
  }
  if (app.schema.empty()) {
    throw StartError("[app " + app.name + "] names no schema; create its tables by hand");
  }
  run_scripts(store, app);
  return "[" + store.label() + "] the tables of app " + app.name + " were created" +
         (app.seed.empty() ? "" : " and seeded");
}

int store_init_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                       std::ostream& out, std::ostream& err) {
  return with_store(file, overrides, err, [&](LoadedStore& store, const App& app) {
    out << init_store(store, app) << '\n';
    return 0;
  });
}

int store_check_command(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides, std::ostream& out,
                        std::ostream& err) {
  return with_store(file, overrides, err, [&](LoadedStore& store, const App& app) {
    const auto catalog = sql::spoken(or_start_error(store.catalog()), app.speak);
    check_tables(app, catalog, store.label());
    const auto found = missing_rights(app, catalog, store);
    for (const auto& sentence : found) out << "[" << store.label() << "] " << sentence << '\n';
    if (found.empty()) {
      out << "[" << store.label() << "] the database lets app " << app.name
          << " do what its policy allows\n";
    }
    return found.empty() ? 0 : 1;
  });
}

void print_names(const std::vector<Column>& spoken_catalog, std::ostream& out) {
  std::size_t width = 0;
  for (const auto& c : spoken_catalog) width = std::max({width, c.table.size(), c.name.size() + 2});
  const auto line = [&](const std::string& name, const std::string& stored, const char* indent) {
    auto text = indent + name;
    if (stored != name) text += std::string(width + 2 - text.size(), ' ') + stored;
    out << text << '\n';
  };
  std::string table;
  for (const auto& c : spoken_catalog) {
    if (c.table != table) line(c.table, c.table_in_store(), "");
    line(c.name, c.name_in_store(), "  ");
    table = c.table;
  }
}

int store_names_command(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides, std::ostream& out,
                        std::ostream& err) {
  return with_store(file, overrides, err, [&](LoadedStore& store, const App& app) {
    const auto catalog = sql::spoken(or_start_error(store.catalog()), app.speak);
    if (catalog.empty()) throw StartError("[" + store.label() + "] the database has no tables");
    print_names(catalog, out);
    return 0;
  });
}

}  // namespace sr::host
