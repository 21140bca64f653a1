// memory.h - how much memory this process may still take. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>

namespace sr::hybrid {

// Bytes that can be taken without taking them from somebody else: what Linux estimates for the
// machine, or what the control groups of this process (a container's limit) leave it when that is
// less. What files in memory hold counts as free, because the system gives it back. The largest
// number where nothing is said. `root`: where /proc and /sys are.
std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace sr::hybrid
