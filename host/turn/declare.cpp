// In place of steps 2 and 3: what the app declares, and where a person scrolls, needs no model.
#include <algorithm>

#include "host/plugins/words.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "host/session/new_row.h"
#include "host/session/window.h"
#include "host/turn/event_values.h"
#include "host/turn/form.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// The screen that the event asks for; nullptr when the model is to write one.
const DeclaredScreen* screen_of(const App& app, const Event& event) {
  if (event.kind == EventKind::kOpen && !app.screens.empty()) return &app.screens.front();
  if (event.kind == EventKind::kScreen) return app.screen(event.payload.value("screen", ""));
  return nullptr;
}

// Whether something on screen has a button with this verb.
bool offers(const Json& part, const std::string& verb) {
  if (part.is_object()) {
    const auto own = part.find("user_action");
    if (own != part.end() && *own == verb) return true;
  }
  return part.is_structured() && std::any_of(part.begin(), part.end(),
                                             [&](const Json& item) { return offers(item, verb); });
}

std::string unknown_action(const App& app, const std::string& verb) {
  std::vector<std::string> names;
  for (const auto& action : app.actions) names.push_back(action.name);
  return "there is no action \"" + verb + "\"; the app has " + listed(names);
}

Step refused(Turn& turn, const std::string& why) {
  begin_attempt(turn);
  turn.declared = true;
  Rejection out{"app", "action", why};
  out.final = true;
  return out;
}

Step run_declared(Turn& turn, const DeclaredAction& action) {
  begin_attempt(turn);
  turn.declared = true;
  turn.decision = {{"kind", "sql"}, {"sql", action.statements.front().sql}};
  for (std::size_t i = 1; i < action.statements.size(); ++i) {
    turn.decision["then"].push_back(action.statements[i].sql);
  }
  auto entry = entry_for(turn.model, "action", compact(turn.decision));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  for (const auto& plan : turn.engine.actions.at(action.name).statements) {
    if (auto step = add_change(turn, plan); !step) return step;
  }
  return {};
}

std::optional<Step> declare_action(Turn& turn) {
  const auto& app = turn.engine.app;
  if (turn.event.kind != EventKind::kClick || app.actions.empty()) return std::nullopt;
  const auto verb = verb_of(turn.event.payload);
  turn.action = app.action(verb);
  if (turn.action == nullptr) {
    if (offers(turn.session.screen.view, verb)) return std::nullopt;
    return refused(turn, unknown_action(app, verb));
  }
  if (turn.action->statements.empty()) return std::nullopt;
  return run_declared(turn, *turn.action);
}

// What a form comes to: one statement with the event's values.
Step run_form(Turn& turn, const std::string& statement, sql::Plan plan) {
  begin_attempt(turn);
  turn.declared = true;
  turn.decision = {{"kind", "sql"}, {"sql", statement}};
  auto entry = entry_for(turn.model, "action", compact(turn.decision));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  return add_change(turn, std::move(plan));
}

Step declare_new_row(Turn& turn) {
  const auto insert = new_row_insert(turn.session.screen, turn.event.payload);
  if (const auto* none = std::get_if<NoNewRow>(&insert)) return refused(turn, none->why);
  const auto& statement = std::get<std::string>(insert);
  auto plan = turn.engine.guard.action(statement);
  if (auto* refusal = std::get_if<sql::Refusal>(&plan)) return refused(turn, refusal->why);
  return run_form(turn, statement, std::get<sql::Plan>(std::move(plan)));
}

std::optional<Step> declare_form(Turn& turn) {
  if (turn.event.kind != EventKind::kSubmit) return std::nullopt;
  if (adds_row(turn.event.payload)) return declare_new_row(turn);
  const auto update = form_update(turn.engine.app, turn.session.screen, turn.event.payload);
  if (!update) return std::nullopt;
  auto plan = turn.engine.guard.action(*update);
  if (!std::holds_alternative<sql::Plan>(plan)) return std::nullopt;
  return run_form(turn, *update, std::get<sql::Plan>(std::move(plan)));
}

std::optional<Step> declare_screen(Turn& turn) {
  const auto* declared = screen_of(turn.engine.app, turn.event);
  if (declared == nullptr) return std::nullopt;
  const auto& screen = turn.engine.screens.at(declared->name);
  // As if the model had written it.
  auto entry = entry_for(turn.model, "manifest", compact(screen.manifest));
  if (!entry) return std::nullopt;
  begin_attempt(turn);
  turn.declared = true;
  turn.decision = screen.manifest;
  turn.next.manifest = screen.manifest;
  turn.next.bindings = screen.bindings;
  turn.written.push_back(std::move(*entry));
  return Step();
}

// Other rows of a table, and nothing else. That they can be asked for has been looked at.
Step move_window(Turn& turn) {
  begin_attempt(turn);
  turn.declared = true;
  turn.decision = Json{{"kind", "window"}};
  const auto& payload = turn.event.payload;
  auto& binding = *table_of(turn.next.bindings, payload["component"].get_ref<const std::string&>());
  auto window = read_window(payload, binding, turn.engine.app.policy);
  const auto& before = binding.window;
  const bool same_rows = window->search == before.search && window->filters == before.filters;
  binding.total.reset();
  if (same_rows && binding.error.empty()) {
    // Whoever has changed the table since is about to have this screen painted again.
    const auto index = component_index(turn.next.view, binding.component);
    const auto& shown = turn.next.view["components"][static_cast<std::size_t>(index)];
    if (const auto total = shown.find("total"); total != shown.end()) {
      binding.total = total->get<std::uint64_t>();
    }
  }
  binding.window = std::move(*window);
  binding.moved = true;
  return {};
}

Step reverse(Turn& turn, bool redo) {
  begin_attempt(turn);
  turn.declared = true;
  const char* name = redo ? "redo" : "undo";
  turn.decision = Json{{"kind", name}};
  auto entry = entry_for(turn.model, "action", compact(turn.decision));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  const auto& which = turn.event.payload[name];
  return find_reversal(turn, redo, which.is_number() ? which.get<std::uint64_t>() : 0);
}

}  // namespace

std::optional<Step> declare(Turn& turn) {
  if (turn.event.kind == EventKind::kUndo) return reverse(turn, /*redo=*/false);
  if (turn.event.kind == EventKind::kRedo) return reverse(turn, /*redo=*/true);
  if (turn.event.kind == EventKind::kApply) return apply(turn);
  if (turn.event.kind == EventKind::kCancel) return cancel(turn);
  if (turn.event.kind == EventKind::kWindow) return move_window(turn);
  if (turn.event.kind == EventKind::kCommand && !turn.model.text.whole(turn.event.payload)) {
    // Whatever came of the part that is read, it could not be what was said.
    return refused(turn,
                   "this is longer than what can be read at once; say it shorter, or put long "
                   "texts into a form");
  }
  if (shows_another_row(turn.event, turn.session.screen, turn.session.painted)) {
    return refused(turn,
                   "the form has come to show another row since; look at it, and send it again");
  }
  if (auto screen = declare_screen(turn)) return screen;
  if (auto form = declare_form(turn)) return form;
  return declare_action(turn);
}

}  // namespace sr::host
