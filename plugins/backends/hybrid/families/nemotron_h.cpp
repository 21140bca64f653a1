// nemotron_h: each layer is one thing: Mamba-2, attention without positions, an MLP or experts.
#include "families.h"

namespace sr::hybrid {

namespace {

std::vector<std::string> blocks(Builder& b) {
  const auto& config = b.config();
  const auto pattern = config.text("hybrid_override_pattern", "");
  if (pattern.empty()) {
    auto types = b.layer_types("layers_block_type");
    if (types.empty()) config.fail("layers_block_type or hybrid_override_pattern is missing");
    return types;
  }
  std::vector<std::string> out;
  for (const char c : pattern) {
    switch (c) {
      case 'M':
        out.emplace_back("linear_attention");
        break;
      case '*':
        out.emplace_back("full_attention");
        break;
      case '-':
        out.emplace_back("mlp");
        break;
      case 'E':
        out.emplace_back("moe");
        break;
      default:
        config.fail("hybrid_override_pattern has the unknown letter " + std::string(1, c));
    }
  }
  return out;
}

Mlp plain_mlp(Builder& b, const std::string& at, int size, int width) {
  const bool bias = b.config().flag("mlp_bias", false);
  Mlp mlp;
  mlp.up = b.linear(at + ".up_proj", size, width, bias);
  mlp.down = b.linear(at + ".down_proj", width, size, bias);
  mlp.activation = b.activation("mlp_hidden_act", "relu2");
  return mlp;
}

Moe moe(Builder& b, const std::string& at) {
  const auto& config = b.config();
  const int hidden = b.out().hidden, experts = config.size("n_routed_experts");
  const int width = config.size("moe_latent_size", hidden);
  const bool bias = config.flag("mlp_bias", false);
  Moe out;
  out.router = b.linear(at + ".gate", experts, hidden);
  out.choice_bias = b.vector(at + ".gate.e_score_correction_bias", experts);
  out.gating = Moe::Gating::kSigmoid;
  out.top_k = config.size("num_experts_per_tok", 2);
  out.groups = config.size("n_group", 1);
  out.top_groups = config.size("topk_group", 1);
  out.normalise = config.flag("norm_topk_prob", true);
  out.scale = config.real("routed_scaling_factor", 1);
  for (int e = 0; e < experts; ++e) {
    auto expert = plain_mlp(b, at + ".experts." + std::to_string(e),
                            config.size("moe_intermediate_size"), width);
    out.experts.push_back(expert);
  }
  if (config.has("moe_latent_size")) {
    out.latent_in = b.linear(at + ".fc1_latent_proj", width, hidden, bias);
    out.latent_out = b.linear(at + ".fc2_latent_proj", hidden, width, bias);
  }
  out.shared = plain_mlp(b, at + ".shared_experts",
                         config.size("moe_shared_expert_intermediate_size"), hidden);
  return out;
}

Mamba2 mixer(Builder& b, const std::string& at, float eps) {
  const auto& config = b.config();
  Mamba2 m;
  m.heads = config.size("mamba_num_heads");
  m.head_dim = config.size("mamba_head_dim");
  m.groups = config.size("n_groups", 8);
  m.state = config.size("ssm_state_size");
  m = b.mamba2(at, m, config.size("conv_kernel", 4), false, config.flag("use_conv_bias", true), eps,
               /*by_group=*/true);
  if (config.flag("mamba_proj_bias", config.flag("use_bias", false))) {
    m.in.bias = b.vector(at + ".in_proj.bias", m.in.out);
  }
  if (config.flag("use_bias", false)) m.out.bias = b.vector(at + ".out_proj.bias", m.out.out);
  return m;
}

}  // namespace

void describe_nemotron_h(Builder& b) {
  const auto& config = b.config();
  const int hidden = b.out().hidden;
  const float eps = config.real("layer_norm_epsilon", 1e-5F);
  const auto types = blocks(b);
  b.ignore("mtp.");
  b.ends("backbone.embeddings", "backbone.norm_f", eps);
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto at = "backbone.layers." + std::to_string(i);
    Layer layer;
    layer.norm = b.norm(at + ".norm", hidden, eps);
    if (types[i] == "linear_attention") {
      layer.branches.push_back({mixer(b, at + ".mixer", eps)});
    } else if (types[i] == "full_attention") {
      const int head_dim = config.size("head_dim", config.size("attention_head_dim", 128));
      layer.branches.push_back(
          {b.attention(at + ".mixer", head_dim, config.flag("attention_bias", false))});
    } else {
      layer.feed_norm = layer.norm;
      if (types[i] == "moe") {
        layer.feed_forward = moe(b, at + ".mixer");
      } else {
        layer.feed_forward = plain_mlp(b, at + ".mixer", config.size("intermediate_size"), hidden);
      }
    }
    b.out().layers.push_back(std::move(layer));
  }
}

}  // namespace sr::hybrid
