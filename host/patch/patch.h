// host/patch/patch.h - RFC 6902 patches and RFC 6901 pointers over views.
//
// Pure functions; any thread. A patch applies whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.h"
#include "host/base/result.h"

namespace sr::host::patch {

// Applies all operations or none: on failure the caller still has the document it copied from.
// Move the document in when it is not needed otherwise; then nothing is copied. Besides RFC 6902's
// six operations there is {"op":"append","path":…,"value":"text"}, which appends to a string.
// Errors name the operation's index and path: SR_INVALID_ARGUMENT for an operation that is
// malformed, SR_NOT_FOUND for a place that does not exist, SR_CONFLICT for a `test` that fails.
// Call it as patch::apply: unqualified, the compiler also considers std::apply.
Result<Json> apply(Json document, const Json& operations);

// Operations that turn `before` into `after`: few and small. Arrays of objects are matched by
// identity: components by "id", rows by the members that their component's "key" names; other
// arrays by position. A changed component type replaces the component. An array that shares
// nothing with its successor, or whose operations would be longer than itself, is replaced whole.
// The order of an object's members does not count.
Json diff_views(const Json& before, const Json& after);

// The hash of docs/protocol.md: FNV-1a 64 over canonical JSON, 16 hex digits. Canonical JSON is
// compact, has its members sorted by the bytes of their names, and writes strings and numbers as
// JavaScript's JSON.stringify does. An integer beyond 2^53 is therefore written as the double
// that JavaScript reads it as; a number that is not finite is null.
std::string canonical(const Json& document);
std::string view_hash(const Json& view);

// Equal as JSON values: members in any order, numbers by their value (1 equals 1.0).
bool equal(const Json& a, const Json& b);

// One reference token, escaped for a pointer ("a/b" → "a~1b").
std::string escape(std::string_view token);

}  // namespace sr::host::patch
