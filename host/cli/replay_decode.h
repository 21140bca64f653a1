// host/cli/replay_decode.h - has a model write again what a log says was written, turn by turn.
//
// Before every decision the model has read exactly what stood in the log before it, the logged
// decisions included; so one that differs does not make the next ones differ. Start-up only, one
// thread. Throws StartError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/runtime/parts.h"
#include "host/session/engine.h"

namespace sr::host {

struct Decision {
  std::uint64_t seq = 0;   // of the entry that was written
  std::string event;       // what it answers: "click c3"
  std::string logged;
  std::string decoded;     // empty when the model gave no answer: `failure` says why
  std::string failure;
  bool same = false;
  std::vector<std::int32_t> tokens;  // of `decoded`
  DecodeStats stats;
};

// The decisions of each log, in order. An error names the entry that the backend could not read.
std::vector<std::vector<Decision>> decide_again(const Parts& parts, const std::string& backend,
                                                const std::vector<std::vector<LogEntry>>& logs);

}  // namespace sr::host
