// host/plugins/registry.h - every component that was loaded, by interface and type.
//
// Loading: search directories are absolute; each *.so in them is read before it is loaded, refused
// with one exact sentence when it cannot be used, and never unloaded. A refused plugin leaves
// nothing registered. Start-up only; afterwards read by any thread.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.h"
#include "host/plugins/loader.h"
#include "state_runtime/abi.h"

namespace sr::host {

struct Registered {
  const sr_component* component = nullptr;
  const sr_plugin* plugin = nullptr;
  std::filesystem::path path;  // empty: linked in
};

struct Refused {
  std::filesystem::path path;
  std::string why;  // one sentence, without the path
};

class Registry {
 public:
  // Loads every *.so in the directories, in order of directory and name.
  void load_directories(const std::vector<std::filesystem::path>& directories);
  // Loads one file. A file that is already loaded, under whatever name, is passed over.
  Status load_file(const std::filesystem::path& file);
  // Registers a plugin that is linked in, or one that was loaded, after the same checks.
  Status add(const sr_plugin*, const std::filesystem::path& path);

  // interface: "backend", "store", "transport", "constrainer".
  const Registered* find(std::string_view interface, std::string_view type) const;
  std::vector<std::string> types(std::string_view interface) const;
  // Why find() found nothing, in full: near names, what there is, where was looked, and what was
  // refused.
  std::string missing(std::string_view interface, std::string_view type) const;

  const std::vector<Registered>& components() const { return components_; }
  const std::vector<Refused>& refused() const { return refused_; }
  // Loaded all the same: a file that anybody may change.
  const std::vector<Refused>& warnings() const { return warnings_; }

 private:
  std::vector<Registered> components_;
  std::vector<Refused> refused_, warnings_;
  std::vector<std::filesystem::path> searched_;
  std::set<FileIdentity> files_;
};

// Where plugins are looked for: `configured`, then STATE_RUNTIME_PLUGIN_PATH (colon-separated),
// then plugins/ beside the executable, then <prefix>/lib/state-runtime/plugins. The last two only
// if they exist; load_directories() refuses what is not absolute or not there.
std::vector<std::filesystem::path> plugin_search_path(
    const std::vector<std::filesystem::path>& configured);

// "backend" of "sr.backend/1"; empty when the id is not one of ours.
std::string_view interface_name(std::string_view interface_id);

}  // namespace sr::host
