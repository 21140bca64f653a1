#include "host/cli/plugins_command.h"

#include <algorithm>
#include <ostream>

#include "host/base/json.h"
#include "host/plugins/interfaces.h"
#include "host/plugins/option_value.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

std::string stability(const sr_component& c) {
  switch (c.stability) {
    case SR_DEVELOPMENT: return "development";
    case SR_ALPHA: return "alpha";
    case SR_BETA: return "beta";
    case SR_STABLE: return "stable";
    default: return "unknown";
  }
}

std::string abi(const sr_plugin& p) {
  return std::to_string(p.abi_major) + "." + std::to_string(p.abi_minor);
}

std::string file_of(const Registered& r) { return r.path.empty() ? "linked in" : r.path.string(); }

std::string kind(const Registered& r) {
  return std::string(interface_name(r.component->interface_id));
}

// By kind, in the order of a deployment file, then by type.
std::vector<const Registered*> sorted(const Registry& registry) {
  std::vector<const Registered*> out;
  for (const auto& interface : interfaces()) {
    const auto first = out.size();
    for (const auto& r : registry.components()) {
      if (kind(r) == interface.name) out.push_back(&r);
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), [](auto* a, auto* b) {
      return std::string_view(a->component->type) < b->component->type;
    });
  }
  return out;
}

Json notes(const std::vector<Refused>& list) {
  auto out = Json::array();
  for (const auto& r : list) out.push_back({{"path", r.path.string()}, {"why", r.why}});
  return out;
}

void list_json(const Registry& registry, std::ostream& out) {
  auto components = Json::array();
  for (const auto* r : sorted(registry)) {
    components.push_back({{"kind", kind(*r)},
                          {"type", r->component->type},
                          {"summary", r->component->summary},
                          {"plugin", r->plugin->name},
                          {"version", r->plugin->version},
                          {"license", r->plugin->license},
                          {"stability", stability(*r->component)},
                          {"abi", abi(*r->plugin)},
                          {"path", r->path.empty() ? Json() : Json(r->path.string())}});
  }
  const Json all = {{"components", std::move(components)},
                    {"refused", notes(registry.refused())},
                    {"warnings", notes(registry.warnings())}};
  out << all.dump(2) << '\n';
}

void print_notes(const char* title, const std::vector<Refused>& list, std::ostream& out) {
  if (list.empty()) return;
  out << '\n' << title << ":\n";
  for (const auto& r : list) out << "  " << r.path.string() << "\n    " << r.why << '\n';
}

void print_table(const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    out << '\n';
  }
}

// ---- describe ----

bool plain(std::string_view text) {
  if (text.empty() || text == "true" || text == "false" || text == "null") return false;
  if (text[0] == '-' || text[0] == '.') return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '/' || c == '.' || c == '-';
  });
}

// A value as it is written in YAML.
std::string yaml(const sr_option& o, const std::string& text) {
  if (o.type == SR_LIST) {
    Options::Value value;
    read_declared(o, text.c_str(), "/", value);
    std::string out;
    const sr_option item{sizeof(sr_option), 0, SR_STRING, o.name};
    for (const auto& i : value.items) out += (out.empty() ? "" : ", ") + yaml(item, i);
    return "[" + out + "]";
  }
  const bool is_text = o.type == SR_STRING || o.type == SR_PATH || o.type == SR_ENUM;
  if (!is_text) return text;
  const bool number = text.find_first_not_of("0123456789.") == text.npos;
  return plain(text) && !number ? text : Json(text).dump();
}

std::string facts(const sr_option& o) {
  std::string out(type_name(o.type));
  if ((o.flags & SR_REQUIRED) != 0) out += ", required";
  if (o.default_value != nullptr) out += ", default " + yaml(o, o.default_value);
  if (o.min_value != nullptr && o.max_value != nullptr) {
    out += std::string(", from ") + o.min_value + " to " + o.max_value;
  } else if (o.min_value != nullptr) {
    out += std::string(", at least ") + o.min_value;
  } else if (o.max_value != nullptr) {
    out += std::string(", at most ") + o.max_value;
  }
  if (o.type == SR_ENUM) out += ", one of " + listed(choices_of(o));
  if ((o.flags & SR_SECRET) != 0) out += ", secret";
  if ((o.flags & SR_RELOADABLE) != 0) out += ", reloadable";
  if ((o.flags & SR_ADVANCED) != 0) out += ", advanced";
  if ((o.flags & SR_DEPRECATED) != 0) out += ", deprecated";
  return out;
}

void print_option(const sr_option& o, std::size_t width, std::ostream& out) {
  const std::string name = o.name;
  out << "  " << name << std::string(width + 2 - name.size(), ' ') << facts(o) << '\n';
  const std::string indent(width + 4, ' ');
  if (*o.doc != '\0') out << indent << o.doc << '\n';
  if (o.example != nullptr) out << indent << "example: " << yaml(o, o.example) << '\n';
}

// The names that the guides use for a first component of each kind.
std::string usual_label(std::string_view kind) {
  if (kind == "backend") return "main";
  if (kind == "store") return "facts";
  if (kind == "transport") return "web";
  return "json";
}

void print_yaml(const Registered& r, const std::vector<const sr_option*>& options,
                std::ostream& out) {
  out << "\nIn a deployment:\n  " << kind(r) << "s:\n    " << usual_label(kind(r)) << ":\n"
      << "      type: " << r.component->type << '\n';
  for (const auto* o : options) {
    if ((o->flags & SR_DEPRECATED) != 0) continue;
    const bool required = (o->flags & SR_REQUIRED) != 0;
    std::string value;
    if (required) {
      value = o->example != nullptr ? yaml(*o, o->example)
                                    : "\"<" + std::string(type_name(o->type)) + ">\"";
    } else if (o->default_value != nullptr) {
      value = yaml(*o, o->default_value);
    } else if (o->example != nullptr) {
      value = yaml(*o, o->example);
    } else {
      continue;
    }
    out << "      " << (required ? "" : "# ") << o->name << ": " << value << '\n';
  }
}

// All that `name` may mean.
std::vector<const Registered*> matches(const Registry& registry, std::string_view name) {
  std::vector<const Registered*> out;
  for (const auto* r : sorted(registry)) {
    if (name == r->component->type || name == kind(*r) + "/" + r->component->type) out.push_back(r);
  }
  return out;
}

std::string not_found(const Registry& registry, std::string_view name) {
  const auto slash = name.find('/');
  if (slash != name.npos) {
    for (const auto& interface : interfaces()) {
      if (name.substr(0, slash) == interface.name) {
        return registry.missing(interface.name, name.substr(slash + 1));
      }
    }
  }
  std::vector<std::string> known;
  for (const auto* r : sorted(registry)) known.push_back(kind(*r) + "/" + r->component->type);
  return "there is no component " + in_quotes(name) + "; loaded: " + listed(known);
}

}  // namespace

int plugins_list(const Registry& registry, bool json, std::ostream& out) {
  if (json) {
    list_json(registry, out);
    return 0;
  }
  std::vector<std::vector<std::string>> rows{
      {"KIND", "TYPE", "PLUGIN", "VERSION", "STABILITY", "ABI", "PATH"}};
  for (const auto* r : sorted(registry)) {
    rows.push_back({kind(*r), r->component->type, r->plugin->name, r->plugin->version,
                    stability(*r->component), abi(*r->plugin), file_of(*r)});
  }
  if (rows.size() == 1) {
    out << "no plugins are loaded\n";
  } else {
    print_table(rows, out);
  }
  print_notes("refused", registry.refused(), out);
  print_notes("warnings", registry.warnings(), out);
  return 0;
}

int plugins_describe(const Registry& registry, std::string_view name, std::ostream& out,
                     std::ostream& err) {
  const auto found = matches(registry, name);
  if (found.empty()) {
    err << "error: " << not_found(registry, name) << '\n';
    return 1;
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const auto* r : found) names.push_back(kind(*r) + "/" + r->component->type);
    err << "error: " << in_quotes(name) << " is more than one thing; say which: " << listed(names)
        << '\n';
    return 1;
  }
  const auto& r = *found[0];
  const auto& c = *r.component;
  const auto& p = *r.plugin;
  out << kind(r) << '/' << c.type << ": " << c.summary << "\n\n"
      << "  plugin     " << p.name << ' ' << p.version << " (" << p.license << ")\n";
  if (p.homepage != nullptr) out << "  homepage   " << p.homepage << '\n';
  out << "  file       " << file_of(r) << '\n'
      << "  interface  " << c.interface_id << ", ABI " << abi(p) << '\n'
      << "  stability  " << stability(c) << '\n';
  if (p.toolchain != nullptr) out << "  toolchain  " << p.toolchain << '\n';

  std::vector<const sr_option*> options;
  std::size_t width = 0;
  for (auto* const* o = c.options; o != nullptr && *o != nullptr; ++o) {
    options.push_back(*o);
    width = std::max(width, std::string_view((*o)->name).size());
  }
  out << (options.empty() ? "\nIt has no options.\n" : "\nOptions:\n");
  for (const auto* o : options) print_option(*o, width, out);
  print_yaml(r, options, out);
  return 0;
}

}  // namespace sr::host
