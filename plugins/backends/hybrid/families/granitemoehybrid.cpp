// granitemoehybrid: Mamba-2 and attention (RoPE only if asked), a dense MLP in every layer and
// experts beside it.
#include "families.h"

namespace sr::hybrid {

namespace {

// input_linear holds the gate's rows, then those of `up`.
Mlp packed(Builder& b, const std::string& at, const Shape& in, const Shape& out, int size,
           int expert) {
  const int hidden = b.out().hidden;
  const auto first = static_cast<std::int64_t>(expert) * 2 * size;
  Mlp mlp;
  mlp.gate = Linear{b.rows(at + ".input_linear.weight", in, first, size), {}, hidden, size};
  mlp.up = {b.rows(at + ".input_linear.weight", in, first + size, size), {}, hidden, size};
  mlp.down = {b.rows(at + ".output_linear.weight", out,
                     static_cast<std::int64_t>(expert) * hidden, hidden), {}, size, hidden};
  mlp.activation = b.activation();
  return mlp;
}

FeedForward feed_forward(Builder& b, const std::string& at) {
  const auto& config = b.config();
  const int hidden = b.out().hidden, shared = config.size("shared_intermediate_size");
  const auto dense =
      packed(b, at + ".shared_mlp", {2 * shared, hidden}, {hidden, shared}, shared, 0);
  const int experts = config.count("num_local_experts", 0);
  if (experts == 0) return dense;
  const int size = config.size("intermediate_size");
  const auto moe_at = at + ".block_sparse_moe";
  Moe moe;
  moe.router = b.linear(moe_at + ".router.layer", experts, hidden);
  moe.gating = Moe::Gating::kSoftmaxOfChosen;
  moe.top_k = config.size("num_experts_per_tok");
  for (int e = 0; e < experts; ++e) {
    moe.experts.push_back(
        packed(b, moe_at, {experts, 2 * size, hidden}, {experts, hidden, size}, size, e));
  }
  moe.shared = dense;
  return moe;
}

}  // namespace

void describe_granitemoehybrid(Builder& b) {
  const auto& config = b.config();
  const float eps = config.real("rms_norm_eps", 1e-6F);
  auto types = b.layer_types(config.has("layer_types") ? "layer_types" : "layers_block_type");
  types.resize(static_cast<std::size_t>(config.size("num_hidden_layers")), "linear_attention");
  b.ends("model.embed_tokens", "model.norm", eps);
  b.out().embedding_multiplier = config.real("embedding_multiplier", 1);
  b.out().logit_multiplier = 1 / config.real("logits_scaling", 1);
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.residual_multiplier = config.real("residual_multiplier", 1);
    layer.norm = b.norm(at + ".input_layernorm", b.out().hidden, eps);
    if (types[i] == "full_attention") {
      auto a = b.attention(at + ".self_attn", b.head_dim(), config.flag("attention_bias", false));
      a.scale = config.real("attention_multiplier", 1);
      if (config.text("position_embedding_type", "nope") == "rope") {
        b.rope(a, 10000);
      }
      layer.branches.push_back({a});
    } else if (types[i] == "linear_attention") {
      layer.branches.push_back({b.mamba2_of_config(at + ".mamba")});
    } else {
      config.fail("layer type " + types[i] + " is not known");
    }
    layer.feed_norm = b.norm(at + ".post_attention_layernorm", b.out().hidden, eps);
    layer.feed_forward = feed_forward(b, at);
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
