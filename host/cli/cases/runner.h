// host/cli/cases/runner.h - plays one test case as a client would, and compares.
//
// Starts the deployment with a database of its own in `folder`. One thread; the runtime has its
// own.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/app/case_file.h"
#include "host/cli/cases/player.h"
#include "host/cli/check_command.h"

namespace sr::host {

// What did not come out as the case says, each with file and line; empty when it passed. Throws
// StartError.
std::vector<std::string> run_case(const Case& test, const std::filesystem::path& deployment,
                                  const std::vector<std::string>& overrides,
                                  const std::filesystem::path& folder);

// The same of steps, on a stage that stands. What a command has put forward is applied, because it was
// meant, unless the next step decides that or the facts must stay.
std::vector<std::string> play_steps(const std::vector<CaseStep>& steps, Stage& stage,
                                    Player& player);

// Starts the deployment in the same way, with a client that may play what it likes; `adapt` may
// change what was read of it. Throws StartError.
void with_stage(const std::filesystem::path& deployment, const std::vector<std::string>& overrides,
                const std::filesystem::path& folder,
                const std::function<void(Stage&, Player&)>& play,
                const PluginSource& plugins = plugins_from_directories,
                const std::function<void(CheckedDeployment&)>& adapt = {});

// The override that gives the deployment a database in `folder`. Throws StartError when its store
// has none that could be moved.
std::string own_database(const config::Deployment&, const std::filesystem::path& folder);

}  // namespace sr::host
