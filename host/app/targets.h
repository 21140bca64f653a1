// host/app/targets.h - the JSON Schema of what the model may emit, for the constrainer.
//
// Pure functions; any thread. The text is the same for the same app and targets, in this order.
#pragma once

#include <string>
#include <vector>

#include "host/app/app.h"

namespace sr::host {

inline constexpr int kMostComponents = 50;  // on one screen
inline constexpr int kMostPatchOps = 50;

// Several targets become a `oneOf` told apart by the constant `kind`; components one told apart
// by the constant `type`. Member order is the order in which the model writes.
std::string target_schema(const App&, const std::vector<Target>& targets);

// A schema without annotations (description, title, default, x-binding, …); objects that name
// their properties allow no others.
Json enforced(const Json& schema);

}  // namespace sr::host
