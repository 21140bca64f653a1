#include "bench/common/scratch_deployment.h"

#include "host/config/deployment.h"

namespace sr::bench {

std::vector<std::string> scratch_overrides(const std::string& file,
                                           std::vector<std::string> overrides,
                                           const std::filesystem::path& folder) {
  overrides.push_back("limits.events_per_second=1000000");
  overrides.push_back("limits.event_burst=1000000");
  host::config::Diagnostics diagnostics;
  const auto plain = host::config::load_deployment(file, overrides, diagnostics);
  const auto* store = plain.find("store", plain.pipeline.store);
  const bool is_file = store == nullptr || store->type != "postgres";
  overrides.push_back(
      "stores." + plain.pipeline.store +
      (is_file ? ".path=" + (folder / "facts.db").string() : std::string(".scratch=true")));
  for (const auto* transport : plain.all("transport")) {
    if (transport->type == "websocket")
      overrides.push_back("transports." + transport->name + ".listen=127.0.0.1:0");
  }
  return overrides;
}

}  // namespace sr::bench
