#include "host/session/manifest.h"

#include <algorithm>

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

// The operation with indices in place of ids.
Result<Json> resolved(const Json& manifest, const Json& operation) {
  Json out = operation;
  for (const char* member : {"path", "from"}) {
    if (!operation.is_object() || !operation.contains(member)) continue;
    if (!operation[member].is_string()) continue;  // apply() says so
    auto path = resolve(manifest, operation[member].get<std::string>());
    if (!path) return std::move(path).error();
    out[member] = *path;
  }
  return out;
}

}  // namespace

Json empty_view() { return Json{{"components", Json::array()}}; }

bool is_screen(const Json& screen) {
  if (!screen.is_object() || !screen.contains("components")) return false;
  const auto& components = screen["components"];
  return components.is_array() &&
         std::all_of(components.begin(), components.end(), [](const Json& component) {
           const auto is_text = [&](const char* member) {
             const auto found = component.find(member);
             return found != component.end() && found->is_string();
           };
           return component.is_object() && is_text("type") && is_text("id");
         });
}

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
  if (!operations.is_array()) {
    return Error{SR_INVALID_ARGUMENT, "patch", "a patch must be an array of operations", {}};
  }
  Json edited = manifest;
  Json done = Json::array();
  for (const auto& operation : operations) {
    // One by one, so that an id is looked up in the manifest as the operations before left it.
    auto next = resolved(edited, operation);
    if (!next) {
      auto error = std::move(next).error();
      error.what = "operation " + std::to_string(done.size()) + ": " + error.what;
      return error;
    }
    done.push_back(*next);
    auto applied = patch::apply(std::move(edited), Json::array({*next}));
    if (!applied) return patch::apply(manifest, done);  // once more: its error counts operations
    edited = std::move(*applied);
  }
  return edited;
}

}  // namespace sr::host
