// bench/decode/models.h - one model, loaded in the ways that are measured. One thread. Throws
// StartError for what the backend refuses.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "host/base/json.h"
#include "host/plugins/backend.h"
#include "host/plugins/model_tools.h"

namespace sr::bench {

struct How {
  std::string weights;
  int threads = 1;
  int window = 0;  // attention_window
};

class Models {
 public:
  Models(const host::Registry& registry, const std::string& backend, std::string folder,
         const sr_host_api& api);

  host::LoadedBackend load(const How& how) const;
  std::uint64_t weight_bytes(const std::string& weights);  // loads the model the first time
  // The start of a row: {"model","weights","threads"}.
  host::Json row(const How& how) const;

 private:
  host::Options options(const How& how) const;

  std::map<std::string, std::uint64_t> bytes_;
  host::ModelTools tools_;
  std::string folder_;
  const sr_host_api& api_;
};

}  // namespace sr::bench
