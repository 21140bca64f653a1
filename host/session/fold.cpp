#include "host/session/fold.h"

#include "host/patch/patch.h"
#include "host/session/manifest.h"

namespace sr::host {
namespace {

Error damaged(const LogEntry& entry, const std::string& why) {
  return {SR_CORRUPT, "log", "entry " + std::to_string(entry.seq) + " (" + entry.kind + ") " + why, {}};
}

}  // namespace

Folded empty_fold() {
  Folded folded;
  folded.view = empty_view();
  return folded;
}

Status fold(Folded& folded, const LogEntry& entry) {
  folded.seq = entry.seq;
  const bool matters = entry.kind == "paint" || entry.kind == "checkpoint" ||
                       entry.kind == "manifest" || entry.kind == "patch";
  if (!matters) return {};

  Json body = Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return damaged(entry, "is not a JSON object");
  if (entry.kind == "manifest") {
    if (!is_screen(body)) return damaged(entry, "is not a screen");
    folded.manifest = std::move(body);
    return {};
  }
  const char* member = entry.kind == "checkpoint" ? "view" : "ops";
  if (!body.contains(member)) return damaged(entry, std::string("has no member ") + member);
  if (entry.kind == "checkpoint") {
    const auto manifest = body.find("manifest");
    const auto painted = body.find("painted");
    const bool has_manifest = manifest != body.end() && !manifest->is_null();
    if (!is_screen(body["view"]) || (has_manifest && !is_screen(*manifest))) {
      return damaged(entry, "is not a screen");
    }
    if (painted != body.end() && !painted->is_number_unsigned()) {
      return damaged(entry, "does not say which paint it holds");
    }
    folded.painted = painted == body.end() ? entry.seq : painted->get<std::uint64_t>();
    if (has_manifest) folded.manifest = std::move(*manifest);
    folded.view = std::move(body["view"]);
    return {};
  }
  auto applied = entry.kind == "paint" ? patch::apply(std::move(folded.view), body["ops"])
                                       : edit_manifest(folded.manifest, body["ops"]);
  if (!applied) return damaged(entry, "does not apply: " + applied.error().what);
  if (!is_screen(*applied)) return damaged(entry, "does not leave a screen");
  if (entry.kind == "patch") {
    folded.manifest = std::move(*applied);
  } else {
    folded.view = std::move(*applied);
    folded.painted = entry.seq;
  }
  return {};
}

}  // namespace sr::host
