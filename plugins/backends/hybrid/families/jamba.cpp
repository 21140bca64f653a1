// jamba: Mamba-1 with norms on dt, B and C, attention without positions, experts in some layers.
#include "families.h"

namespace sr::hybrid {

void describe_jamba(Builder& b) {
  const auto& config = b.config();
  const int hidden = b.out().hidden, state = config.size("mamba_d_state", 16);
  const float eps = config.real("rms_norm_eps", 1e-6F);
  const int experts = config.size("num_experts", 16);
  const int rank = config.size_or_auto("mamba_dt_rank", (hidden + 15) / 16);
  b.ends("model.embed_tokens", "model.final_layernorm", eps);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".input_layernorm", hidden, eps);
    if (i % config.size("attn_layer_period", 8) == config.count("attn_layer_offset", 4)) {
      layer.branches.push_back({b.attention(at + ".self_attn", b.head_dim(), false)});
    } else {
      auto m = b.mamba1(at + ".mamba", config.size("mamba_expand", 2) * hidden, state,
                        config.size("mamba_d_conv", 4), rank,
                        config.flag("mamba_proj_bias", false),
                        config.flag("mamba_conv_bias", true));
      m.dt_norm = b.norm(at + ".mamba.dt_layernorm", rank, eps);
      m.b_norm = b.norm(at + ".mamba.b_layernorm", state, eps);
      m.c_norm = b.norm(at + ".mamba.c_layernorm", state, eps);
      layer.branches.push_back({m});
    }
    layer.feed_norm = b.norm(at + ".pre_ff_layernorm", hidden, eps);
    const auto mlp = [&](const std::string& where) {
      auto out = b.gated_mlp(where, config.size("intermediate_size"));
      out.activation = b.activation();
      return out;
    };
    const bool sparse = experts > 1 && i % config.size("expert_layer_period", 2) ==
                                           config.count("expert_layer_offset", 1);
    if (sparse) {
      Moe moe;
      moe.router = b.linear(at + ".feed_forward.router", experts, hidden);
      moe.top_k = config.size("num_experts_per_tok", 2);
      for (int e = 0; e < experts; ++e) {
        moe.experts.push_back(mlp(at + ".feed_forward.experts." + std::to_string(e)));
      }
      layer.feed_forward = std::move(moe);
    } else {
      layer.feed_forward = mlp(at + ".feed_forward");
    }
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
