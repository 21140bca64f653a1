// engine/explain.h - sentences on where a text stands.
#pragma once

#include <string>

#include "engine/machine/slot_machine.h"

namespace sr::constrain {

// What may come next, and where in the grammar that is. `opened`: whose slots have texts; nullptr:
// the grammar has no slots.
std::string explain(const Program& program, const Config* config, SlotMachine* opened = nullptr);

}  // namespace sr::constrain
