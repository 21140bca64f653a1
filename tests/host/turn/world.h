// tests/host/turn/world.h - the alerts app on SQLite, the scripted backend and the json_schema
// constrainer, with one session that has had its first screen.
#pragma once

#include <functional>

#include "host/runtime/engine_start.h"
#include "host/turn/repaint_group.h"
#include "host/turn/turn.h"
#include "tests/host/decode/linked_plugins.h"

namespace sr::host::testing {

struct Setting {
  Given backend;                        // options of the scripted backend
  std::string rules;                    // before those of the app
  std::function<void(App&)> change_app; // or none
  std::string tables{};                 // further ones, of the owner's SQL
  std::function<LoadedStore()> store{}; // or none: a SQLite file
};

struct World {
  explicit World(const Setting& setting = {});

  Session new_session();   // that has not had its first event
  Session open_session();
  TurnOutcome turn(const Event& event) { return turn(session, event); }
  TurnOutcome turn(Session& of, const Event& event);
  TurnOutcome repaint(Session& of, const std::string& table);

  std::vector<LogEntry> log() { return log(session); }
  std::vector<LogEntry> log(const Session& of);
  // `kind body`, from this seq on.
  std::vector<std::string> lines(std::uint64_t from) { return lines(session, from); }
  std::vector<std::string> lines(const Session& of, std::uint64_t from);
  // What a query finds, as a JSON list of rows.
  std::string rows(const std::string& sql);
  std::string statuses() { return rows("SELECT status FROM alerts ORDER BY id"); }

  Model& model() { return *engine->models.at("main"); }
  // The bytes of the model's state, once it has read everything.
  std::string state_of(Session& of);
  // The same of a sequence that has read the log from its start.
  std::string replayed(const Session& of);

  Folder folder;
  App app;
  Loop loop;
  std::unique_ptr<StorePool> facts;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<RepaintGroup> repaints;
  Session session;
  int delivered = 0;
  SomeoneWaits someone_waits = [] { return false; };  // asked by turns
};

Event click(const std::string& id, const std::string& action, int alert);
Event command(const std::string& id, const std::string& text);

}  // namespace sr::host::testing
