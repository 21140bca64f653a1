#include "host/config/deployment.h"

#include <algorithm>
#include <set>

#include "host/config/interpolate.h"
#include "host/config/overrides.h"
#include "host/config/read.h"
#include "host/config/yaml.h"
#include "host/plugins/words.h"

namespace sr::host::config {
namespace {

constexpr std::int64_t kMostCount = 1'000'000'000;

struct Section {
  const char* key;
  const char* interface;
  const char* example;
};
constexpr Section kSections[] = {
    {"backends", "backend", "main: { type: cpu, model: … }"},
    {"stores", "store", "facts: { type: sqlite, path: … }"},
    {"transports", "transport", "web: { type: websocket, listen: 127.0.0.1:8080 }"},
    {"constrainers", "constrainer", "json: { type: json_schema }"},
};

class Loader {
 public:
  Loader(Deployment& out, const Node& root, Diagnostics& diagnostics)
      : out_(out), root_(root), diagnostics_(diagnostics) {}

  void run() {
    if (!root_.is_map()) {
      MapReader(root_, diagnostics_, "the deployment");
      return;
    }
    MapReader map(root_, diagnostics_, "the deployment");
    if (const auto* version = map.required("version", "write version: 1")) read_version(*version);
    if (const auto* app = map.required("app", "the folder that holds app.yaml")) {
      out_.app_at = app->at;
      if (const auto text = read_string(*app, diagnostics_)) out_.app = absolute(*text);
    }
    if (const auto* canvas = map.optional("canvas")) read_canvas(*canvas);
    if (const auto* plugins = map.optional("plugins")) read_plugins(*plugins);
    for (const auto& section : kSections) {
      const std::string example = std::string("for example ") + section.example;
      if (const auto* node = map.required(section.key, example)) read_section(section, *node);
    }
    if (const auto* pipeline = map.required(
            "pipeline", "which backend, store and constrainer turns use")) {
      read_pipeline(*pipeline);
    }
    if (const auto* tests = map.optional("tests")) read_tests(*tests);
    if (const auto* limits = map.optional("limits")) read_limits(*limits);
    if (const auto* metrics = map.optional("metrics")) {
      out_.metrics = read_bool(*metrics, diagnostics_).value_or(false);
    }
    if (const auto* log = map.optional("log")) read_log(*log);
    map.finish();
  }

 private:
  std::filesystem::path absolute(const std::string& text) const {
    return (out_.folder / text).lexically_normal();
  }

  void read_version(const Node& node) {
    const auto version = read_int(node, diagnostics_, 1, kMostCount);
    if (version && *version != 1) {
      diagnostics_.error(node.at, "version must be 1, not " + std::to_string(*version) +
                                      "; this program reads version 1");
    }
  }

  void read_canvas(const Node& node) {
    const auto text = read_string(node, diagnostics_);
    if (!text) return;
    out_.canvas = absolute(*text);
    if (!std::filesystem::is_directory(*out_.canvas)) {
      diagnostics_.warning(node.at, display_path(*out_.canvas) +
                                        " is not a folder; no page will be served");
    }
  }

  void read_tests(const Node& node) {
    out_.tests_at = node.at;
    const auto text = read_string(node, diagnostics_);
    if (!text) return;
    out_.tests = absolute(*text);
    if (!std::filesystem::is_directory(*out_.tests)) {
      diagnostics_.error(node.at, display_path(*out_.tests) + " is not a folder");
      out_.tests.reset();
    }
  }

  void read_plugins(const Node& node) {
    MapReader map(node, diagnostics_, "plugins");
    if (const auto* search = map.optional("search")) {
      for (const auto& item : search->items) {
        const auto text = read_string(item, diagnostics_);
        if (!text) continue;
        out_.plugin_search.push_back(absolute(*text));
        if (!std::filesystem::is_directory(out_.plugin_search.back())) {
          diagnostics_.warning(item.at, display_path(out_.plugin_search.back()) +
                                            " is not a folder; no plugins are found there");
        }
      }
      if (!search->is_sequence()) read_list(*search, diagnostics_);  // says what is wrong
    }
    map.finish();
  }

  void read_section(const Section& section, const Node& node) {
    if (!node.is_map() || node.members.empty()) {
      diagnostics_.error(node.at, std::string(section.key) + " must define at least one " +
                                      section.interface + ", for example " + section.example);
      return;
    }
    for (const auto& m : node.members) {
      check_name(m.key, m.key_at, "the name of a " + std::string(section.interface), diagnostics_);
      ComponentConfig component{section.key, section.interface, m.key, {}, m.key_at, m.key_at, {}};
      MapReader(m.value, diagnostics_, m.value.path);  // reports what is no mapping
      if (const auto* type = m.value.get("type")) {
        component.type_at = type->at;
        component.type = read_string(*type, diagnostics_).value_or("");
      }
      for (const auto& option : m.value.members) {
        if (option.key != "type") read_option(component, option);
      }
      if (m.value.is_map() && m.value.get("type") == nullptr) {
        diagnostics_.error(m.key_at, m.value.path + " lacks \"type\": which plugin this is");
      }
      out_.components.push_back(std::move(component));
    }
  }

  void read_option(ComponentConfig& component, Member option) {
    if (sounds_secret(option.key)) make_secret(option.value, diagnostics_);
    const auto& value = option.value;
    if (value.is_map()) {
      diagnostics_.error(value.at, value.path + " must be a value or a list of values, not " +
                                       shown(value));
    } else if (value.is_null()) {
      diagnostics_.error(option.key_at, value.path + " has no value");
    } else if (value.is_sequence()) {
      for (const auto& item : value.items) {
        if (item.is_scalar()) continue;
        diagnostics_.error(item.at, item.path + " must be one value, not " + shown(item));
      }
    }
    component.options.push_back(std::move(option));
  }

  void read_pipeline(const Node& node) {
    MapReader map(node, diagnostics_, "pipeline");
    const auto name_of = [&](const char* interface, Place* at) {
      const auto* member = map.required(interface, std::string("the name of a ") + interface);
      if (member == nullptr) return std::string();
      if (at != nullptr) *at = member->at;
      const auto name = read_string(*member, diagnostics_).value_or("");
      if (!name.empty() && out_.find(interface, name) == nullptr) {
        const auto defined = out_.names(interface);
        diagnostics_.error(member->at,
                           member->path + " refers to " + shown(*member) +
                               ", which is not defined; defined: " + listed(defined),
                           nearest(name, defined));
      }
      return name;
    };
    out_.pipeline.backend = name_of("backend", &out_.pipeline.backend_at);
    out_.pipeline.store = name_of("store", nullptr);
    out_.pipeline.constrainer = name_of("constrainer", nullptr);
    map.finish();
  }

  void read_limits(const Node& node) {
    MapReader map(node, diagnostics_, "limits");
    auto& limits = out_.limits;
    if (const auto* n = map.optional("message_size")) {
      limits.message_size = read_size(*n, diagnostics_).value_or(limits.message_size);
    }
    if (const auto* n = map.optional("events_per_second")) {
      limits.events_per_second =
          read_float(*n, diagnostics_, 0.1, 1e6).value_or(limits.events_per_second);
    }
    const auto count = [&](const char* key, std::uint64_t& value) {
      if (const auto* n = map.optional(key)) {
        if (const auto read = read_int(*n, diagnostics_, 1, kMostCount)) {
          value = static_cast<std::uint64_t>(*read);
        }
      }
    };
    count("event_burst", limits.event_burst);
    count("waiting_events", limits.waiting_events);
    count("sessions", limits.sessions);
    count("sessions_per_peer", limits.sessions_per_peer);
    if (const auto* n = map.optional("memory")) {
      limits.memory = read_size(*n, diagnostics_).value_or(limits.memory);
    }
    if (const auto* n = map.optional("keep")) {
      limits.keep = read_duration(*n, diagnostics_).value_or(limits.keep);
    }
    map.finish();
  }

  void read_log(const Node& node) {
    MapReader map(node, diagnostics_, "log");
    if (const auto* level = map.optional("level")) {
      out_.log_level =
          read_choice(*level, diagnostics_, {"trace", "debug", "info", "warn", "error", "off"})
              .value_or(out_.log_level);
    }
    map.finish();
  }

  Deployment& out_;
  const Node& root_;
  Diagnostics& diagnostics_;
};

}  // namespace

const Member* ComponentConfig::option(std::string_view wanted) const {
  for (const auto& m : options) {
    if (m.key == wanted) return &m;
  }
  return nullptr;
}

const ComponentConfig* Deployment::find(std::string_view interface, std::string_view name) const {
  for (const auto& c : components) {
    if (c.interface == interface && c.name == name) return &c;
  }
  return nullptr;
}

std::vector<const ComponentConfig*> Deployment::all(std::string_view interface) const {
  std::vector<const ComponentConfig*> out;
  for (const auto& c : components) {
    if (c.interface == interface) out.push_back(&c);
  }
  return out;
}

std::vector<std::string> Deployment::names(std::string_view interface) const {
  std::vector<std::string> out;
  for (const auto* c : all(interface)) out.push_back(c->name);
  return out;
}

Deployment load_deployment(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides, Diagnostics& diagnostics) {
  Deployment out;
  std::error_code failed;
  out.file = std::filesystem::absolute(file, failed).lexically_normal();
  out.folder = out.file.parent_path();
  auto root = read_yaml(file, diagnostics);
  if (!root) return out;
  apply_overrides(*root, overrides, diagnostics);
  interpolate(*root, out.folder, diagnostics);
  Loader(out, *root, diagnostics).run();
  return out;
}

void warn_unused(const Deployment& deployment, const std::vector<std::string>& route_backends,
                 Diagnostics& diagnostics) {
  const auto& pipeline = deployment.pipeline;
  std::set<std::pair<std::string, std::string>> used = {{"backend", pipeline.backend},
                                                        {"store", pipeline.store},
                                                        {"constrainer", pipeline.constrainer}};
  for (const auto& name : route_backends) used.emplace("backend", name);
  // Where the pipeline names something that is not there, that is the mistake.
  const auto dangling = [&](const std::string& interface) {
    for (const auto& [kind, name] : used) {
      if (kind == interface && deployment.find(kind, name) == nullptr) return true;
    }
    return false;
  };
  for (const auto& c : deployment.components) {
    // Every transport runs; the others only do when something names them.
    if (dangling(c.interface)) continue;
    if (c.interface == "transport" || used.contains({c.interface, c.name})) continue;
    diagnostics.warning(c.name_at, c.label() + " is defined but nothing uses it");
  }
}

}  // namespace sr::host::config
