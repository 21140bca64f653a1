// description.h - a hybrid decoder as data: what each layer is made of and which weights it reads.
//
// Families fill it, kernels walk it; kernels know no families. A weight is an index into
// Description::weights, whose data lie in the mapped checkpoint. Plain data; any thread may read.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "safetensors.h"

namespace sr::hybrid {

// What a backend does with a weight's numbers when it loads them.
enum class Role {
  kMatrix,   // (rows, columns), may be held in fewer bits
  kVector,   // stays float32
  kDecay,    // float32, as -exp(w)
  kPlusOne,  // float32, as 1 + w
};

struct Weight {
  std::string name, file;
  Role role = Role::kVector;
  DType type = DType::kF32;
  std::int64_t rows = 0, columns = 1;
  const std::byte* data = nullptr;  // (rows, columns)
  std::size_t count() const noexcept { return static_cast<std::size_t>(rows * columns); }
  std::size_t bytes() const noexcept { return count() * bytes_of(type); }  // in the file
};

struct WeightId {
  int index = -1;
  explicit operator bool() const noexcept { return index >= 0; }
};

struct Linear {  // y = w x + b
  WeightId weight, bias;
  int in = 0, out = 0;
};
struct Norm {  // RMS; without a weight it only scales
  WeightId weight;
  int size = 0;
  float eps = 0;
};
struct Conv {  // causal, one kernel a channel, over the last `kernel` tokens
  WeightId weight, bias;
  int channels = 0, kernel = 0;
  bool silu = true;
};

struct Attention {
  int heads = 0, kv_heads = 0, head_dim = 0;
  float scale = 1, key_multiplier = 1;
  bool gated = false;  // q yields a query and a gate for each head
  Linear q, k, v, o;
  std::optional<Norm> q_norm, k_norm;
  std::vector<float> frequencies;  // RoPE on the first 2 * size dimensions; empty: NoPE
  float rotated_scale = 1;         // of what is rotated
};
struct Mamba1 {
  int inner = 0, state = 0, dt_rank = 0;
  Linear in, x, dt, out;
  Conv conv;
  WeightId decay, skip;  // (inner, state), (inner)
  std::optional<Norm> dt_norm, b_norm, c_norm;
};
struct Mamba2 {
  int heads = 0, head_dim = 0, groups = 0, state = 0;
  Linear in, out;
  Conv conv;
  WeightId decay, skip, dt_bias;  // (heads)
  float dt_min = 0, dt_max = std::numeric_limits<float>::infinity();
  std::optional<Norm> norm;  // none: only the gate
  int norm_groups = 1;
  bool norm_before_gate = false;
  std::array<float, 5> multipliers{1, 1, 1, 1, 1};  // of what `in` yields: z, x, B, C, dt
};
struct GatedDelta {
  int key_heads = 0, value_heads = 0, key_dim = 0, value_dim = 0;  // dim: of one head
  Linear qkvz, ba, out;                                            // grouped by key head
  Conv conv;                                                       // over q, k, v
  WeightId decay, dt_bias;                                         // (value_heads)
  Norm norm;                                                       // of each value head
};
struct ShortConv {
  Linear in, out;  // in yields B, C, x
  Conv conv;
};
using Mixer = std::variant<Attention, Mamba1, Mamba2, GatedDelta, ShortConv>;
struct Branch {
  Mixer mixer;
  float in_multiplier = 1, out_multiplier = 1;
};

enum class Activation { kSilu, kRelu2 };
struct Mlp {  // down(act(gate x) * up x), or down(act(up x))
  std::optional<Linear> gate;
  Linear up, down;
  Activation activation = Activation::kSilu;
  float gate_multiplier = 1, down_multiplier = 1;
};
struct Moe {
  enum class Gating { kSoftmax, kSoftmaxOfChosen, kSigmoid };
  Linear router;
  Gating gating = Gating::kSoftmax;
  WeightId choice_bias;  // (experts), added for choosing only
  int top_k = 0, groups = 1, top_groups = 1;
  bool normalise = false;
  float scale = 1;
  std::vector<Mlp> experts;
  std::optional<Linear> latent_in, latent_out;  // around the experts
  std::optional<Mlp> shared;
  std::optional<Linear> shared_gate;  // one number, through a sigmoid
};
using FeedForward = std::variant<std::monostate, Mlp, Moe>;

struct Layer {  // h += r * sum(branches(norm(h))); h += r * feed_forward(feed_norm(h))
  Norm norm, feed_norm;
  std::vector<Branch> branches;  // may be empty
  FeedForward feed_forward;
  float residual_multiplier = 1;
};

// What Mamba-2's norm goes over in a model that has several groups. mamba_ssm trains with a norm of
// each group; transformers has one over all channels in some families.
struct GroupNorm {
  int groups = 1;
  bool by_group = false;
  bool known = false;  // else a guess
  std::string why;     // "its config.json has norm_before_gate, …"
};

struct Description {
  std::string family;
  int hidden = 0, vocabulary = 0, context = 0;  // context: tokens it was made for
  int end_token = -1;  // the first that config.json names
  WeightId embedding;
  float embedding_multiplier = 1, logit_multiplier = 1;
  std::vector<Layer> layers;
  std::optional<GroupNorm> group_norm;
  Norm final_norm;
  Linear head;  // its weight is the embedding when they are tied
  std::vector<Weight> weights;
};

// Reads config.json and the tensors' names of a folder. Refuses, with a sentence that names the
// tensor, both shapes and the file, what does not fit. The checkpoint must outlive the description.
Description describe(const std::string& folder, const Checkpoint& checkpoint);

// What describe() would ask of a checkpoint for this config.json: every tensor by name, and the
// description of them. Neither holds data.
struct Plan {
  Description description;
  std::vector<Tensor> tensors;
};
Plan plan(const std::string& config_file);

std::uint64_t parameters(const Description& description);
std::uint64_t stored_bytes(const Description& description);  // of all weights, in the files

}  // namespace sr::hybrid
