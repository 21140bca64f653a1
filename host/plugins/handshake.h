// host/plugins/handshake.h - may this descriptor be used? Reads it once, changes nothing.
//
// Checks, in this order: sizes, ABI version, names, interface ids, mandatory table entries, option
// tables. Each answer is one sentence that states both sides of a mismatch. Start-up only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "state_runtime/abi.h"

namespace sr::host {

// What is wrong with the symbols of a file that has not been loaded, or nothing.
std::optional<std::string> refuse_symbols(const std::vector<std::string>& symbols);

// What is wrong with a descriptor, or nothing.
std::optional<std::string> refuse_plugin(const sr_plugin* plugin);

}  // namespace sr::host
