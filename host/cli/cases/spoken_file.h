// host/cli/cases/spoken_file.h - an app with what its people say to it and the effect wanted of
// each (training/apps/README.md). Loading only; start-up, one thread. Plain data afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/app/case_file.h"
#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host {

// What a turn should come to. Statements are the owner's own SQL, in SQLite.
struct Effect {
  enum class Kind { kShow, kNumber, kDo, kChoose, kUndo, kRefuse };
  Kind kind = Kind::kShow;
  config::Place at;
  std::vector<std::string> sql;      // of show, number and choose one
  std::vector<std::string> also;     // rows or numbers beside those of show or number
  std::vector<std::string> reasons;  // of refuse
  bool empty = false;                // show: there are no such rows
};

struct SpokenTurn {
  config::Place at;
  CaseStep event;
  std::string said;             // the event, as a report shows it
  std::string kind;             // one of kinds.h
  std::string on;               // the screen it begins with; empty: as it stands
  std::vector<Effect> effects;  // any of them is right; the first one is what is wanted
};

// Turns of one session. What is said by itself is a talk of one turn.
using Talk = std::vector<SpokenTurn>;

struct SpokenApp {
  std::filesystem::path file;
  App app;  // without files of schema and seed
  std::string schema, seed;
  config::Place at;
  std::vector<Talk> talks;
};

// Is this such a file, and not a list of cases?
bool is_spoken(const config::Node& root);

// `base` lends the app what a file does not say: components, routes, functions and the limits of
// bindings. Reports every mistake.
SpokenApp read_spoken(const config::Node& root, const std::filesystem::path& file, const App& base,
                      config::Diagnostics&);

}  // namespace sr::host
