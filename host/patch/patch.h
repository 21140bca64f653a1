// host/patch/patch.h - RFC 6902 patches and RFC 6901 pointers over views.
//
// Pure functions; any thread. A patch applies whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.h"
#include "host/base/result.h"

namespace sr::host::patch {

// Applies all operations or none. Besides RFC 6902's six there is
// {"op":"append","path":…,"value":"text"}, which appends to a string. Errors name the operation's
// index and path.
Result<Json> apply(Json document, const Json& operations);

// Operations that turn `before` into `after`: few and small. Arrays of objects are matched by
// identity: components by "id", rows by the member that their component's "key" names; other
// arrays by position. A changed component type replaces the component.
Json diff_views(const Json& before, const Json& after);

// The hash of docs/protocol.md: FNV-1a 64 over canonical JSON, 16 hex digits.
std::string canonical(const Json& document);
std::string view_hash(const Json& view);

// One reference token, escaped for a pointer ("a/b" → "a~1b").
std::string escape(std::string_view token);

}  // namespace sr::host::patch
