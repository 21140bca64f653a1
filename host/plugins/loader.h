// host/plugins/loader.h - brings one shared object into the process. The only user of Boost.DLL.
//
// A file is read before it is loaded, so that a plugin for another ABI is refused without running
// its code. What was loaded stays loaded until the process ends. Start-up only, one thread.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>

#include "host/base/result.h"
#include "state_runtime/abi.h"

namespace sr::host {

// Which file a path leads to, whatever links are on the way.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

struct LoadedFile {
  const sr_plugin* plugin = nullptr;  // as the entry returned it: not checked yet
  FileIdentity identity;
  bool world_writable = false;
};

Result<LoadedFile> load_plugin_file(const std::filesystem::path& file);

}  // namespace sr::host
