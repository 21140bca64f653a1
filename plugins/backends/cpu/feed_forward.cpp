#include <algorithm>
#include <numeric>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Activation;
using hybrid::Moe;

std::size_t z(int i) { return static_cast<std::size_t>(i); }

float activated(Activation activation, float x) noexcept {
  if (activation == Activation::kSilu) return silu(x);
  return x > 0 ? x * x : 0;
}

struct Choice {
  int expert;
  float weight;
};

// The experts with the highest scores, the lower index first among equals.
std::vector<int> highest(const std::vector<float>& scores, int count) {
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int a, int b) {
    return scores[z(a)] != scores[z(b)] ? scores[z(a)] > scores[z(b)] : a < b;
  });
  order.resize(z(count));
  return order;
}

// Only groups whose two best experts add up highest stay in the running.
void close_groups(const Moe& moe, std::vector<float>& scores) {
  const auto size = scores.size() / z(moe.groups);
  std::vector<float> sums;
  for (std::size_t g = 0; g < z(moe.groups); ++g) {
    const auto first = scores.begin() + static_cast<std::ptrdiff_t>(g * size);
    std::vector<float> group(first, first + static_cast<std::ptrdiff_t>(size));
    std::ranges::sort(group, std::greater<>());
    sums.push_back(group[0] + (size > 1 ? group[1] : 0));
  }
  const auto open = highest(sums, moe.top_groups);
  for (std::size_t e = 0; e < scores.size(); ++e) {
    if (std::ranges::find(open, static_cast<int>(e / size)) == open.end()) scores[e] = -INFINITY;
  }
}

std::vector<Choice> route(const Weights& w, const Moe& moe, const float* logits) {
  std::vector<float> scores(logits, logits + moe.router.out);
  if (moe.gating == Moe::Gating::kSoftmax) softmax(scores.data(), moe.router.out);
  if (moe.gating == Moe::Gating::kSigmoid) std::ranges::transform(scores, scores.begin(), sigmoid);
  auto ranked = scores;
  if (const auto* bias = w.vector(moe.choice_bias)) {
    for (std::size_t e = 0; e < ranked.size(); ++e) ranked[e] += bias[e];
  }
  if (moe.groups > 1) close_groups(moe, ranked);
  std::vector<float> weights;
  const auto chosen = highest(ranked, moe.top_k);
  for (const int e : chosen) weights.push_back(scores[z(e)]);
  if (moe.gating == Moe::Gating::kSoftmaxOfChosen) softmax(weights.data(), moe.top_k);
  float sum = 1;
  if (moe.normalise) sum = std::accumulate(weights.begin(), weights.end(), 0.0F);
  std::vector<Choice> out;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    out.push_back({chosen[i], weights[i] / sum * moe.scale});
  }
  return out;
}

}  // namespace

void feed_forward(const Weights& w, const hybrid::Mlp& mlp, const float* x, int tokens, float* y) {
  const auto size = z(mlp.up.out), in = z(mlp.up.in);
  std::vector<float> up(z(tokens) * size), gate;
  linear(w, mlp.up, x, in, tokens, up.data());
  if (mlp.gate) {
    gate.resize(up.size());
    linear(w, *mlp.gate, x, in, tokens, gate.data());
    for (std::size_t i = 0; i < up.size(); ++i) {
      up[i] *= activated(mlp.activation, gate[i] * mlp.gate_multiplier);
    }
  } else {
    for (auto& value : up) value = activated(mlp.activation, value);
  }
  linear(w, mlp.down, up.data(), size, tokens, y);
  if (mlp.down_multiplier == 1) return;
  for (std::size_t i = 0; i < z(tokens) * z(mlp.down.out); ++i) y[i] *= mlp.down_multiplier;
}

void feed_forward(const Weights& w, const Moe& moe, const float* x, int tokens, float* y) {
  const auto hidden = z(moe.router.in), all = z(tokens);
  std::vector<float> logits(all * z(moe.router.out)), latent, input, output;
  linear(w, moe.router, x, hidden, tokens, logits.data());
  const float* source = x;
  const auto width = moe.latent_in ? z(moe.latent_in->out) : hidden;
  if (moe.latent_in) {
    latent.resize(all * width);
    linear(w, *moe.latent_in, x, hidden, tokens, latent.data());
    source = latent.data();
  }
  struct Visit {
    std::size_t token;
    float weight;
  };
  std::vector<std::vector<Visit>> visits(moe.experts.size());
  for (std::size_t t = 0; t < all; ++t) {
    for (const auto& [expert, weight] : route(w, moe, logits.data() + t * z(moe.router.out))) {
      visits[z(expert)].push_back({t, weight});
    }
  }
  std::vector<float> sum(all * width);
  for (std::size_t e = 0; e < visits.size(); ++e) {  // in order, so that a token's sum is the same
    const auto& mine = visits[e];
    if (mine.empty()) continue;
    input.clear();
    for (const auto& visit : mine) {
      input.insert(input.end(), source + visit.token * width, source + (visit.token + 1) * width);
    }
    output.resize(input.size());
    feed_forward(w, moe.experts[e], input.data(), static_cast<int>(mine.size()), output.data());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (std::size_t j = 0; j < width; ++j) {
        sum[mine[i].token * width + j] += mine[i].weight * output[i * width + j];
      }
    }
  }
  if (moe.latent_out) {
    linear(w, *moe.latent_out, sum.data(), width, tokens, y);
  } else {
    std::ranges::copy(sum, y);
  }
  if (!moe.shared) return;
  output.resize(all * hidden);
  feed_forward(w, *moe.shared, x, tokens, output.data());
  for (std::size_t t = 0; t < all; ++t) {
    float scale = 1;
    if (moe.shared_gate) {
      linear(w, *moe.shared_gate, x + t * hidden, hidden, 1, &scale);
      scale = sigmoid(scale);
    }
    for (std::size_t j = 0; j < hidden; ++j) y[t * hidden + j] += scale * output[t * hidden + j];
  }
}

}  // namespace sr::cpu
