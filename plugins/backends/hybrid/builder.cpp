#include "builder.h"

#include <algorithm>
#include <cmath>

namespace sr::hybrid {

Builder::Builder(const ConfigFile& config, const Checkpoint* checkpoint)
    : config_(config), checkpoint_(checkpoint) {
  out_.family = config.text("model_type", "");
  out_.hidden = config.size("hidden_size");
  out_.vocabulary = config.size("vocab_size");
  out_.context = config.count("max_position_embeddings", 0);
  const auto ends = config.counts("eos_token_id");
  if (!ends.empty() && ends.front() < out_.vocabulary) out_.end_token = ends.front();
}

const Tensor& Builder::need(const std::string& name, const Shape& shape) {
  if (checkpoint_ == nullptr) {
    auto& tensor = planned_[name];
    tensor.name = name;
    tensor.file = config_.path();
    tensor.type = DType::kF32;
    tensor.shape = shape;
    return tensor;
  }
  const auto* const tensor = checkpoint_->find(name);
  if (tensor == nullptr) {
    refuse(checkpoint_->where(), "tensor " + name + " " + text_of(shape) +
                                    " is missing; config.json asks for it");
  }
  if (tensor->shape != shape) {
    refuse(tensor->file, "tensor " + name + " has shape " + text_of(tensor->shape) +
                             ", but config.json asks for " + text_of(shape));
  }
  if (tensor->type == DType::kOther) {
    refuse(tensor->file, "tensor " + name + " is stored as " + tensor->stored_as +
                             "; F32, F16 and BF16 can be read");
  }
  used_.insert(name);
  return *tensor;
}

WeightId Builder::add(const Tensor& tensor, Role role, std::int64_t first, std::int64_t rows,
                      std::int64_t columns) {
  Weight weight;
  weight.name = tensor.name;
  weight.file = tensor.file;
  weight.role = role;
  weight.type = tensor.type;
  weight.rows = rows;
  weight.columns = columns;
  if (tensor.data != nullptr) {
    weight.data = tensor.data + static_cast<std::size_t>(first * columns) * bytes_of(tensor.type);
  }
  out_.weights.push_back(std::move(weight));
  return {static_cast<int>(out_.weights.size()) - 1};
}

WeightId Builder::vector(const std::string& name, int size, Role role) {
  return add(need(name, {size}), role, 0, size, 1);
}

WeightId Builder::matrix(const std::string& name, int rows, int columns, Role role) {
  return add(need(name, {rows, columns}), role, 0, rows, columns);
}

WeightId Builder::rows(const std::string& name, const Shape& shape, std::int64_t first, int rows) {
  return add(need(name, shape), Role::kMatrix, first, rows, shape.back());
}

Linear Builder::linear(const std::string& prefix, int out, int in, bool bias) {
  Linear linear{matrix(prefix + ".weight", out, in), {}, in, out};
  if (bias) linear.bias = vector(prefix + ".bias", out);
  return linear;
}

Norm Builder::norm(const std::string& name, int size, float eps, bool plus_one) {
  return {vector(name + ".weight", size, plus_one ? Role::kPlusOne : Role::kVector), size, eps};
}

Conv Builder::conv(const std::string& prefix, int channels, int kernel, bool bias, bool silu) {
  Conv conv{{}, {}, channels, kernel, silu};
  conv.weight = add(need(prefix + ".weight", {channels, 1, kernel}), Role::kVector, 0, channels,
                    kernel);
  if (bias) conv.bias = vector(prefix + ".bias", channels);
  return conv;
}

Mlp Builder::gated_mlp(const std::string& prefix, int size, bool bias,
                       std::array<const char*, 3> names) {
  Mlp mlp;
  mlp.gate = linear(prefix + "." + names[0], size, out_.hidden, bias);
  mlp.up = linear(prefix + "." + names[1], size, out_.hidden, bias);
  mlp.down = linear(prefix + "." + names[2], out_.hidden, size, bias);
  return mlp;
}

int Builder::head_dim() const {
  const int heads = config_.size("num_attention_heads");
  if (config_.has("head_dim")) return config_.size("head_dim");
  if (out_.hidden % heads != 0) {
    config_.fail("hidden_size " + std::to_string(out_.hidden) + " is no multiple of " +
                 std::to_string(heads) + " attention heads, and there is no head_dim");
  }
  return out_.hidden / heads;
}

Attention Builder::attention(const std::string& prefix, int head_dim, bool bias, const char* out,
                             bool gated) {
  Attention a;
  a.gated = gated;
  a.heads = config_.size("num_attention_heads");
  a.kv_heads = config_.size("num_key_value_heads", a.heads);
  a.head_dim = head_dim;
  if (a.heads % a.kv_heads != 0) {
    config_.fail("num_attention_heads " + std::to_string(a.heads) + " is no multiple of " +
                 std::to_string(a.kv_heads) + " key-value heads");
  }
  a.scale = 1.0F / std::sqrt(static_cast<float>(head_dim));
  a.q = linear(prefix + ".q_proj", a.heads * head_dim * (gated ? 2 : 1), out_.hidden, bias);
  a.k = linear(prefix + ".k_proj", a.kv_heads * head_dim, out_.hidden, bias);
  a.v = linear(prefix + ".v_proj", a.kv_heads * head_dim, out_.hidden, bias);
  a.o = linear(prefix + "." + out, out_.hidden, a.heads * head_dim, bias);
  return a;
}

Mamba1 Builder::mamba1(const std::string& prefix, int inner, int state, int kernel, int dt_rank,
                       bool bias, bool conv_bias) {
  Mamba1 m;
  m.inner = inner;
  m.state = state;
  m.dt_rank = dt_rank;
  m.in = linear(prefix + ".in_proj", 2 * inner, out_.hidden, bias);
  m.conv = conv(prefix + ".conv1d", inner, kernel, conv_bias);
  m.x = linear(prefix + ".x_proj", dt_rank + 2 * state, inner);
  m.dt = linear(prefix + ".dt_proj", inner, dt_rank, true);
  m.out = linear(prefix + ".out_proj", out_.hidden, inner, bias);
  m.decay = matrix(prefix + ".A_log", inner, state, Role::kDecay);
  m.skip = vector(prefix + ".D", inner);
  return m;
}

GroupNorm Builder::group_norm(int groups, bool by_group) const {
  if (config_.has("norm_by_group")) {
    return {groups, config_.flag("norm_by_group", false), true, "its norm_by_group says so"};
  }
  if (by_group) return {groups, true, true, "this family does so"};
  // Only conversions of mamba_ssm's models have these; what norm_before_gate is set to is not what
  // those models do.
  for (const char* trace : {"norm_before_gate", "ssm_cfg"}) {
    if (config_.has(trace)) {
      return {groups, true, true, std::string("its ") + trace + " comes of mamba_ssm, which does so"};
    }
  }
  return {groups, false, false, "transformers does so, and it has no norm_by_group"};
}

Mamba2 Builder::mamba2(const std::string& prefix, Mamba2 m, int kernel, bool bias, bool conv_bias,
                       float eps, bool by_group) {
  const int inner = m.heads * m.head_dim;
  const int channels = inner + 2 * m.groups * m.state;
  if (m.heads % m.groups != 0) {
    config_.fail(std::to_string(m.heads) + " Mamba heads are no multiple of " +
                 std::to_string(m.groups) + " groups");
  }
  m.in = linear(prefix + ".in_proj", inner + channels + m.heads, out_.hidden, bias);
  m.conv = conv(prefix + ".conv1d", channels, kernel, conv_bias);
  m.out = linear(prefix + ".out_proj", out_.hidden, inner, bias);
  m.decay = vector(prefix + ".A_log", m.heads, Role::kDecay);
  m.skip = vector(prefix + ".D", m.heads);
  m.dt_bias = vector(prefix + ".dt_bias", m.heads);
  if (eps >= 0) m.norm = norm(prefix + ".norm", inner, eps);
  if (m.norm && m.groups > 1) {
    out_.group_norm = group_norm(m.groups, by_group);
    m.norm_groups = out_.group_norm->by_group ? m.groups : 1;
  }
  const auto limits = config_.reals("time_step_limit", 2, std::numeric_limits<float>::infinity());
  if (config_.has("time_step_limit")) {
    m.dt_min = limits[0];
    m.dt_max = limits[1];
  }
  return m;
}

Mamba2 Builder::mamba2_of_config(const std::string& prefix) {
  Mamba2 m;
  m.heads = config_.size("mamba_n_heads");
  const int inner = config_.size("mamba_expand", 2) * out_.hidden;
  m.head_dim = config_.size_or_auto("mamba_d_head", std::max(1, inner / m.heads));
  m.groups = config_.size("mamba_n_groups", 1);
  m.state = config_.size("mamba_d_state");
  return mamba2(prefix, m, config_.size("mamba_d_conv", 4), config_.flag("mamba_proj_bias", false),
                config_.flag("mamba_conv_bias", true), config_.real("rms_norm_eps", 1e-5F));
}

Activation Builder::activation(const char* name, const char* fallback) const {
  const auto text = config_.text(name, fallback);
  if (text == "silu" || text == "swish") return Activation::kSilu;
  if (text == "relu2") return Activation::kRelu2;
  config_.fail(std::string(name) + " " + text + " is not supported; silu and relu2 are");
}

void Builder::ends(const std::string& embedding, const std::string& norm, float eps,
                   bool plus_one) {
  out_.embedding = matrix(embedding + ".weight", out_.vocabulary, out_.hidden);
  out_.final_norm = this->norm(norm, out_.hidden, eps, plus_one);
  out_.head.in = out_.hidden;
  out_.head.out = out_.vocabulary;
  const bool tied = config_.flag("tie_embedding", !has("lm_head.weight"));
  if (config_.flag("tie_word_embeddings", tied)) {
    out_.head.weight = out_.embedding;
    ignore("lm_head.weight");
  } else {
    out_.head.weight = matrix("lm_head.weight", out_.vocabulary, out_.hidden);
  }
}

std::vector<std::string> Builder::layer_types(const char* name) const {
  auto types = config_.texts(name);
  for (auto& type : types) {
    if (type == "mamba" || type == "mamba2") type = "linear_attention";
    if (type == "attention") type = "full_attention";
  }
  const int named = static_cast<int>(types.size());
  const int layers = named == 0 ? 0 : config_.size("num_hidden_layers", named);
  if (named != layers) {
    config_.fail(std::string(name) + " names " + std::to_string(named) +
                 " layers, but there are " + std::to_string(layers));
  }
  return types;
}

Description Builder::finish() {
  for (const auto& layer : out_.layers) {
    const auto* const moe = std::get_if<Moe>(&layer.feed_forward);
    if (moe == nullptr) continue;
    const int experts = moe->router.out;
    if (moe->top_k > experts || experts % moe->groups != 0 || moe->top_groups > moe->groups ||
        moe->top_k > experts / moe->groups * moe->top_groups) {
      config_.fail("asks for " + std::to_string(moe->top_k) + " of " + std::to_string(experts) +
                   " experts in " + std::to_string(moe->groups) + " groups, which cannot be");
    }
  }
  if (checkpoint_ == nullptr) return std::move(out_);
  for (const auto& [name, tensor] : checkpoint_->tensors()) {
    const auto ignored = [&](const std::string& prefix) { return name.starts_with(prefix); };
    if (used_.contains(name) || name.ends_with("rotary_emb.inv_freq") ||
        std::ranges::any_of(ignored_, ignored)) {
      continue;
    }
    refuse(tensor.file, "tensor " + name + " " + text_of(tensor.shape) + " is not part of a " +
                            out_.family + " model with this config.json");
  }
  return std::move(out_);
}

}  // namespace sr::hybrid
