// bamba: Mamba-2 and attention with RoPE on half of each head.
#include <algorithm>

#include "families.h"

namespace sr::hybrid {

void describe_bamba(Builder& b) {
  const auto& config = b.config();
  const float eps = config.real("rms_norm_eps", 1e-5F);
  const auto attention = config.counts("attn_layer_indices");
  b.ends("model.embed_tokens", "model.final_layernorm", eps);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".input_layernorm", b.out().hidden, eps);
    if (std::ranges::find(attention, i) != attention.end()) {
      auto mixer = b.attention(at + ".self_attn", b.head_dim(),
                               config.flag("attention_bias", false));
      b.rope(mixer, 10000, 0.5F);
      layer.branches.push_back({mixer});
    } else {
      layer.branches.push_back({b.mamba2_of_config(at + ".mamba")});
    }
    layer.feed_norm = b.norm(at + ".pre_ff_layernorm", b.out().hidden, eps);
    auto mlp = b.gated_mlp(at + ".feed_forward", config.size("intermediate_size"),
                           config.flag("mlp_bias", false));
    mlp.activation = b.activation();
    layer.feed_forward = mlp;
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
