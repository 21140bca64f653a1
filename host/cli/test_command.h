// host/cli/test_command.h - `state-runtime test DEPLOYMENT`: the app's test cases, each against a
// runtime and a database of its own.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

// Prints a line a case and ends with "N passed, N failed"; returns 0 when all passed, 1 when not.
int test_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                 std::ostream& out, std::ostream& err);

}  // namespace sr::host
