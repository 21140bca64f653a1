// qwen3_next: gated delta nets and gated attention, experts with a gated shared one. Its norms hold
// what is added to one.
#include <algorithm>

#include "families.h"

namespace sr::hybrid {

namespace {

GatedDelta delta(Builder& b, const std::string& at, float eps) {
  const auto& config = b.config();
  const int hidden = b.out().hidden;
  GatedDelta d;
  d.key_heads = config.size("linear_num_key_heads");
  d.value_heads = config.size("linear_num_value_heads");
  d.key_dim = config.size("linear_key_head_dim");
  d.value_dim = config.size("linear_value_head_dim");
  if (d.value_heads % d.key_heads != 0) {
    config.fail("linear_num_value_heads is no multiple of linear_num_key_heads");
  }
  const int keys = d.key_heads * d.key_dim, values = d.value_heads * d.value_dim;
  d.qkvz = b.linear(at + ".in_proj_qkvz", 2 * keys + 2 * values, hidden);
  d.ba = b.linear(at + ".in_proj_ba", 2 * d.value_heads, hidden);
  d.conv = b.conv(at + ".conv1d", 2 * keys + values, config.size("linear_conv_kernel_dim", 4),
                  false);
  d.decay = b.vector(at + ".A_log", d.value_heads, Role::kDecay);
  d.dt_bias = b.vector(at + ".dt_bias", d.value_heads);
  d.norm = b.norm(at + ".norm", d.value_dim, eps);
  d.out = b.linear(at + ".out_proj", hidden, values);
  return d;
}

Attention attention(Builder& b, const std::string& at, float eps) {
  auto a = b.attention(at, b.head_dim(), b.config().flag("attention_bias", false), "o_proj", true);
  a.q_norm = b.norm(at + ".q_norm", a.head_dim, eps, true);
  a.k_norm = b.norm(at + ".k_norm", a.head_dim, eps, true);
  b.rope(a, 10000, 0.25F);
  return a;
}

Moe moe(Builder& b, const std::string& at) {
  const auto& config = b.config();
  const int hidden = b.out().hidden, experts = config.size("num_experts");
  Moe out;
  out.router = b.linear(at + ".gate", experts, hidden);
  out.top_k = config.size("num_experts_per_tok");
  out.normalise = config.flag("norm_topk_prob", true);
  for (int e = 0; e < experts; ++e) {
    out.experts.push_back(b.gated_mlp(at + ".experts." + std::to_string(e),
                                      config.size("moe_intermediate_size")));
  }
  out.shared = b.gated_mlp(at + ".shared_expert", config.size("shared_expert_intermediate_size"));
  out.shared_gate = b.linear(at + ".shared_expert_gate", 1, hidden);
  return out;
}

}  // namespace

void describe_qwen3_next(Builder& b) {
  const auto& config = b.config();
  const int hidden = b.out().hidden;
  const float eps = config.real("rms_norm_eps", 1e-6F);
  const int layers = config.size("num_hidden_layers"), step = config.size("decoder_sparse_step", 1);
  const int every = config.size("full_attention_interval", 4);
  auto types = b.layer_types("layer_types");
  for (int i = static_cast<int>(types.size()); i < layers; ++i) {
    types.emplace_back((i + 1) % every == 0 ? "full_attention" : "linear_attention");
  }
  const auto dense = config.counts("mlp_only_layers");
  if (b.activation() != Activation::kSilu) config.fail("hidden_act must be silu");
  b.ignore("mtp.");
  b.ends("model.embed_tokens", "model.norm", eps, true);
  for (int i = 0; i < layers; ++i) {
    const auto at = "model.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".input_layernorm", hidden, eps, true);
    if (types[static_cast<std::size_t>(i)] == "full_attention") {
      layer.branches.push_back({attention(b, at + ".self_attn", eps)});
    } else {
      layer.branches.push_back({delta(b, at + ".linear_attn", eps)});
    }
    layer.feed_norm = b.norm(at + ".post_attention_layernorm", hidden, eps, true);
    const bool sparse = config.count("num_experts", 512) > 0 && (i + 1) % step == 0 &&
                        std::ranges::find(dense, i) == dense.end();
    if (sparse) {
      layer.feed_forward = moe(b, at + ".mlp");
    } else {
      layer.feed_forward = b.gated_mlp(at + ".mlp", config.size("intermediate_size"));
    }
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
