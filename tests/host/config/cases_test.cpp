// Every tests/cases/config/NAME.yaml is checked, and what is printed must be NAME.expected. The
// first lines of a case may say `# --set path=value` and `# env NAME=value`. With
// SR_WRITE_EXPECTED=1 in the environment the files are written instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/cli/check_command.h"
#include "tests/host/config/test_plugins.h"

namespace sr::host {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = fs::path(SR_SOURCE_DIR) / "tests/cases/config";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> case_names() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class ConfigCase : public ::testing::TestWithParam<std::string> {};

TEST_P(ConfigCase, PrintsWhatIsExpected) {
  fs::current_path(kFolder);
  const auto yaml = GetParam() + ".yaml";
  std::vector<std::string> overrides, variables;
  std::istringstream lines(text_of(yaml));
  for (std::string line; std::getline(lines, line) && line.rfind("# ", 0) == 0;) {
    if (line.rfind("# --set ", 0) == 0) overrides.push_back(line.substr(8));
    if (line.rfind("# env ", 0) == 0) {
      const auto equals = line.find('=');
      variables.push_back(line.substr(6, equals - 6));
      setenv(variables.back().c_str(), line.c_str() + equals + 1, 1);
    }
  }
  config::Diagnostics diagnostics;
  check_deployment(yaml, overrides, diagnostics,
                   [](const config::Deployment&, Registry& r) { add_test_plugins(r); });
  std::ostringstream printed;
  diagnostics.print(printed);
  for (const auto& name : variables) unsetenv(name.c_str());

  const auto expected = GetParam() + ".expected";
  if (std::getenv("SR_WRITE_EXPECTED") != nullptr) {
    std::ofstream(expected, std::ios::binary) << printed.str();
  }
  ASSERT_TRUE(fs::exists(expected)) << "there is no " << expected;
  EXPECT_EQ(printed.str(), text_of(expected));
  EXPECT_EQ(printed.str().find("hunter2"), std::string::npos) << "a secret was printed";
}

INSTANTIATE_TEST_SUITE_P(Files, ConfigCase, ::testing::ValuesIn(case_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::host
