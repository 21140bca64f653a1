// What a process may still take, from files as a machine or a container shows them.
#include "memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <limits>

namespace sr::hybrid {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMiB = 1 << 20;

class Memory : public testing::Test {
 protected:
  Memory() {
    char name[] = "/tmp/state-runtime-memory-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  ~Memory() override { fs::remove_all(root_); }
  void write(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void machine_has(std::uint64_t mib) {
    write("proc/meminfo", "MemTotal:       9000000 kB\nMemFree:  1 kB\nMemAvailable:   " +
                              std::to_string(mib * 1024) + " kB\nBuffers: 5 kB\n");
  }
  void limit_of_two(const fs::path& group, std::uint64_t mib, std::uint64_t used,
                    std::uint64_t files) {
    const auto folder = "sys/fs/cgroup" / group;
    write(folder / "memory.max", mib == 0 ? "max\n" : std::to_string(mib * kMiB) + "\n");
    write(folder / "memory.current", std::to_string(used * kMiB) + "\n");
    write(folder / "memory.stat", "anon 1\nfile 2\ninactive_file " + std::to_string(files * kMiB) +
                                      "\nactive_file 7\n");
  }
  std::uint64_t mib() { return available_memory(root_) / kMiB; }

  fs::path root_;
};

TEST_F(Memory, IsTheMachinesWithoutGroups) {
  EXPECT_EQ(available_memory(root_), std::numeric_limits<std::uint64_t>::max());
  machine_has(4000);
  EXPECT_EQ(mib(), 4000u);
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(mib(), 4000u);
}

TEST_F(Memory, IsWhatAContainersLimitLeaves) {
  machine_has(4000);
  write("proc/self/cgroup", "0::/\n");
  limit_of_two("", 1000, 300, 100);
  EXPECT_EQ(mib(), 800u);
  limit_of_two("", 0, 300, 100);
  EXPECT_EQ(mib(), 4000u);
  limit_of_two("", 100, 300, 0);  // lowered below what it holds
  EXPECT_EQ(mib(), 0u);
  limit_of_two("", 8000, 300, 0);  // more than the machine has
  EXPECT_EQ(mib(), 4000u);
}

TEST_F(Memory, IsTheLeastOfAGroupAndThoseAboveIt) {
  machine_has(4000);
  write("proc/self/cgroup", "0::/a/b/c\n");
  limit_of_two("a/b/c", 0, 10, 0);
  EXPECT_EQ(mib(), 4000u);
  limit_of_two("a", 900, 400, 0);
  EXPECT_EQ(mib(), 500u);
  limit_of_two("a/b", 300, 10, 0);
  EXPECT_EQ(mib(), 290u);
}

TEST_F(Memory, KnowsTheFirstVersionToo) {
  machine_has(4000);
  write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/1\n0::/\n");
  const fs::path mount = "sys/fs/cgroup/memory";
  write(mount / "memory.limit_in_bytes", std::to_string(700 * kMiB));
  write(mount / "memory.usage_in_bytes", std::to_string(200 * kMiB));
  write(mount / "memory.stat", "inactive_file 5\ntotal_inactive_file " + std::to_string(50 * kMiB));
  EXPECT_EQ(mib(), 550u);  // the group's path is the machine's; here it is the mount itself
  write(mount / "docker/1/memory.limit_in_bytes", std::to_string(100 * kMiB));
  write(mount / "docker/1/memory.usage_in_bytes", "0");
  EXPECT_EQ(mib(), 100u);
  write(mount / "memory.limit_in_bytes", "9223372036854771712");
  write(mount / "docker/1/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(mib(), 4000u);
}

TEST_F(Memory, OfThisMachineIsSomething) {
  EXPECT_GT(available_memory(), kMiB);
  EXPECT_LT(available_memory(), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace sr::hybrid
