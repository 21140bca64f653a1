// Rotary positions: https://arxiv.org/abs/2104.09864; the stretching "llama3" as in Llama 3.1's
// release, "yarn" as in https://arxiv.org/abs/2309.00071.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "builder.h"

namespace sr::hybrid {

namespace {

struct Stretch {
  float factor = 1;
  float original = 0;  // tokens that the model was first made for
  float theta = 0;
  int rotated = 0;  // dimensions of a head
};

using Frequencies = std::vector<float>;

void stretch_llama3(const ConfigFile& scaling, const Stretch& s, Frequencies& frequencies) {
  const float low = scaling.real("low_freq_factor", 1), high = scaling.real("high_freq_factor", 4);
  for (auto& frequency : frequencies) {
    const float wavelength = 2 * std::numbers::pi_v<float> / frequency;
    const float smooth = std::clamp((s.original / wavelength - low) / (high - low), 0.0F, 1.0F);
    frequency = (1 - smooth) * frequency / s.factor + smooth * frequency;
  }
}

// Returns by how much rotated numbers grow.
float stretch_yarn(const ConfigFile& scaling, const Stretch& s, Frequencies& frequencies) {
  for (const char* name : {"mscale", "mscale_all_dim"}) {
    if (scaling.has(name)) scaling.fail(std::string("RoPE's ") + name + " is not supported");
  }
  // The dimension that turns so many times within the original context.
  const auto dimension = [&](float turns) {
    return static_cast<float>(s.rotated) *
           std::log(s.original / (turns * 2 * std::numbers::pi_v<float>)) /
           (2 * std::log(s.theta));
  };
  const bool whole = scaling.flag("truncate", true);
  float first = dimension(scaling.real("beta_fast", 32));
  float last = dimension(scaling.real("beta_slow", 1));
  first = std::max(whole ? std::floor(first) : first, 0.0F);
  last = std::min(whole ? std::ceil(last) : last, static_cast<float>(s.rotated - 1));
  if (first == last) last += 0.001F;
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const float slow = std::clamp((static_cast<float>(i) - first) / (last - first), 0.0F, 1.0F);
    frequencies[i] *= slow / s.factor + (1 - slow);
  }
  const float grown = s.factor <= 1 ? 1 : 0.1F * std::log(s.factor) + 1;
  return scaling.real("attention_factor", grown);
}

}  // namespace

void Builder::rope(Attention& attention, float theta, float partial) const {
  const auto scaling =
      config_.object(config_.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
  partial = scaling.real("partial_rotary_factor", config_.real("partial_rotary_factor", partial));
  Stretch s;
  s.theta = scaling.real("rope_theta", config_.real("rope_theta", theta));
  s.factor = scaling.real("factor", 1);
  s.original = static_cast<float>(
      scaling.size("original_max_position_embeddings", std::max(1, out_.context)));
  s.rotated = static_cast<int>(static_cast<float>(attention.head_dim) * partial);
  if (s.theta <= 1 || s.factor <= 0 || s.rotated <= 0 || s.rotated % 2 != 0 ||
      s.rotated > attention.head_dim) {
    config_.fail("RoPE needs a theta above 1, a positive factor and an even part of the head");
  }
  auto& frequencies = attention.frequencies;
  for (int i = 0; i < s.rotated; i += 2) {
    frequencies.push_back(
        1.0F / std::pow(s.theta, static_cast<float>(i) / static_cast<float>(s.rotated)));
  }
  const auto kind = scaling.text("rope_type", scaling.text("type", "default"));
  if (kind == "linear") {
    for (auto& frequency : frequencies) frequency /= s.factor;
  } else if (kind == "llama3") {
    stretch_llama3(scaling, s, frequencies);
  } else if (kind == "yarn") {
    attention.rotated_scale = stretch_yarn(scaling, s, frequencies);
  } else if (kind == "dynamic" || kind == "longrope") {
    config_.fail("RoPE type " + kind + " depends on how long the whole text is, which a sequence "
                 "that is carried on cannot know; default, linear, llama3 and yarn are supported");
  } else if (kind != "default") {
    config_.fail("RoPE type " + kind +
                 " is not supported; default, linear, llama3 and yarn are");
  }
}

}  // namespace sr::hybrid
