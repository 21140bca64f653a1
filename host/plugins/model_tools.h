// host/plugins/model_tools.h - what a backend offers for looking at models and for making them
// (state_runtime/model_tools.h). Start-up thread only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/plugins/options.h"
#include "host/plugins/registry.h"
#include "state_runtime/model_tools.h"

namespace sr::host {

struct RandomModel {
  std::filesystem::path config, folder, tokenizer;  // tokenizer may be empty
  std::string type;                                 // of the tensors: "bf16", "f32"
  std::uint64_t seed = 0;
};

class ModelTools {
 public:
  // Of the backend of this type, or why there are none.
  static Result<ModelTools> find(const Registry& registry, std::string_view backend,
                                 const sr_host_api& api);

  const sr_component& component() const { return *component_; }
  Result<std::string> inspect(const Options& options) const;  // JSON
  // (ids, vocabulary)
  Result<std::vector<float>> logits(const Options& options,
                                    std::span<const std::int32_t> ids) const;
  Result<std::string> random(const RandomModel& model) const;  // JSON

 private:
  ModelTools(const sr_component& component, const sr_model_tools& tools, const sr_host_api& api)
      : component_(&component), tools_(&tools), api_(&api) {}

  const sr_component* component_;
  const sr_model_tools* tools_;
  const sr_host_api* api_;
};

}  // namespace sr::host
