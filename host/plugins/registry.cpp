#include "host/plugins/registry.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "host/plugins/handshake.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

namespace fs = std::filesystem;

// "plugin "echo" (/usr/lib/…/echo.so)"
std::string origin(const sr_plugin& plugin, const fs::path& path) {
  return "plugin \"" + std::string(plugin.name) + "\" (" +
         (path.empty() ? "linked in" : path.string()) + ")";
}

bool same_kind(const sr_component& a, const sr_component& b) {
  return std::string_view(a.interface_id) == b.interface_id && std::string_view(a.type) == b.type;
}

}  // namespace

void Registry::load_directories(const std::vector<fs::path>& directories) {
  for (const auto& directory : directories) {
    searched_.push_back(directory);
    if (!directory.is_absolute()) {
      refused_.push_back({directory, "plugin directories must be absolute paths"});
      continue;
    }
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".so") files.push_back(at->path());
    }
    if (error) {
      refused_.push_back({directory, "cannot be searched for plugins: " + error.message()});
      continue;
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      if (auto status = load_file(file); !status) refused_.push_back({file, status.error().what});
    }
  }
}

Status Registry::load_file(const fs::path& file) {
  auto loaded = load_plugin_file(file);
  if (!loaded) return loaded.error();
  if (files_.contains(loaded->identity)) return {};
  if (auto status = add(loaded->plugin, file); !status) return status;
  files_.insert(loaded->identity);
  if (loaded->world_writable) {
    warnings_.push_back(
        {file, "can be changed by every user of this machine; remove the right with chmod o-w"});
  }
  return {};
}

Status Registry::add(const sr_plugin* plugin, const fs::path& path) {
  const auto refuse = [&](std::string why) {
    return Error{SR_INVALID_ARGUMENT, path.string(), std::move(why), {}};
  };
  if (auto why = refuse_plugin(plugin)) return refuse(std::move(*why));
  std::vector<Registered> fresh;
  for (const auto* const* c = plugin->components; *c != nullptr; ++c) {
    for (const auto* known : {&components_, &fresh}) {
      for (const auto& other : *known) {
        if (!same_kind(*other.component, **c)) continue;
        return refuse(std::string(interface_name((*c)->interface_id)) + " " +
                      in_quotes((*c)->type) + " of " + origin(*plugin, path) +
                      " is already offered by " + origin(*other.plugin, other.path) +
                      "; remove one of them");
      }
    }
    fresh.push_back({*c, plugin, path});
  }
  components_.insert(components_.end(), fresh.begin(), fresh.end());
  return {};
}

const Registered* Registry::find(std::string_view interface, std::string_view type) const {
  for (const auto& r : components_) {
    if (interface_name(r.component->interface_id) == interface && r.component->type == type) {
      return &r;
    }
  }
  return nullptr;
}

std::vector<std::string> Registry::types(std::string_view interface) const {
  std::vector<std::string> out;
  for (const auto& r : components_) {
    if (interface_name(r.component->interface_id) == interface) out.emplace_back(r.component->type);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Registry::missing(std::string_view interface, std::string_view type) const {
  auto out = "there is no " + std::string(interface) + " " + in_quotes(type);
  const auto known = types(interface);
  if (const auto near = nearest(type, known); !near.empty()) {
    out += "; did you mean " + in_quotes(near) + "?";
  }
  out += "; loaded: " + listed(known);
  std::vector<std::string> searched;
  for (const auto& directory : searched_) searched.push_back(directory.string());
  out += "; searched: " + listed(searched);
  for (const auto& refused : refused_) {
    out += "; refused: " + refused.path.string() + ": " + refused.why;
  }
  return out;
}

std::vector<fs::path> plugin_search_path(const std::vector<fs::path>& configured) {
  auto out = configured;
  if (const char* variable = std::getenv("STATE_RUNTIME_PLUGIN_PATH"); variable != nullptr) {
    std::string_view rest = variable;
    while (!rest.empty()) {
      const auto colon = std::min(rest.find(':'), rest.size());
      if (colon != 0) out.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return out;
  const auto folder = program.parent_path();
  for (const auto& standard :
       {folder / "plugins", folder.parent_path() / "lib" / "state-runtime" / "plugins"}) {
    if (fs::is_directory(standard, error)) out.push_back(standard);
  }
  return out;
}

}  // namespace sr::host
