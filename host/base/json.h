// host/base/json.h - the JSON type of the host: members keep the order in which they were written,
// because what the model reads and writes depends on it.
#pragma once

#include <nlohmann/json.hpp>

namespace sr::host {

using Json = nlohmann::ordered_json;

}  // namespace sr::host
