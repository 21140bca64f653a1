#include <algorithm>
#include <utility>

#include "families.h"

namespace sr::hybrid {

namespace {

using Family = std::pair<const char*, void (*)(Builder&)>;
constexpr Family kFamilies[] = {
    {"bamba", describe_bamba},
    {"falcon_h1", describe_falcon_h1},
    {"falcon_mamba", describe_mamba},
    {"granitemoehybrid", describe_granitemoehybrid},
    {"jamba", describe_jamba},
    {"lfm2", describe_lfm2},
    {"llama", describe_llama},
    {"mamba", describe_mamba},
    {"mamba2", describe_mamba2},
    {"nemotron_h", describe_nemotron_h},
    {"qwen3_next", describe_qwen3_next},
};

// Before anything else is looked at, so that other families are refused by their name.
const Family& family_of(const ConfigFile& config) {
  const auto type = config.text("model_type", "");
  std::string known;
  for (const auto& family : kFamilies) {
    if (type == family.first) return family;
    known += (known.empty() ? "" : ", ") + std::string(family.first);
  }
  config.fail("model_type \"" + type + "\" is not a family this backend knows; it knows " + known);
}

}  // namespace

Description describe(const std::string& folder, const Checkpoint& checkpoint) {
  const auto config = ConfigFile::load(folder + "/config.json");
  const auto& family = family_of(config);
  Builder builder(config, checkpoint);
  family.second(builder);
  return builder.finish();
}

Plan plan(const std::string& config_file) {
  const auto config = ConfigFile::load(config_file);
  const auto& family = family_of(config);
  Builder builder(config);
  family.second(builder);
  Plan out{builder.finish(), {}};
  for (const auto& [name, tensor] : builder.planned()) out.tensors.push_back(tensor);
  return out;
}

std::uint64_t parameters(const Description& description) {
  std::uint64_t out = 0;
  for (const auto& weight : description.weights) out += weight.count();
  return out;
}

std::uint64_t stored_bytes(const Description& description) {
  std::uint64_t out = 0;
  for (const auto& weight : description.weights) out += weight.bytes();
  return out;
}

}  // namespace sr::hybrid
