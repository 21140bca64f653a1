// host/session/manifest_check.h - does an edited manifest still fit the components' schemas?
//
// The same grammar that constrains the model checks the result of its edits, byte by byte, so that
// there is one reading of a schema. Any thread.
#pragma once

#include <memory>

#include "host/app/app.h"
#include "host/plugins/constrainer.h"

namespace sr::host {

class ManifestCheck {
 public:
  static Result<ManifestCheck> make(const App& app, LoadedConstrainer constrainer);

  // The manifest with members in the schemas' order, or what does not fit, with its place.
  Result<Json> check(const Json& manifest) const;

 private:
  ManifestCheck(const App& app, std::shared_ptr<GrammarRef> grammar)
      : app_(&app), grammar_(std::move(grammar)) {}
  const App* app_;
  std::shared_ptr<GrammarRef> grammar_;
};

}  // namespace sr::host
