// host/session/model.h - a backend as the sessions use it: scheduler, text, preamble, grammars.
//
// Made at start-up; afterwards read on the executor thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/decode/scheduler.h"
#include "host/session/log_text.h"

namespace sr::host {

struct Model {
  Model(std::string backend_name, LoadedBackend backend)
      : name(std::move(backend_name)), text(backend), scheduler(std::move(backend)) {}

  std::string name;
  LogText text;
  Scheduler scheduler;
  SharedSequence preamble;   // has read the app's `app` entry; new sessions fork it
  std::string preamble_body;
  std::vector<std::int32_t> preamble_tokens;
  std::map<EventKind, std::shared_ptr<GrammarRef>> grammars;  // by route
};

}  // namespace sr::host
