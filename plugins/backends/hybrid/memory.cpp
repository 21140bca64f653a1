#include "memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace sr::hybrid {
namespace {

namespace fs = std::filesystem;
constexpr auto kAnything = std::numeric_limits<std::uint64_t>::max();

// The two versions of control groups: where they are mounted and what their files are called.
struct Names {
  const char *mount, *limit, *used, *files;
};
constexpr Names kFirst{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                       "total_inactive_file"};
constexpr Names kSecond{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

std::uint64_t machine(const fs::path& root) {
  std::ifstream file(root / "proc/meminfo");
  std::string name, unit;
  std::uint64_t kilobytes = 0;
  while (file >> name >> kilobytes) {
    if (name == "MemAvailable:") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return kAnything;
}

// None also for "max".
std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

std::uint64_t held_by_files(const fs::path& group, const char* wanted) {
  std::ifstream file(group / "memory.stat");
  std::string name;
  std::uint64_t bytes = 0;
  while (file >> name >> bytes) {
    if (name == wanted) return bytes;
  }
  return 0;
}

std::uint64_t left_in(const fs::path& group, const Names& names) {
  const auto limit = number_in(group / names.limit), used = number_in(group / names.used);
  if (!limit || !used) return kAnything;
  const auto kept = *used - std::min(*used, held_by_files(group, names.files));
  return *limit - std::min(*limit, kept);
}

// The group and all above it. A container often sees its own group as the root of the mount, under
// whatever path the machine knows it.
std::uint64_t left_in_all(const fs::path& mount, fs::path group, const Names& names) {
  auto left = left_in(mount, names);
  for (group = group.relative_path(); !group.empty(); group = group.parent_path()) {
    left = std::min(left, left_in(mount / group, names));
  }
  return left;
}

}  // namespace

std::uint64_t available_memory(const fs::path& root) {
  auto left = machine(root);
  std::ifstream groups(root / "proc/self/cgroup");
  // "4:memory:/some/group" of version 1, "0::/some/group" of version 2.
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto kinds = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool all = kinds == ",,";
    if (!all && kinds.find(",memory,") == std::string::npos) continue;
    const Names& names = all ? kSecond : kFirst;
    left = std::min(left, left_in_all(root / names.mount, line.substr(second + 1), names));
  }
  return left;
}

}  // namespace sr::hybrid
