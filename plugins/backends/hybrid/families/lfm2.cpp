// lfm2: gated short convolutions and attention with RoPE and norms on queries and keys.
#include <cmath>

#include "families.h"

namespace sr::hybrid {

namespace {

int feed_forward_size(const ConfigFile& config) {
  int size = config.size("block_ff_dim", config.size("intermediate_size", 12288));
  if (!config.flag("block_auto_adjust_ff_dim", true)) return size;
  size = static_cast<int>(config.real("block_ffn_dim_multiplier", 1) *
                          std::floor(2 * static_cast<float>(size) / 3));
  const int multiple = config.size("block_multiple_of", 256);
  return multiple * ((size + multiple - 1) / multiple);
}

}  // namespace

void describe_lfm2(Builder& b) {
  const auto& config = b.config();
  const int hidden = b.out().hidden;
  const float eps = config.real("norm_eps", config.real("block_norm_eps", 1e-5F));
  const bool bias = config.flag("conv_bias", false);
  const auto layers = static_cast<std::size_t>(config.size("num_hidden_layers"));
  auto types = b.layer_types("layer_types");
  if (types.empty()) {
    types.assign(layers, config.has("full_attn_idxs") ? "conv" : "full_attention");
    for (const int i : config.counts("full_attn_idxs")) {
      const auto at = static_cast<std::size_t>(i);
      if (at < layers) types[at] = "full_attention";
    }
  }
  b.ends("model.embed_tokens", "model.embedding_norm", eps);
  for (std::size_t i = 0; i < layers; ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".operator_norm", hidden, eps);
    if (types[i] == "full_attention") {
      auto a = b.attention(at + ".self_attn", b.head_dim(), false, "out_proj");
      a.q_norm = b.norm(at + ".self_attn.q_layernorm", a.head_dim, eps);
      a.k_norm = b.norm(at + ".self_attn.k_layernorm", a.head_dim, eps);
      b.rope(a, 1e6F);
      layer.branches.push_back({a});
    } else {
      ShortConv c;
      c.in = b.linear(at + ".conv.in_proj", 3 * hidden, hidden, bias);
      c.conv = b.conv(at + ".conv.conv", hidden, config.size("conv_L_cache", 3), bias, false);
      c.out = b.linear(at + ".conv.out_proj", hidden, hidden, bias);
      layer.branches.push_back({c});
    }
    layer.feed_norm = b.norm(at + ".ffn_norm", hidden, eps);
    layer.feed_forward = b.gated_mlp(at + ".feed_forward", feed_forward_size(config), false,
                                     {"w1", "w3", "w2"});
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
