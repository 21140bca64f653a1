// host/runtime/parts.h - the created plugins and settings that a runtime is made of.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/config/deployment.h"
#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"
#include "host/plugins/store.h"
#include "host/plugins/transport.h"

namespace sr::host {

struct Parts {
  App app;
  LoadedStore store;
  LoadedConstrainer constrainer;
  std::map<std::string, LoadedBackend> backends;  // by name
  std::string backend;                            // the pipeline's
  std::vector<LoadedTransport> transports;
  std::filesystem::path canvas;  // folder of static files; empty: none
  config::Limits limits;
  bool metrics = false;  // GET /metrics is answered
};

}  // namespace sr::host
