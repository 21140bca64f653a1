// host/cli/replay_decode.h - has a model write again what a log says was written, turn by turn.
//
// Before every decision the model has read exactly what stood in the log before it, the logged
// decisions included; so one that differs does not make the next ones differ. One thread, which
// runs the executor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/session/engine.h"

namespace sr::host {

struct Decision {
  std::uint64_t seq = 0;   // of the entry that was written
  std::string event;       // what it answers: "click c3"
  std::string logged;
  std::string decoded;     // empty when the model gave no answer: `failure` says why
  std::string failure;
  bool same = false;
};

// Every decision of the log, in order. An error names the entry that the model could not read.
Async<Result<std::vector<Decision>>> replay_decisions(Engine& engine, Model& model,
                                                      const std::vector<LogEntry>& log);

}  // namespace sr::host
