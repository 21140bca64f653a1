// host/app/located_json.h - a JSON file with the place of every value, for messages.
// Start-up only, one thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "host/base/json.h"
#include "host/config/diagnostics.h"

namespace sr::host {

struct LocatedJson {
  Json value;
  std::shared_ptr<config::Source> source;
  // By JSON pointer ("/properties/title"): of values, and of the keys that name them.
  std::map<std::string, config::Place> values, keys;

  config::Place at(const std::string& pointer) const;
  // The key's place; the value's for array items and the root.
  config::Place key_at(const std::string& pointer) const;
};

// Reports what makes the file unusable, and duplicate members. `named_at` is blamed when the file
// cannot be read.
std::optional<LocatedJson> read_json(const std::filesystem::path& file,
                                     const config::Place& named_at, config::Diagnostics&);

}  // namespace sr::host
