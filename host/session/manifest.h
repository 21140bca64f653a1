// host/session/manifest.h - what the model wrote for the screen, and its edits.
//
// Pure functions; any thread.
#pragma once

#include "host/base/json.h"
#include "host/base/result.h"

namespace sr::host {

// A screen with nothing on it.
Json empty_view();

// Is this a manifest or a view: components in a list, each with a type and an id?
bool is_screen(const Json& screen);

// Applies a model-written patch: pointers name components by id (/components/{id}/title), which
// is resolved to the index here. Errors name the operation.
Result<Json> edit_manifest(const Json& manifest, const Json& operations);

// Index of the component with this id in a manifest or view; -1 when there is none.
int component_index(const Json& screen, std::string_view id);

}  // namespace sr::host
