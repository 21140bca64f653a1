#include "host/app/load.h"

#include <algorithm>
#include <set>

#include "host/app/actions.h"
#include "host/app/component_schema.h"
#include "host/app/policy_reader.h"
#include "host/app/schema_check.h"
#include "host/app/screens.h"
#include "host/config/read.h"
#include "host/config/yaml.h"
#include "host/plugins/words.h"
#include "host/sql/names.h"
#include "host/sql/scanner.h"
#include "host/sql/spoken/names.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

const std::vector<std::string> kTargetNames = {"UIStateManifest", "DatabaseAction", "UIPatch",
                                               "Refusal",         "Undo",           "Redo"};

std::vector<Target> default_targets(EventKind kind) {
  switch (kind) {
    case EventKind::kOpen:
      return {Target::kManifest};
    case EventKind::kClick:
    case EventKind::kSubmit:
      return {Target::kAction, Target::kRefusal};
    case EventKind::kCommand:
      return {Target::kManifest, Target::kAction, Target::kRefusal, Target::kUndo, Target::kRedo};
    case EventKind::kScreen:
    case EventKind::kWindow:
    case EventKind::kUndo:
    case EventKind::kRedo:
    case EventKind::kApply:
    case EventKind::kCancel:
      break;  // no model is asked
  }
  return {};
}

std::optional<Target> target(std::string_view name) {
  for (const auto t : {Target::kManifest, Target::kAction, Target::kPatch, Target::kRefusal,
                       Target::kUndo, Target::kRedo}) {
    if (name == to_string(t)) return t;
  }
  return std::nullopt;
}

class Loader {
 public:
  Loader(App& app, const Node& root, const AppContext& context, Diagnostics& diagnostics)
      : app_(app), root_(root), context_(context), diagnostics_(diagnostics) {}

  void run() {
    MapReader map(root_, diagnostics_, "app.yaml");
    if (!root_.is_map()) return;
    if (const auto* version = map.required("version", "write version: 1")) {
      const auto number = config::read_int(*version, diagnostics_, 1, 1'000'000);
      if (number && *number != 1) {
        diagnostics_.error(version->at, "version must be 1, not " + std::to_string(*number) +
                                            "; this program reads version 1");
      }
    }
    if (const auto* name = map.required("name")) {
      app_.name = config::read_string(*name, diagnostics_).value_or("");
      if (!app_.name.empty()) config::check_name(app_.name, name->at, "name", diagnostics_);
    }
    app_.title = app_.name;
    if (const auto* title = map.optional("title")) {
      app_.title = config::read_string(*title, diagnostics_).value_or("");
    }
    if (const auto* prompt = map.optional("prompt")) {
      app_.prompt = config::read_string(*prompt, diagnostics_).value_or("");
      // A folded block ends with a newline that nobody meant.
      while (!app_.prompt.empty() && app_.prompt.back() == '\n') app_.prompt.pop_back();
    }
    if (const auto* schema = map.optional("schema")) app_.schema = read_file(*schema);
    if (const auto* seed = map.optional("seed")) app_.seed = read_file(*seed);
    if (const auto* components =
            map.required("components", "what a screen may hold: a name and a JSON Schema file")) {
      read_components(*components);
    }
    if (const auto* routes =
            map.required("routes", "which targets the model may emit for an event kind")) {
      read_routes(*routes);
    }
    if (const auto* screens = map.optional("screens")) {
      app_.screens = read_screens(*screens, app_.components, diagnostics_);
      app_.routes[EventKind::kScreen].targets.clear();
    }
    if (const auto* actions = map.optional("actions")) {
      app_.actions = read_actions(*actions, diagnostics_);
    }
    if (const auto* labels = map.optional("labels")) read_labels(*labels);
    if (const auto* speak = map.optional("speak")) read_names(*speak);
    if (const auto* mentions = map.optional("mentions")) {
      app_.mentions = config::read_bool(*mentions, diagnostics_).value_or(app_.mentions);
    }
    if (const auto* today = map.optional("today")) read_today(*today);
    if (const auto* refusals = map.optional("refusals")) {
      app_.refusals = read_refusals(*refusals, diagnostics_);
    }
    if (const auto* policy = map.optional("policy")) {
      app_.policy = read_policy(*policy, diagnostics_);
    }
    map.finish();
  }

 private:
  void read_today(const Node& node) {
    const auto text = config::read_string(node, diagnostics_);
    if (!text) return;
    app_.today = words::day_at(*text);
    if (!app_.today || *text != words::written(*app_.today)) {
      diagnostics_.error(node.at, "today must be a day such as 2026-07-20, not \"" + *text + "\"");
    }
  }

  std::filesystem::path read_file(const Node& node) {
    const auto text = config::read_string(node, diagnostics_);
    if (!text) return {};
    const auto file = (app_.folder / *text).lexically_normal();
    if (!std::filesystem::is_regular_file(file)) {
      diagnostics_.error(node.at, config::display_path(file) + ": no such file");
    }
    return file;
  }

  void read_components(const Node& node) {
    MapReader map(node, diagnostics_, "components");
    if (node.is_map() && node.members.empty()) {
      diagnostics_.error(node.at, "components must name at least one component");
    }
    for (const auto& m : node.members) {
      config::check_name(m.key, m.key_at, "the name of a component", diagnostics_);
      if (m.key == "Proposal" || m.key == "Choice") {
        diagnostics_.error(m.key_at,
                           m.key + " is a component of every app already; call this one otherwise");
      }
      const auto file = config::read_string(m.value, diagnostics_);
      if (!file) continue;
      app_.components.push_back(load_component(m.key, (app_.folder / *file).lexically_normal(),
                                               m.value.at, diagnostics_));
    }
  }

  // `alerts` or `alerts.opened_at`: what people call it.
  void read_labels(const Node& node) {
    MapReader map(node, diagnostics_, "labels");
    for (const auto& m : node.members) {
      if (const auto* label = map.optional(m.key)) {
        app_.labels[m.key] = config::read_string(*label, diagnostics_).value_or("");
      }
    }
  }

  // `tblOrdLn` or `tblOrdLn.UnitPrc`, as the database has it: what it is called here.
  void read_names(const Node& node) {
    MapReader map(node, diagnostics_, "speak");
    for (const auto& m : node.members) {
      const auto* given = map.optional(m.key);
      const auto name = given ? config::read_string(*given, diagnostics_) : std::nullopt;
      if (!name) continue;
      if (name->size() > sql::kMaxNameBytes) {
        diagnostics_.error(m.value.at, "a name has at most " + std::to_string(sql::kMaxNameBytes) +
                                           " bytes, and this one has " +
                                           std::to_string(name->size()));
      } else if (!sql::can_be_spoken(*name) || sql::is_system_name(*name)) {
        diagnostics_.error(m.value.at,
                           "a name here has small letters, digits and _, begins with a "
                           "letter and is no word of SQL: \"" +
                               *name + "\" cannot be one");
      }
      app_.speak[m.key] = *name;
    }
  }

  void read_routes(const Node& node) {
    MapReader map(node, diagnostics_, "routes");
    for (const auto kind :
         {EventKind::kOpen, EventKind::kClick, EventKind::kSubmit, EventKind::kCommand}) {
      if (const auto* route = map.optional(to_string(kind))) {
        app_.routes[kind] = read_route(kind, *route);
      }
    }
    map.finish();
    // Without a first screen there is nothing to click.
    if (!app_.routes.contains(EventKind::kOpen)) {
      app_.routes[EventKind::kOpen].targets = default_targets(EventKind::kOpen);
    }
  }

  Route read_route(EventKind kind, const Node& node) {
    Route out;
    out.targets = default_targets(kind);
    if (node.is_null()) return out;
    MapReader map(node, diagnostics_, node.path);
    if (const auto* targets = map.optional("targets")) out.targets = read_targets(*targets);
    if (const auto* backend = map.optional("backend")) {
      out.backend = config::read_string(*backend, diagnostics_).value_or("");
      if (!out.backend.empty() && context_.backends &&
          std::find(context_.backends->begin(), context_.backends->end(), out.backend) ==
              context_.backends->end()) {
        diagnostics_.error(
            backend->at,
            backend->path + " refers to \"" + out.backend +
                "\", which the deployment does not define; defined: " + listed(*context_.backends),
            nearest(out.backend, *context_.backends));
      }
    }
    const auto count = [&](const char* key, std::int64_t most, std::uint32_t& value) {
      if (const auto* n = map.optional(key)) {
        if (const auto read = config::read_int(*n, diagnostics_, 1, most)) {
          value = static_cast<std::uint32_t>(*read);
        }
      }
    };
    count("max_tokens", 1'000'000, out.max_tokens);
    count("attempts", 10, out.attempts);
    if (const auto* n = map.optional("timeout")) {
      out.timeout_ms = config::read_duration(*n, diagnostics_).value_or(out.timeout_ms);
    }
    if (const auto* n = map.optional("temperature")) {
      if (const auto read = config::read_float(*n, diagnostics_, 0, 10)) {
        out.temperature = static_cast<float>(*read);
      }
    }
    map.finish();
    return out;
  }

  std::vector<Target> read_targets(const Node& node) {
    std::vector<Target> out;
    if (!node.is_sequence() || node.items.empty()) {
      diagnostics_.error(node.at, node.path + " must be a list of " + listed(kTargetNames));
      return out;
    }
    for (const auto& item : node.items) {
      const auto name = config::read_choice(item, diagnostics_, kTargetNames);
      const auto found = name ? target(*name) : std::nullopt;
      if (!found) continue;
      if (std::find(out.begin(), out.end(), *found) != out.end()) {
        diagnostics_.error(item.at, "\"" + *name + "\" stands in this list already");
      } else {
        out.push_back(*found);
      }
    }
    return out;
  }

  App& app_;
  const Node& root_;
  const AppContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

App load_app(const std::filesystem::path& folder, Diagnostics& diagnostics,
             const AppContext& context) {
  App app;
  std::error_code failed;
  app.folder = std::filesystem::absolute(folder, failed).lexically_normal();
  const auto root = config::read_yaml(app.folder / "app.yaml", diagnostics, context.named_at);
  if (root) Loader(app, *root, context, diagnostics).run();
  check_schema(app, context.store, diagnostics);
  return app;
}

std::vector<std::string> route_backends(const App& app) {
  std::set<std::string> out;
  for (const auto& [kind, route] : app.routes) {
    if (!route.backend.empty()) out.insert(route.backend);
  }
  return {out.begin(), out.end()};
}

}  // namespace sr::host
