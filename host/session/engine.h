// host/session/engine.h - what all sessions of a deployment share.
//
// Made once at start-up, in this order: store, guard (from the store's catalog), models with their
// preambles and grammars. Afterwards on the executor thread; the guard and the app on any.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "host/app/app.h"
#include "host/app/targets.h"
#include "host/session/actions.h"
#include "host/session/dependencies.h"
#include "host/session/known_columns.h"
#include "host/session/manifest_check.h"
#include "host/session/mentions.h"
#include "host/session/model.h"
#include "host/session/session.h"
#include "host/session/store_pool.h"
#include "host/sql/guard.h"

namespace sr::host {

struct Engine {
  std::shared_ptr<const App> owned_app;  // with the names of the guard's catalog
  const App& app;
  sql::Guard guard;
  StorePool& facts;
  std::map<std::string, std::unique_ptr<Model>> models;  // by backend name
  std::string default_model;
  ManifestCheck manifest_check;
  LoadedConstrainer constrainer;          // for grammars of what is on screen
  SqlGrammars sql;                        // what the targets' SQL is held to
  SqlGrammars event_sql;                  // where an event brings the values of actions
  std::map<std::string, Screen> screens;  // that the app declares, planned; without views
  PlannedActions actions;                 // that the app declares
  KnownColumns known;                     // what stands in columns of text
  Mentions names;                         // of tables and columns, of which commands may speak
  KnownDependencies dependencies{};       // which tables a change reaches

  const SqlGrammars& sql_of(EventKind kind) const { return brings_values(kind) ? event_sql : sql; }
  // The model that a route names, or the pipeline's.
  Model& model_of(const Route& route) {
    return *models.at(route.backend.empty() ? default_model : route.backend);
  }
};

}  // namespace sr::host
