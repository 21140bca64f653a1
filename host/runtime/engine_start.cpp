#include "host/runtime/engine_start.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "host/app/preamble.h"
#include "host/app/targets.h"
#include "host/base/start_error.h"
#include "host/observe/log.h"
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

// The screens that the app declares are held to what holds a model: schemas, policy and catalog.
void plan_screens(const App& app, Engine& engine) {
  for (const auto& declared : app.screens) {
    const auto where = config::text_of(declared.at) + "screen " + declared.name + ": ";
    auto manifest = engine.manifest_check.check(declared.manifest);
    if (!manifest) throw StartError(where + manifest.error().what);
    auto planned = plan_bindings(app, engine.guard, *manifest);
    if (auto* rejection = std::get_if<Rejection>(&planned))
      throw StartError(where + rejection->why);
    Screen screen;
    screen.manifest = std::move(*manifest);
    screen.bindings = std::get<std::vector<Binding>>(std::move(planned));
    engine.screens.emplace(declared.name, std::move(screen));
  }
}

void plan_actions(const App& app, Engine& engine) {
  for (const auto& declared : app.actions) {
    auto planned = plan_action(declared, engine.guard);
    if (const auto* mistake = std::get_if<Mistake>(&planned)) {
      throw StartError(config::text_of(mistake->at) + "action " + declared.name + ": " +
                       mistake->why);
    }
    engine.actions.emplace(declared.name, std::get<PlannedAction>(std::move(planned)));
  }
}

// What is called something must be there.
void check_labels(const App& app, const std::vector<Column>& catalog, const std::string& store) {
  for (const auto& [name, label] : app.labels) {
    const auto names = [&name](const Column& c) {
      return name == c.table || name == c.table + "." + c.name;
    };
    if (std::any_of(catalog.begin(), catalog.end(), names)) continue;
    throw StartError("[" + store + "] app \"" + app.name + "\" has a label for \"" + name +
                     "\", which is neither a table nor the column of one in the database");
  }
}

}  // namespace

void check_tables(const App& app, const std::vector<Column>& catalog, const std::string& store) {
  for (const auto& [table, rules] : app.policy.tables) {
    if (std::none_of(catalog.begin(), catalog.end(),
                     [&](const Column& c) { return c.table == table; })) {
      throw StartError("[" + store + "] the table \"" + table + "\" of the policy of app \"" +
                       app.name +
                       "\" is not in the database; create it, for an app with a schema "
                       "by `state-runtime store init DEPLOYMENT`");
    }
    for (const auto& c : catalog) {
      const auto why = sql::why_unspeakable(c.name);
      if (c.table != table || !names_all(rules) || why.empty()) continue;
      throw StartError("[" + store + "] the policy of app \"" + app.name +
                       "\" allows all columns of "
                       "\"" +
                       table + "\", but no statement can name \"" + c.name + "\": the name " +
                       std::string(why) + "; list the columns without it");
    }
    for (const auto& name : named_columns(rules)) {
      if (std::any_of(catalog.begin(), catalog.end(), [&](const Column& c) {
            return c.table == table && sql::same_name(c.name, name);
          })) {
        continue;
      }
      throw StartError("[" + store + "] the column \"" + name + "\" that the policy of app \"" +
                       app.name + "\" names is not in the table \"" + table +
                       "\" of the database; correct one of the two");
    }
  }
  check_labels(app, catalog, store);
}

std::unique_ptr<Engine> start_engine(const App& app, StorePool& facts,
                                     LoadedConstrainer constrainer,
                                     const std::map<std::string, LoadedBackend>& backends,
                                     const std::string& default_backend) {
  auto catalog = or_start_error(facts.store().catalog());
  check_tables(app, catalog, facts.store().label());
  for (const auto& sentence : missing_rights(app, facts.store())) {
    log_warn("[{}] {}", facts.store().label(), sentence);
  }
  const auto body = compact(preamble(app, catalog));
  auto sql = sql_grammars(app, catalog);
  auto event_sql = sql_grammars(app, catalog, EventKind::kClick);
  auto check = or_start_error(ManifestCheck::make(app, constrainer));
  const sql::Guard guard(app.policy, std::move(catalog));
  auto engine = std::unique_ptr<Engine>(new Engine{app,
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
  engine->dependencies.read(facts.store());
  engine->known.read(facts.store());
  for (const auto& [name, backend] : backends) {
    engine->models.emplace(name, std::make_unique<Model>(name, backend));
  }
  compile_routes(app, *engine);
  plan_screens(app, *engine);
  plan_actions(app, *engine);
  for (auto& [name, model] : engine->models) wait_for(read_preamble(*model, body));
  return engine;
}

}  // namespace sr::host
