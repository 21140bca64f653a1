// builder.h - how a family turns config.json and tensor names into a Description.
//
// Every weight is looked up and its shape checked as it is named; what no family named and finish()
// finds left over is refused. Without a checkpoint every tensor is there, with the shape that was
// asked for and without data, and is remembered. One thread. Errors:
// BadOption("model", "[file] what").
#pragma once

#include <array>
#include <set>

#include "config_file.h"
#include "description.h"

namespace sr::hybrid {

class Builder {
 public:
  Builder(const ConfigFile& config, const Checkpoint& checkpoint) : Builder(config, &checkpoint) {}
  explicit Builder(const ConfigFile& config) : Builder(config, nullptr) {}

  const ConfigFile& config() const noexcept { return config_; }
  Description& out() noexcept { return out_; }
  // Without a checkpoint nothing is, so that what only some files hold is left out.
  bool has(const std::string& tensor) const {
    return checkpoint_ != nullptr && checkpoint_->find(tensor) != nullptr;
  }

  WeightId vector(const std::string& name, int size, Role role = Role::kVector);
  WeightId matrix(const std::string& name, int rows, int columns, Role role = Role::kMatrix);
  // `rows` rows from row `first` of a tensor that is packed along its leading dimensions.
  WeightId rows(const std::string& name, const Shape& shape, std::int64_t first, int rows);

  Linear linear(const std::string& prefix, int out, int in, bool bias = false);
  Norm norm(const std::string& name, int size, float eps, bool plus_one = false);
  Conv conv(const std::string& prefix, int channels, int kernel, bool bias, bool silu = true);
  Mlp gated_mlp(const std::string& prefix, int size, bool bias = false,
                std::array<const char*, 3> names = {"gate_proj", "up_proj", "down_proj"});

  // Parts that several families write alike.
  Attention attention(const std::string& prefix, int head_dim, bool bias,
                      const char* out = "o_proj", bool gated = false);
  Mamba1 mamba1(const std::string& prefix, int inner, int state, int kernel, int dt_rank, bool bias,
                bool conv_bias);
  // `eps` of its norm; negative: it has none. `by_group`: the family norms each group by itself
  // whoever trained it. Other families do so where config.json asks for it or comes of mamba_ssm.
  Mamba2 mamba2(const std::string& prefix, Mamba2 sizes, int kernel, bool bias, bool conv_bias,
                float eps, bool by_group = false);
  Mamba2 mamba2_of_config(const std::string& prefix);  // mamba_n_heads, mamba_d_state …
  // Positions: RoPE with the stretching that the configuration names, on the first part of a head.
  void rope(Attention& attention, float theta, float partial = 1) const;
  Activation activation(const char* name = "hidden_act", const char* fallback = "silu") const;
  // Embedding, final norm and head. A configuration that does not say whether embedding and head
  // are one means it where the file has no head.
  void ends(const std::string& embedding, const std::string& norm, float eps,
            bool plus_one = false);
  int head_dim() const;
  // Which layers are attention, by whatever names the configuration gives them.
  std::vector<std::string> layer_types(const char* name) const;

  void ignore(const std::string& prefix) { ignored_.push_back(prefix); }
  Description finish();
  // Without a checkpoint: what was asked for, by name.
  const std::map<std::string, Tensor>& planned() const noexcept { return planned_; }

 private:
  Builder(const ConfigFile& config, const Checkpoint* checkpoint);
  GroupNorm group_norm(int groups, bool by_group) const;
  const Tensor& need(const std::string& name, const Shape& shape);
  WeightId add(const Tensor& tensor, Role role, std::int64_t first, std::int64_t rows,
               std::int64_t columns);

  const ConfigFile& config_;
  const Checkpoint* checkpoint_;
  Description out_;
  std::set<std::string> used_;
  std::map<std::string, Tensor> planned_;
  std::vector<std::string> ignored_;
};

}  // namespace sr::hybrid
