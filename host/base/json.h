// host/base/json.h - the JSON type of the host: members keep the order in which they were written,
// because what the model reads and writes depends on it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace sr::host {

using Json = nlohmann::ordered_json;

// A text as it is, anything else as JSON.
inline std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace sr::host
