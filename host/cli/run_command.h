// host/cli/run_command.h - `state-runtime run DEPLOYMENT`: starts it and serves until told to stop.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

inline constexpr int kExitFailed = 1;

// Returns the exit status: 0 after a drain, kExitConfig when nothing was started, kExitFailed when a
// client that waits for its answers (stdio) was told of an error.
int run_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                std::ostream& out, std::ostream& err);

}  // namespace sr::host
