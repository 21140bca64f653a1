#include "host/plugins/loader.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <vector>  // library_info.hpp needs it and does not include it

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include "host/plugins/handshake.h"

namespace sr::host {
namespace {

Error refusal(const std::filesystem::path& file, std::string why) {
  return {SR_INVALID_ARGUMENT, file.string(), std::move(why), {}};
}

// The dynamic linker's own words; Boost wraps them in two sentences about a file descriptor.
std::string linker_message(std::string_view text) {
  constexpr std::string_view before = "(dlerror system message: ";
  const auto from = text.find(before);
  const auto to = text.rfind("): ");
  if (from == text.npos || to == text.npos || to < from) return std::string(text);
  return std::string(text.substr(from + before.size(), to - from - before.size()));
}

Result<std::vector<std::string>> read_symbols(const std::filesystem::path& file) {
  try {
    return boost::dll::library_info(file).symbols();
  } catch (const std::exception&) {  // says only "iostream error"
    return refusal(file, "is not a shared object that this machine can load (not a whole ELF file "
                         "of its kind)");
  }
}

using Libraries = std::map<FileIdentity, boost::dll::shared_library>;

// Never emptied and never destroyed: code of a plugin may run until the process ends. Static, so
// that leak checkers still reach it.
Libraries& libraries() {
  static auto* const loaded = new Libraries;
  return *loaded;
}

Result<const sr_plugin*> call_entry(const std::filesystem::path& file,
                                    const boost::dll::shared_library& library) {
  try {
    return library.get<const sr_plugin*() noexcept>("sr_plugin_v1")();
  } catch (const std::exception& e) {
    return refusal(file, "does not export sr_plugin_v1: " + linker_message(e.what()));
  }
}

}  // namespace

Result<LoadedFile> load_plugin_file(const std::filesystem::path& file) {
  if (!file.is_absolute()) return refusal(file, "plugins are loaded from absolute paths only");
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    if (errno == ENOENT) return refusal(file, "there is no such file");
    return refusal(file, "cannot be read: " + std::string(std::strerror(errno)));
  }
  if (!S_ISREG(info.st_mode)) return refusal(file, "is not a file");

  LoadedFile out;
  out.identity = {info.st_dev, info.st_ino};
  out.world_writable = (info.st_mode & S_IWOTH) != 0;
  auto at = libraries().find(out.identity);
  if (at == libraries().end()) {
    auto symbols = read_symbols(file);
    if (!symbols) return symbols.error();
    if (auto why = refuse_symbols(*symbols)) return refusal(file, std::move(*why));
    try {
      using boost::dll::load_mode::rtld_local;
      using boost::dll::load_mode::rtld_now;
      boost::dll::shared_library library(file, rtld_now | rtld_local);
      at = libraries().emplace(out.identity, std::move(library)).first;
    } catch (const std::exception& e) {
      return refusal(file, "cannot be loaded: " + linker_message(e.what()));
    }
  }
  auto plugin = call_entry(file, at->second);
  if (!plugin) return plugin.error();
  out.plugin = *plugin;
  return out;
}

}  // namespace sr::host
