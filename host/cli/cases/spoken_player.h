// host/cli/cases/spoken_player.h - says to an app what its people say, and judges each turn.
//
// One thread; the runtime has its own. Throws StartError.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/cli/cases/judge.h"
#include "host/cli/check_command.h"

namespace sr::host {

struct PlayedTurn {
  const SpokenTurn* turn = nullptr;
  Verdict verdict;
  Answered answered;
  std::string error, message;   // what the person was told, when it was an error
  double ms = 0;                // from the event to its answer
  bool wrote = false;           // facts changed
  bool must_not_write = false;  // no effect that is right writes
  bool must_not_refuse = false;
};
using PlayedTalk = std::vector<PlayedTurn>;

// Each talk in a session of its own on the seed's rows. `deployment` lends model, constrainer and
// store, `folder` is where its database is put.
std::vector<PlayedTalk> play_spoken(const SpokenApp& spoken,
                                    const std::filesystem::path& deployment,
                                    const std::vector<std::string>& overrides,
                                    const std::filesystem::path& folder,
                                    const PluginSource& plugins = plugins_from_directories);

}  // namespace sr::host
