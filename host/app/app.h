// host/app/app.h - an app as its folder describes it (docs/app.md). Plain data once loaded.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/app/refusals.h"
#include "host/base/json.h"
#include "host/config/source.h"
#include "host/sql/policy.h"
#include "host/sql/spoken/names.h"
#include "host/sql/title.h"
#include "words/days.h"

namespace sr::host {

enum class EventKind { kOpen, kClick, kSubmit, kCommand, kScreen, kWindow, kUndo, kRedo, kApply, kCancel };
enum class Target { kManifest, kAction, kPatch, kRefusal, kUndo, kRedo };

const char* to_string(EventKind);
const char* to_string(Target);  // "UIStateManifest", "DatabaseAction", "UIPatch", "Refusal", "Undo", "Redo"
std::optional<EventKind> event_kind(std::string_view name);
// Whether it changes facts.
bool writes(Target);
// Clicks and submits carry values by name; of what a person typed code knows none.
bool brings_values(EventKind);

// One property of a component that holds a query.
struct BindingProperty {
  enum class As { kTable, kRows, kValue };
  std::string property;  // "source"
  std::string fills;     // "rows"
  As as = As::kRows;
};

struct ComponentType {
  std::string name;
  Json schema;  // of its properties, as in the file
  std::vector<BindingProperty> bindings;
};

struct Route {
  std::vector<Target> targets;
  std::string backend;  // empty: the pipeline's
  std::uint32_t max_tokens = 2048;
  std::uint32_t attempts = 2;
  std::uint64_t timeout_ms = 20000;
  float temperature = 0;
};

// A screen that the app names itself: painted by code, no model is asked.
struct DeclaredScreen {
  std::string name, label;
  Json manifest;
  config::Place at;
};

// Something that can be done to a row of a table. With statements it is done by code, exactly so;
// without, a model decides what it comes to.
struct DeclaredAction {
  struct Statement {
    std::string sql;  // names the values of the click: :loan_no
    config::Place at;
  };
  std::string name, label, table, about, when;  // `when`: a condition on the row; may be empty
  std::vector<Statement> statements;            // one transaction
  std::optional<sql::Confirm> confirm{};        // nothing: as the policy has it
  config::Place at, table_at, when_at;
};

struct App {
  std::string name, title, prompt;
  std::filesystem::path folder, schema, seed;  // absolute; schema and seed may be empty
  std::vector<ComponentType> components;       // in the order of app.yaml
  std::vector<DeclaredScreen> screens;         // in the order of app.yaml; the first one opens
  std::vector<DeclaredAction> actions;         // in the order of app.yaml
  std::map<EventKind, Route> routes;
  Refusals refusals;
  sql::Labels labels;
  sql::GivenNames speak;  // names that tables and columns have here, by those of the database
  bool mentions = false;  // the model reads what a command speaks of, as code finds it
  sql::Policy policy;
  std::optional<words::Day> today;  // for demos and tests; else the clock's

  // nullptr when there is none of this name.
  const ComponentType* component(std::string_view name) const;
  const DeclaredScreen* screen(std::string_view name) const;
  const DeclaredAction* action(std::string_view name) const;
};

// What people mean by today, at a point in time; in UTC.
words::Day today_of(const App& app,
                    std::chrono::system_clock::time_point at = std::chrono::system_clock::now());

}  // namespace sr::host
