// host/app/load.h - reads an app's folder (docs/app.md); every mistake is reported at its place.
// Start-up only, one thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/config/diagnostics.h"

namespace sr::host {

struct AppContext {
  config::Place named_at;  // blamed when there is no app.yaml
  // What routes may name; not checked when it is absent.
  std::optional<std::vector<std::string>> backends;
  std::string store;  // the type of the deployment's store; empty: not known
};

// Use the result only when `diagnostics` is ok.
App load_app(const std::filesystem::path& folder, config::Diagnostics&,
             const AppContext& context = {});

// The backends that the app's routes name, each once.
std::vector<std::string> route_backends(const App&);

}  // namespace sr::host
