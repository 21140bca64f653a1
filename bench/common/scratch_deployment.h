// bench/common/scratch_deployment.h - a deployment as it is, but for its database and its port,
// which are the measurement's own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sr::bench {

// What --set would be given: the store in this folder (with PostgreSQL in schemas of its own,
// dropped at the end), any free port, and no limit on the events of a session.
std::vector<std::string> scratch_overrides(const std::string& file,
                                           std::vector<std::string> overrides,
                                           const std::filesystem::path& folder);

}  // namespace sr::bench
