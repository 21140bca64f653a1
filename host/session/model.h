// host/session/model.h - a backend as the sessions use it: scheduler, text, preamble, grammars.
//
// Made at start-up; afterwards read on the executor thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/decode/scheduler.h"
#include "host/session/log_text.h"
#include "host/session/opening.h"

namespace sr::host {

struct Model {
  Model(std::string backend_name, LoadedBackend backend)
      : name(std::move(backend_name)), text(backend), scheduler(std::move(backend)) {}

  std::string name;
  LogText text;
  Scheduler scheduler;
  SharedSequence preamble;   // has read the app's `app` entry; sessions begin with it
  std::string preamble_body;
  std::vector<std::int32_t> preamble_tokens;
  std::map<EventKind, std::shared_ptr<GrammarRef>> grammars;  // by route
  std::optional<Opening> opening;  // how it has answered the last session that was opened
};

}  // namespace sr::host
