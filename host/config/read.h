// host/config/read.h - nodes as typed values; what does not fit is reported at its place.
//
// Numbers, durations, sizes and choices obey the rules of plugin options. Every reader answers
// with nothing after it has reported an error. Start-up only, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host::config {

std::optional<std::string> read_string(const Node&, Diagnostics&);  // not empty
std::optional<bool> read_bool(const Node&, Diagnostics&);
std::optional<std::int64_t> read_int(const Node&, Diagnostics&, std::int64_t min,
                                     std::int64_t max);
std::optional<double> read_float(const Node&, Diagnostics&, double min, double max);
std::optional<std::uint64_t> read_duration(const Node&, Diagnostics&);  // milliseconds
std::optional<std::uint64_t> read_size(const Node&, Diagnostics&);      // bytes
std::optional<std::string> read_choice(const Node&, Diagnostics&,
                                       const std::vector<std::string>& choices);
std::optional<std::vector<std::string>> read_list(const Node&, Diagnostics&);
// [A-Za-z][A-Za-z0-9_-]*, which a --set path can name.
bool check_name(const std::string& name, const Place&, const std::string& what, Diagnostics&);

// Members of a mapping: each is asked for once; finish() reports what is missing, and all others
// as unknown. A missing key that was only misspelt is reported once.
class MapReader {
 public:
  // Reports and reads as empty when the node is not a mapping. `what`: "pipeline".
  MapReader(const Node& node, Diagnostics& diagnostics, std::string what);
  // nullptr when it is not there.
  const Node* optional(const std::string& key);
  // finish() reports when it is not there; `hint` says what belongs there.
  const Node* required(const std::string& key, const std::string& hint = {});
  void finish();

 private:
  const Node& node_;
  Diagnostics& diagnostics_;
  std::string what_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  // key, hint
};

}  // namespace sr::host::config
