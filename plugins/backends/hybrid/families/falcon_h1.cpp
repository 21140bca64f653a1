// falcon_h1: Mamba-2 and attention beside each other in every layer, with fixed multipliers.
#include <algorithm>

#include "families.h"

namespace sr::hybrid {

namespace {

Branch mamba(Builder& b, const std::string& at, float eps) {
  const auto& config = b.config();
  const int inner = config.size("mamba_d_ssm", config.size("mamba_expand", 2) * b.out().hidden);
  Mamba2 m;
  m.heads = config.size("mamba_n_heads");
  m.head_dim = config.size_or_auto("mamba_d_head", std::max(1, inner / m.heads));
  m.groups = config.size("mamba_n_groups", 1);
  m.state = config.size("mamba_d_state");
  m.norm_before_gate = config.flag("mamba_norm_before_gate", true);
  const auto multipliers = config.reals("ssm_multipliers", 5, 1);
  std::ranges::copy(multipliers, m.multipliers.begin());
  const bool normed = config.flag("mamba_rms_norm", false);
  m = b.mamba2(at, m, config.size("mamba_d_conv", 4), config.flag("mamba_proj_bias", false),
               config.flag("mamba_conv_bias", true), normed ? eps : -1, /*by_group=*/true);
  if (config.flag("projectors_bias", false)) {
    m.out.bias = b.vector(at + ".out_proj.bias", b.out().hidden);
  }
  return {m, config.real("ssm_in_multiplier", 1), config.real("ssm_out_multiplier", 1)};
}

Branch attention(Builder& b, const std::string& at) {
  const auto& config = b.config();
  auto a = b.attention(at, b.head_dim(), config.flag("attention_bias", false));
  a.key_multiplier = config.real("key_multiplier", 1);
  b.rope(a, 10000);
  return {a, config.real("attention_in_multiplier", 1),
          config.real("attention_out_multiplier", 1)};
}

}  // namespace

void describe_falcon_h1(Builder& b) {
  const auto& config = b.config();
  const float eps = config.real("rms_norm_eps", 1e-5F);
  const auto multipliers = config.reals("mlp_multipliers", 2, 1);
  b.ends("model.embed_tokens", "model.final_layernorm", eps);
  b.out().embedding_multiplier = config.real("embedding_multiplier", 1);
  b.out().logit_multiplier = config.real("lm_head_multiplier", 1);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".input_layernorm", b.out().hidden, eps);
    layer.branches = {mamba(b, at + ".mamba", eps), attention(b, at + ".self_attn")};
    layer.feed_norm = b.norm(at + ".pre_ff_layernorm", b.out().hidden, eps);
    auto mlp = b.gated_mlp(at + ".feed_forward", config.size("intermediate_size"),
                           config.flag("mlp_bias", false));
    mlp.activation = b.activation();
    mlp.gate_multiplier = multipliers[0];
    mlp.down_multiplier = multipliers[1];
    layer.feed_forward = mlp;
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
