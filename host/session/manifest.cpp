#include "host/session/manifest.h"

#include "host/patch/patch.h"

namespace sr::host {
namespace {

constexpr std::string_view kPrefix = "/components/";

std::string unescape(std::string token) {
  for (const auto& [from, to] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}}) {
    for (std::size_t at = 0; (at = token.find(from, at)) != std::string::npos; at += 1) {
      token.replace(at, 2, to);
    }
  }
  return token;
}

// "/components/a~1b/title" → "/components/3/title".
Result<std::string> resolve(const Json& manifest, const std::string& path) {
  if (!path.starts_with(kPrefix)) {
    return Error{SR_INVALID_ARGUMENT, "patch",
                 "path \"" + path + "\" does not begin with /components/{id}", {}};
  }
  const auto end = path.find('/', kPrefix.size());
  const auto id = path.substr(kPrefix.size(), end == std::string::npos ? end : end - kPrefix.size());
  const auto rest = end == std::string::npos ? std::string() : path.substr(end);
  if (id == "-") return path;
  const int index = component_index(manifest, unescape(id));
  if (index < 0) {
    return Error{SR_INVALID_ARGUMENT, "patch", "there is no component with the id \"" + id + "\"", {}};
  }
  return std::string(kPrefix) + std::to_string(index) + rest;
}

}  // namespace

Json empty_view() { return Json{{"components", Json::array()}}; }

int component_index(const Json& screen, std::string_view id) {
  if (!screen.is_object() || !screen.contains("components")) return -1;
  const auto& components = screen["components"];
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto found = components[i].find("id");
    if (found != components[i].end() && found->is_string() &&
        found->get_ref<const std::string&>() == id) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Result<Json> edit_manifest(const Json& manifest, const Json& operations) {
  Json edited = manifest;
  for (const auto& operation : operations) {
    Json resolved = operation;
    for (const char* member : {"path", "from"}) {
      if (!resolved.contains(member)) continue;
      auto path = resolve(edited, resolved[member].get<std::string>());
      if (!path) return std::move(path).error();
      resolved[member] = *path;
    }
    // One by one, so that an id is looked up in the manifest as the operations before left it.
    auto next = patch::apply(std::move(edited), Json::array({resolved}));
    if (!next) return std::move(next).error();
    edited = std::move(*next);
  }
  return edited;
}

}  // namespace sr::host
