// llama: attention with RoPE in every layer.
#include "families.h"

namespace sr::hybrid {

void describe_llama(Builder& b) {
  const auto& config = b.config();
  const float eps = config.real("rms_norm_eps", 1e-6F);
  b.ends("model.embed_tokens", "model.norm", eps);
  for (int i = 0; i < config.size("num_hidden_layers"); ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".input_layernorm", b.out().hidden, eps);
    auto a = b.attention(at + ".self_attn", b.head_dim(), config.flag("attention_bias", false));
    b.rope(a, 10000);
    layer.branches.push_back({a});
    layer.feed_norm = b.norm(at + ".post_attention_layernorm", b.out().hidden, eps);
    auto mlp = b.gated_mlp(at + ".mlp", config.size("intermediate_size"),
                           config.flag("mlp_bias", false));
    mlp.activation = b.activation();
    layer.feed_forward = mlp;
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
