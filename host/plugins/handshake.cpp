#include "host/plugins/handshake.h"

#include <cstddef>
#include <set>
#include <string_view>

#include "host/plugins/interfaces.h"
#include "host/plugins/words.h"
#include "host/plugins/option_value.h"
#include "host/plugins/options.h"

namespace sr::host {
namespace {

// Sizes of the structs in ABI 1.0: the end of the last field that 1.0 has. They stay as they are
// when fields are appended later.
constexpr std::size_t kPluginSize = offsetof(sr_plugin, components) + sizeof(void*);
constexpr std::size_t kComponentSize = offsetof(sr_component, destroy) + sizeof(void*);
constexpr std::size_t kOptionSize = offsetof(sr_option, since) + sizeof(void*);
constexpr sr_option_type kLastType = SR_LIST;

const std::string kHostAbi =
    std::to_string(SR_ABI_MAJOR) + "." + std::to_string(SR_ABI_MINOR);
const std::string kRebuild = "rebuild it against SDK " + std::to_string(SR_ABI_MAJOR) + ".x";

bool absent(const char* text) { return text == nullptr || *text == '\0'; }

// Names appear in YAML and on the command line: lower case, digits, '_' and, for types, '-'.
bool is_name(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == text.npos;
}

std::string too_small(const std::string& what, std::size_t has, std::size_t needs) {
  return what + " has " + std::to_string(has) + " bytes, plugin ABI " + kHostAbi + " needs " +
         std::to_string(needs) + "; " + kRebuild;
}

std::optional<std::string> refuse_default(const std::string& where, const sr_option& o) {
  if (o.default_value == nullptr) return std::nullopt;
  if ((o.flags & SR_REQUIRED) != 0) {
    return where + " is required and has a default; it can be only one of the two";
  }
  Options::Value value;
  const auto wrong = read_declared(o, o.default_value, "/", value);
  if (!wrong) return std::nullopt;
  if (o.type == SR_ENUM) {
    return where + " has the default " + in_quotes(o.default_value) +
           ", which is not one of its choices: " + listed(choices_of(o));
  }
  return where + " has a bad default: it " + *wrong;
}

std::optional<std::string> refuse_bounds(const std::string& where, const sr_option& o) {
  if (o.min_value == nullptr && o.max_value == nullptr) return std::nullopt;
  if (!has_bounds(o.type)) {
    return where + " is a " + std::string(type_name(o.type)) +
           " and has bounds; only int, float, duration and size can have them";
  }
  Options::Value value;
  for (const auto* bound : {o.min_value, o.max_value}) {
    if (bound == nullptr) continue;
    if (const auto wrong = read_declared(o, bound, "/", value)) {
      return where + " has a bad bound: it " + *wrong;
    }
  }
  if (o.min_value != nullptr && o.max_value != nullptr) {
    const OptionInput least{o.name, o.min_value, {}, false};
    if (read_bounded(o, least, "/", value)) {
      return where + " has the minimum " + o.min_value + " above the maximum " + o.max_value;
    }
  }
  if (o.default_value != nullptr) {
    const OptionInput fallback{o.name, o.default_value, {}, false};
    if (const auto wrong = read_bounded(o, fallback, "/", value)) {
      return where + " has a bad default: it " + *wrong;
    }
  }
  return std::nullopt;
}

std::optional<std::string> refuse_option(const std::string& component, const sr_option& o,
                                         std::size_t index, std::set<std::string>& names) {
  if (o.struct_size < kOptionSize) {
    return too_small(component + ": option " + std::to_string(index + 1), o.struct_size,
                     kOptionSize);
  }
  if (absent(o.name) || !is_name(o.name)) {
    return component + ": option " + std::to_string(index + 1) + " is named " +
           in_quotes(o.name == nullptr ? "" : o.name) +
           "; names are lower-case letters, digits, _ and -";
  }
  const auto where = component + ": option " + in_quotes(o.name);
  if (std::string_view(o.name) == "type") {
    return where + " has the name that YAML uses for the component's own type; choose another";
  }
  if (!names.insert(o.name).second) return where + " is declared twice";
  if (type_name(o.type).empty()) {
    return where + " has type " + std::to_string(static_cast<int>(o.type)) +
           ", this host knows types 1 to " + std::to_string(static_cast<int>(kLastType));
  }
  if (o.doc == nullptr) return where + " has no doc text";
  const bool chooses = o.choices != nullptr && *o.choices != nullptr;
  if ((o.type == SR_ENUM) != chooses) {
    return where + (chooses ? " has choices, which only an enum can have"
                            : " is an enum and has no choices");
  }
  if (auto wrong = refuse_default(where, o)) return wrong;
  return refuse_bounds(where, o);
}

std::optional<std::string> refuse_component(const std::string& plugin, const sr_component& c,
                                            std::size_t index) {
  const auto nth = plugin + ": component " + std::to_string(index + 1);
  if (c.struct_size < kComponentSize) return too_small(nth, c.struct_size, kComponentSize);
  if (absent(c.interface_id)) return nth + " has no interface id";
  const auto* info = find_interface(c.interface_id);
  if (info == nullptr) {
    std::vector<std::string> known;
    for (const auto& i : interfaces()) known.push_back(i.id);
    return nth + " has the interface " + in_quotes(c.interface_id) +
           ", which this host does not know; it knows " + listed(known);
  }
  if (absent(c.type) || !is_name(c.type)) {
    return nth + " has the type " + in_quotes(c.type == nullptr ? "" : c.type) +
           "; types are lower-case letters, digits, _ and -";
  }
  const auto where = plugin + ": " + info->name + " " + in_quotes(c.type);
  if (absent(c.summary)) return where + " has no summary";
  if (c.create == nullptr) return where + " lacks create()";
  if (c.destroy == nullptr) return where + " lacks destroy()";
  if (c.vtable == nullptr) return where + " has no table of functions";
  const auto size = *static_cast<const std::uint32_t*>(c.vtable);  // its first field
  if (size < info->size) return too_small(where + ": the table of functions", size, info->size);
  for (const auto& entry : info->entries) {
    if (entry.without == nullptr && !has_entry(c.vtable, entry)) {
      return where + " lacks " + entry.name + "(), which every " + info->name + " must have";
    }
  }
  if (c.options == nullptr) return std::nullopt;
  std::set<std::string> names;
  for (std::size_t i = 0; c.options[i] != nullptr; ++i) {
    if (auto wrong = refuse_option(where, *c.options[i], i, names)) return wrong;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> refuse_symbols(const std::vector<std::string>& symbols) {
  static const std::string prefix = "sr_plugin_v";
  const auto wanted = prefix + std::to_string(SR_ABI_MAJOR);
  std::string other;
  for (const auto& symbol : symbols) {
    if (symbol == wanted) return std::nullopt;
    const auto digits = std::string_view(symbol).substr(std::min(prefix.size(), symbol.size()));
    if (symbol.starts_with(prefix) && !digits.empty() &&
        digits.find_first_not_of("0123456789") == digits.npos) {
      other = digits;
    }
  }
  if (other.empty()) return "is not a State Runtime plugin: it has no symbol " + wanted;
  return "was built for plugin ABI " + other + ", this host speaks " + kHostAbi + "; " + kRebuild;
}

std::optional<std::string> refuse_plugin(const sr_plugin* p) {
  if (p == nullptr) return "gave no descriptor: sr_plugin_v1() returned NULL";
  if (p->struct_size < kPluginSize) {
    return too_small("the plugin descriptor", p->struct_size, kPluginSize);
  }
  if (p->abi_major != SR_ABI_MAJOR) {
    return "was built for plugin ABI " + std::to_string(p->abi_major) + "." +
           std::to_string(p->abi_minor) + ", this host speaks " + kHostAbi + "; " + kRebuild;
  }
  if (absent(p->name)) return "has a descriptor without a name";
  const auto plugin = "plugin " + in_quotes(p->name);
  if (absent(p->version)) return plugin + " has no version";
  if (absent(p->license)) return plugin + " has no license";
  if (p->components == nullptr || *p->components == nullptr) return plugin + " has no components";
  for (std::size_t i = 0; p->components[i] != nullptr; ++i) {
    if (auto wrong = refuse_component(plugin, *p->components[i], i)) return wrong;
  }
  return std::nullopt;
}

}  // namespace sr::host
