// mamba2: Mamba-2 in every layer and no feed-forward.
#include "families.h"

namespace sr::hybrid {

void describe_mamba2(Builder& b) {
  const auto& config = b.config();
  const float eps = config.real("layer_norm_epsilon", 1e-5F);
  Mamba2 sizes;
  sizes.heads = config.size("num_heads", 128);
  sizes.head_dim = config.size("head_dim", 64);
  sizes.groups = config.size("n_groups", 8);
  sizes.state = config.size("state_size", 128);
  b.activation();
  b.ends("backbone.embeddings", "backbone.norm_f", eps);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "backbone.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".norm", b.out().hidden, eps);
    layer.branches.push_back({b.mamba2(at + ".mixer", sizes, config.size("conv_kernel", 4),
                                       config.flag("use_bias", false),
                                       config.flag("use_conv_bias", true), eps)});
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
