// In place of steps 2 and 3: what the app declares is done without a model.
#include "host/session/log_text.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// The screen that the event asks for; nullptr when the model is to write one.
const DeclaredScreen* screen_of(const App& app, const Event& event) {
  if (event.kind == EventKind::kOpen && !app.screens.empty()) return &app.screens.front();
  if (event.kind == EventKind::kScreen) return app.screen(event.payload.value("screen", ""));
  return nullptr;
}

}  // namespace

bool declare(Turn& turn) {
  const auto* declared = screen_of(turn.engine.app, turn.event);
  if (declared == nullptr) return false;
  const auto& screen = turn.engine.screens.at(declared->name);
  // As if the model had written it.
  auto entry = entry_for(turn.model, "manifest", compact(screen.manifest));
  if (!entry) return false;
  begin_attempt(turn);
  turn.declared = true;
  turn.decision = screen.manifest;
  turn.next.manifest = screen.manifest;
  turn.next.bindings = screen.bindings;
  turn.written.push_back(std::move(*entry));
  return true;
}

}  // namespace sr::host
