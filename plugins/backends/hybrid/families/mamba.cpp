// mamba: Mamba-1 in every layer and no feed-forward. falcon_mamba scales dt, B and C as well.
#include "families.h"

namespace sr::hybrid {

void describe_mamba(Builder& b) {
  const auto& config = b.config();
  const int hidden = b.out().hidden, state = config.size("state_size", 16);
  const float eps = config.real("layer_norm_epsilon", 1e-5F);
  const int rank = config.size_or_auto("time_step_rank", (hidden + 15) / 16);
  const int inner = config.size("intermediate_size", config.size("expand", 2) * hidden);
  b.activation();
  b.ends("backbone.embeddings", "backbone.norm_f", eps);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "backbone.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".norm", hidden, eps);
    auto m = b.mamba1(at + ".mixer", inner, state, config.size("conv_kernel", 4), rank,
                      config.flag("use_bias", false), config.flag("use_conv_bias", true));
    if (b.out().family == "falcon_mamba") {
      const float scale_eps = config.real("mixer_rms_eps", 1e-6F);
      m.dt_norm = Norm{{}, rank, scale_eps};
      m.b_norm = m.c_norm = Norm{{}, state, scale_eps};
    }
    layer.branches.push_back({m});
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
