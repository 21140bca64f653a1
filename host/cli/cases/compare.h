// host/cli/cases/compare.h - what a step of a test case expected, held against what came of it.
// One thread; throws StartError when the store cannot be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/cli/cases/player.h"

namespace sr::host {

// What has to be known from before a step, to say what it changed.
struct Before {
  std::optional<Json> facts;  // every row of every table; only when the step asks for it
  std::uint64_t written = 0;  // seq of the last thing that the model wrote
};
Before look_before(const CaseStep& step, Stage& stage, const Player& player);

// Adds a sentence, with file and line, for everything that is not as the step says.
void compare(const CaseStep& step, const Before& before, const Reply& reply, Stage& stage,
             const Player& player, std::vector<std::string>& failures);

}  // namespace sr::host
