// host/cli/cases/kinds.h - the kinds that what people say is counted by (training/apps/README.md).
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sr::host {

// What several kinds are reported as together.
struct KindGroup {
  std::string name;
  std::vector<std::string> kinds;
};

// In the order in which they are reported; every kind stands in exactly one.
const std::vector<KindGroup>& kind_groups();
const std::vector<std::string>& all_kinds();
// The name of its group; empty when there is no such kind.
std::string_view group_of(std::string_view kind);

}  // namespace sr::host
