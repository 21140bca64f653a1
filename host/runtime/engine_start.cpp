#include "host/runtime/engine_start.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "host/app/preamble.h"
#include "host/app/spoken_app.h"
#include "host/app/targets.h"
#include "host/base/start_error.h"
#include "host/observe/log.h"
#include "host/runtime/declared.h"
#include "host/runtime/rights.h"
#include "host/session/bindings.h"
#include "host/sql/names.h"
#include "host/sql/spelling.h"

namespace sr::host {
namespace {

// A preamble may be long and a large model slow.
constexpr std::uint64_t kPreambleTimeoutMs = 600000;

// What the policy says of one table by name.
std::vector<std::string> named_columns(const sql::TablePolicy& rules) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
  };
  if (rules.select) add(rules.select->names);
  add(rules.unknown.names);
  for (const auto* rule : {&rules.insert, &rules.update, &rules.remove}) {
    if (!*rule) continue;
    add((*rule)->columns.names);
    add((*rule)->where);
  }
  return names;
}

bool names_all(const sql::TablePolicy& rules) {
  const auto all = [](const auto& rule) { return rule && rule->columns.all; };
  return (rules.select && rules.select->all) || all(rules.insert) || all(rules.update);
}

Async<void> read_preamble(Model& model, const std::string& body) {
  model.preamble_body = body;
  model.preamble_tokens = or_start_error(model.text.tokens(model.text.line("app", body)));
  model.preamble = or_start_error(co_await model.scheduler.open(model.preamble_tokens.size()));
  ReadRequest request{model.preamble, model.preamble_tokens, kPreambleTimeoutMs};
  or_start_error(co_await model.scheduler.read(request));
}

// Runs a coroutine to its end on an executor of its own.
void wait_for(Async<void> work) {
  asio::io_context io;
  std::exception_ptr failure;
  asio::co_spawn(io, std::move(work), [&](std::exception_ptr e) { failure = std::move(e); });
  io.run();
  if (failure) std::rethrow_exception(failure);
}

// What a route may emit before there is a screen; with one, a turn compiles what may edit it.
void compile_routes(const App& app, Engine& engine) {
  for (const auto& [kind, route] : app.routes) {
    if (route.targets.empty()) continue;  // no model is asked
    const auto where = "[app " + app.name + "] route " + to_string(kind) + ": ";
    auto& model = engine.model_of(route);
    const auto source = target_source(app, route.targets, engine.sql_of(kind));
    if (source.text.empty()) {
      const bool edits = std::find(route.targets.begin(), route.targets.end(), Target::kPatch) !=
                         route.targets.end();
      if (edits) continue;
      throw StartError(where +
                       "the policy allows no statement that its targets need, so nothing "
                       "can be written; allow some under policy.tables");
    }
    auto grammar = engine.constrainer.compile(source, model.scheduler.backend().vocabulary());
    if (!grammar) throw StartError(where + grammar.error().what);
    model.grammars[kind] = std::move(*grammar);
  }
}

// What is called something must be there, and is called one thing.
void check_labels(const App& app, const std::vector<Column>& catalog, const std::string& store) {
  std::map<std::string, std::string> by_path;
  for (const auto& [name, label] : app.labels) {
    const auto [first, fresh] = by_path.emplace(sql::spoken_path(name, catalog), name);
    if (!fresh) {
      throw StartError("[" + store + "] app \"" + app.name + "\" has two labels for one thing, \"" +
                       first->second + "\" and \"" + name + "\"");
    }
    const auto named = [&name](const Column& c) { return sql::leads_to(name, c); };
    if (std::any_of(catalog.begin(), catalog.end(), named)) continue;
    throw StartError("[" + store + "] app \"" + app.name + "\" has a label for \"" + name +
                     "\", which is neither a table nor the column of one in the database");
  }
}

// Of a table that the policy names and the database has not: what it may have instead.
std::string what_instead(const std::string& table, const std::vector<Column>& catalog) {
  for (const auto& column : catalog) {
    const auto& stored = column.table_in_store();
    if (column.table.ends_with("_" + table) || sql::same_name(stored, table) ||
        sql::same_name(column.table, table)) {
      return "; the database has \"" + stored + "\", which is called " + column.table + " here";
    }
  }
  return "; create it, for an app with a schema by `state-runtime store init DEPLOYMENT`";
}

TableNames table_names(const std::vector<Column>& catalog) {
  TableNames out;
  for (const auto& column : catalog) out.emplace(column.table_in_store(), column.table);
  return out;
}

}  // namespace

void check_tables(const App& app, const std::vector<Column>& catalog, const std::string& store) {
  for (const auto& [table, rules] : app.policy.tables) {
    const auto of_table = [&](const Column& c) {
      return c.table == table || c.table_in_store() == table;
    };
    if (std::none_of(catalog.begin(), catalog.end(), of_table)) {
      throw StartError("[" + store + "] the table \"" + table + "\" of the policy of app \"" +
                       app.name + "\" is not in the database" + what_instead(table, catalog));
    }
    for (const auto& c : catalog) {
      const auto why = sql::why_unspeakable(c.name);
      if (!of_table(c) || !names_all(rules) || why.empty()) continue;
      throw StartError("[" + store + "] the policy of app \"" + app.name +
                       "\" allows all columns of "
                       "\"" +
                       table + "\", but no statement can name \"" + c.name + "\": the name " +
                       std::string(why) + "; list the columns without it");
    }
    for (const auto& name : named_columns(rules)) {
      if (std::any_of(catalog.begin(), catalog.end(), [&](const Column& c) {
            return of_table(c) && sql::is_called(c, table, name);
          })) {
        continue;
      }
      throw StartError("[" + store + "] the column \"" + name + "\" that the policy of app \"" +
                       app.name + "\" names is not in the table \"" + table +
                       "\" of the database; correct one of the two");
    }
  }
  check_labels(app, catalog, store);
  std::map<std::string, std::string> by_name;  // of the policy's tables
  for (const auto& [table, rules] : app.policy.tables) {
    const auto [first, fresh] = by_name.emplace(sql::spoken_table(table, catalog), table);
    if (fresh) continue;
    throw StartError("[" + store + "] \"" + first->second + "\" and \"" + table +
                     "\" of the policy of app \"" + app.name + "\" are one table");
  }
  if (const auto mistake = speak_mistake(app, catalog); !mistake.empty())
    throw StartError("[" + store + "] app \"" + app.name + "\", speak: " + mistake);
}

std::unique_ptr<Engine> start_engine(const App& written, StorePool& facts,
                                     LoadedConstrainer constrainer,
                                     const std::map<std::string, LoadedBackend>& backends,
                                     const std::string& default_backend) {
  auto& store = facts.store();
  auto catalog = sql::spoken(or_start_error(store.catalog()), written.speak);
  check_tables(written, catalog, store.label());
  store.name_tables(table_names(catalog));
  auto spoken = std::make_shared<const App>(spoken_app(written, catalog));
  const App& app = *spoken;
  for (const auto& sentence : missing_rights(app, catalog, store)) {
    log_warn("[{}] {}", store.label(), sentence);
  }
  const auto body = compact(preamble(app, catalog));
  auto sql = sql_grammars(app, catalog);
  auto event_sql = sql_grammars(app, catalog, EventKind::kClick);
  auto check = or_start_error(ManifestCheck::make(app, constrainer));
  const sql::Guard guard(app.policy, std::move(catalog));
  auto engine = std::unique_ptr<Engine>(new Engine{std::move(spoken),
                                                   app,
                                                   guard,
                                                   facts,
                                                   {},
                                                   default_backend,
                                                   std::move(check),
                                                   std::move(constrainer),
                                                   std::move(sql),
                                                   std::move(event_sql),
                                                   {},
                                                   {},
                                                   KnownColumns(app.policy, guard.catalog()),
                                                   mentions_of(app, guard.catalog())});
  engine->dependencies.read(store);
  engine->known.read(store);
  for (const auto& [name, backend] : backends) {
    engine->models.emplace(name, std::make_unique<Model>(name, backend));
  }
  compile_routes(app, *engine);
  engine->screens = plan_screens(app, guard, engine->manifest_check);
  engine->actions = plan_actions(app, guard);
  for (auto& [name, model] : engine->models) wait_for(read_preamble(*model, body));
  return engine;
}

}  // namespace sr::host
