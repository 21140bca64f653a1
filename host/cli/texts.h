// host/cli/texts.h - arguments that are lists of texts, taken exactly as they were typed.
//
// CLI11 reads its own notation into the values of a list: it cuts "[1,2]" at the comma and takes
// "{}" for nothing. Start-up only, one thread; `into` must outlive the command.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace sr::host {

// An option ("--set") takes one text each time it is given, a positional argument all that come.
CLI::Option* add_texts(CLI::App& command, const std::string& name, std::vector<std::string>& into,
                       const std::string& about);

}  // namespace sr::host
