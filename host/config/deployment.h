// host/config/deployment.h - a deployment's YAML as plain data: plugins, an app, and the wiring.
//
// Loading checks everything that can be known without plugins; components.h checks the rest.
// Start-up only, one thread; read by any thread once loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host::config {

// One named plugin instance: `main: { type: cpu, model: … }` under `backends`.
struct ComponentConfig {
  std::string section;    // "backends"
  std::string interface;  // "backend"
  std::string name, type;
  Place name_at, type_at;
  std::vector<Member> options;  // all members but `type`

  const Member* option(std::string_view name) const;
  std::string label() const { return interface + " " + name; }  // "backend main"
};

struct Pipeline {
  std::string backend, store, constrainer;
  Place backend_at;
};

struct Limits {
  std::uint64_t message_size = 64 << 10;  // bytes of one client message
  double events_per_second = 20;          // messages of one connection, on average
  std::uint64_t event_burst = 40;         // at once
  std::uint64_t waiting_events = 16;      // of one session
  std::uint64_t sessions = 10'000;        // in memory at a time
  std::uint64_t sessions_per_peer = 1000; // of those, of one network address
  std::uint64_t memory = std::uint64_t{4} << 30;  // bytes of what the models have read of them
  std::uint64_t keep =
      0;  // milliseconds for which a session is kept after its last entry; 0: for ever
};

struct Deployment {
  std::filesystem::path file, folder;  // absolute
  std::filesystem::path app;           // absolute; the app's folder
  Place app_at, tests_at;
  std::optional<std::filesystem::path> canvas, tests;  // absolute
  std::vector<std::filesystem::path> plugin_search;    // absolute
  std::vector<ComponentConfig> components;             // in the order of the file
  Pipeline pipeline;
  Limits limits;
  bool metrics = false;  // GET /metrics is answered
  std::string log_level = "warn";  // trace, debug, info, warn, error, off

  const ComponentConfig* find(std::string_view interface, std::string_view name) const;
  std::vector<const ComponentConfig*> all(std::string_view interface) const;
  std::vector<std::string> names(std::string_view interface) const;
};

// Reads the file, lays the overrides over it, fills in ${…} and checks every key. Use the result
// only when `diagnostics` is ok; what could be read is there for further checks.
Deployment load_deployment(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides, Diagnostics&);

// Warns of backends, stores and constrainers that neither the pipeline nor an app's route names.
void warn_unused(const Deployment&, const std::vector<std::string>& route_backends, Diagnostics&);

}  // namespace sr::host::config
