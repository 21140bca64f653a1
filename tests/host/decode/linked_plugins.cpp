#include "tests/host/decode/linked_plugins.h"

#include <fstream>
#include <sstream>

#include "host/base/ids.h"
#include "host/plugins/options.h"

extern "C" const sr_plugin* sr_plugin_v1_scripted() noexcept;
extern "C" const sr_plugin* sr_plugin_v1_json_schema() noexcept;
extern "C" const sr_plugin* sr_plugin_v1_sqlite() noexcept;

namespace sr::host::testing {
namespace {

// Silent, and without an executor: none of these plugins asks for one.
const sr_host_api& quiet_host() {
  static const sr_host_api api = [] {
    sr_host_api out{};
    out.struct_size = sizeof out;
    out.log_enabled = [](sr_host*, std::int32_t) noexcept { return 0; };
    out.log = [](sr_host*, std::int32_t, sr_str) noexcept {};
    out.get_extension = [](sr_host*, const char*) noexcept -> const void* { return nullptr; };
    serve_options(out);
    return out;
  }();
  return api;
}

}  // namespace

std::shared_ptr<Instance> create(const sr_component& component, const Given& given,
                                 const std::string& label) {
  std::vector<OptionInput> inputs;
  for (const auto& [name, text] : given) inputs.push_back({name, text, {}, false});
  std::vector<OptionProblem> problems;
  const auto options = Options::check(component, inputs, "/", problems);
  if (!problems.empty()) {
    throw std::runtime_error(problems.front().option + ": " + problems.front().what);
  }
  auto made = Instance::create(component, options, quiet_host(), label);
  if (!made) throw std::runtime_error(made.error().text());
  return *made;
}

LoadedBackend scripted(const Given& given) {
  return LoadedBackend(create(*sr_plugin_v1_scripted()->components[0], given, "backend main"));
}
LoadedConstrainer json_schema() {
  return LoadedConstrainer(
      create(*sr_plugin_v1_json_schema()->components[0], {}, "constrainer json"));
}
LoadedStore sqlite(const Given& given) {
  return LoadedStore(create(*sr_plugin_v1_sqlite()->components[0], given, "store facts"));
}

Folder::Folder() : path_(std::filesystem::temp_directory_path() / ("sr-test-" + random_id(8))) {
  std::filesystem::create_directories(path_);
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}
std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
  return (path_ / name).string();
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

}  // namespace sr::host::testing
