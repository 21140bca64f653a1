#include "host/runtime/declared.h"

#include "host/base/start_error.h"
#include "host/session/bindings.h"

namespace sr::host {

std::map<std::string, Screen> plan_screens(const App& app, const sql::Guard& guard,
                                           const ManifestCheck& check) {
  std::map<std::string, Screen> out;
  for (const auto& declared : app.screens) {
    const auto where = config::text_of(declared.at) + "screen " + declared.name + ": ";
    auto manifest = check.check(declared.manifest);
    if (!manifest) throw StartError(where + manifest.error().what);
    auto planned = plan_bindings(app, guard, *manifest);
    if (auto* rejection = std::get_if<Rejection>(&planned))
      throw StartError(where + rejection->why);
    Screen screen;
    screen.manifest = std::move(*manifest);
    screen.bindings = std::get<std::vector<Binding>>(std::move(planned));
    out.emplace(declared.name, std::move(screen));
  }
  return out;
}

PlannedActions plan_actions(const App& app, const sql::Guard& guard) {
  PlannedActions out;
  for (const auto& declared : app.actions) {
    auto planned = plan_action(declared, guard);
    if (const auto* mistake = std::get_if<Mistake>(&planned)) {
      throw StartError(config::text_of(mistake->at) + "action " + declared.name + ": " +
                       mistake->why);
    }
    out.emplace(declared.name, std::get<PlannedAction>(std::move(planned)));
  }
  return out;
}

}  // namespace sr::host
