#include "host/config/components.h"

#include <algorithm>
#include <vector>

#include "host/plugins/words.h"

namespace sr::host::config {
namespace {

// Removes this component's secrets from a message, however short they are.
std::string without_secrets(const ComponentConfig& component, std::string text) {
  for (const auto& option : component.options) {
    if (!option.value.secret) continue;
    text = redact(std::move(text), option.value.text);
    for (const auto& item : option.value.items) text = redact(std::move(text), item.text);
  }
  return text;
}

void hide_secrets(ComponentConfig& component, const sr_component& table,
                  Diagnostics& diagnostics) {
  for (auto& option : component.options) {
    for (const auto* const* o = table.options; o != nullptr && *o != nullptr; ++o) {
      if (option.key == (*o)->name && ((*o)->flags & SR_SECRET) != 0) {
        make_secret(option.value, diagnostics);
      }
    }
    // One item from a file makes the whole list one that is not repeated.
    for (const auto& item : option.value.items) {
      option.value.secret = option.value.secret || item.secret;
    }
  }
}

void report_unknown_type(const ComponentConfig& c, const Registry& registry,
                         Diagnostics& diagnostics) {
  const auto types = registry.types(c.interface);
  auto what = c.section + "." + c.name + ": unknown " + c.interface + " type \"" + c.type +
              "\"; available: " + listed(types);
  if (types.empty()) {
    what += " (plugins are looked for in plugins.search, STATE_RUNTIME_PLUGIN_PATH and plugins/ "
            "beside the program)";
  }
  std::string note;
  for (const auto& refused : registry.refused()) {
    // "sqlite.so", "libsqlite.so" and "store_sqlite.so" would all have been this plugin.
    if (refused.path.stem().string().find(c.type) == std::string::npos) continue;
    note += (note.empty() ? "" : "\n  ") + refused.path.string() + " was refused: " + refused.why;
  }
  diagnostics.error(c.type_at, what, nearest(c.type, types), note);
}

// What cannot be an option's value was reported when the deployment was loaded.
bool reported(const Node& value) {
  return value.broken || value.is_null() || value.is_map();
}

Place place_of(const ComponentConfig& c, const std::string& option, bool on_key) {
  const auto* member = c.option(option);
  if (member == nullptr) return c.name_at;
  return on_key ? member->key_at : member->value.at;
}

// "backends.main.threads must be …", "backends.main: unknown option …".
std::string sentence(const ComponentConfig& c, const std::string& option, const std::string& what,
                     bool on_key) {
  const auto path = c.section + "." + c.name;
  return option.empty() || on_key ? path + ": " + what : path + "." + option + " " + what;
}

// What create() said, without secrets.
std::string created(const ComponentConfig& c, const Error& error) {
  return without_secrets(c, c.section + "." + c.name +
                                (error.option.empty() ? "" : "." + error.option) + ": " +
                                error.what);
}

}  // namespace

CheckedComponents check_components(Deployment& deployment, const Registry& registry,
                                   Diagnostics& diagnostics) {
  CheckedComponents out;
  for (auto& c : deployment.components) {
    if (c.type.empty()) continue;  // reported when it was loaded
    const auto* registered = registry.find(c.interface, c.type);
    if (registered == nullptr) {
      report_unknown_type(c, registry, diagnostics);
      continue;
    }
    hide_secrets(c, *registered->component, diagnostics);
    std::vector<OptionInput> inputs;
    for (const auto& option : c.options) {
      if (reported(option.value)) continue;
      OptionInput input{option.key, option.value.text, {}, option.value.is_sequence()};
      for (const auto& item : option.value.items) input.items.push_back(item.text);
      inputs.push_back(std::move(input));
    }
    std::vector<OptionProblem> problems;
    auto options = Options::check(*registered->component, inputs, deployment.folder, problems);
    bool good = true;
    for (const auto& p : problems) {
      const auto* given = c.option(p.option);
      // A required option that was only misspelt is reported once.
      const bool misspelt = given == nullptr && std::any_of(
          problems.begin(), problems.end(), [&](const auto& other) {
            return other.on_key && !other.warning && other.suggestion == p.option;
          });
      if (misspelt) continue;  // the other problem counts
      if (given != nullptr && reported(given->value)) {
        good = false;
        continue;
      }
      const auto at = place_of(c, p.option, p.on_key);
      const auto what =
          without_secrets(c, p.on_key && p.warning
                                 ? sentence(c, p.option, p.what, false)
                                 : sentence(c, p.option, p.what, p.on_key));
      if (p.warning) {
        diagnostics.warning(at, what, p.suggestion);
      } else {
        good = false;
        std::vector<std::string> names;
        for (const auto* const* o = registered->component->options; p.on_key && o && *o; ++o) {
          names.push_back((*o)->name);
        }
        diagnostics.error(at, what, p.suggestion,
                          p.on_key ? "options of " + c.interface + " \"" + c.type +
                                         "\": " + listed(names)
                                   : "");
      }
    }
    if (good) out[{c.interface, c.name}] = {registered->component, std::move(options)};
  }
  return out;
}

void place(const ComponentConfig& c, const Error& error, Diagnostics& diagnostics) {
  diagnostics.error(place_of(c, error.option, false), created(c, error));
}

void place_warning(const ComponentConfig& c, const Error& error, const std::string& instead,
                   Diagnostics& diagnostics) {
  diagnostics.warning(place_of(c, error.option, false), created(c, error) + "; " + instead);
}

}  // namespace sr::host::config
