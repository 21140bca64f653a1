#include <algorithm>
#include <cmath>
#include <numeric>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Activation;
using hybrid::Moe;

std::size_t z(int i) { return static_cast<std::size_t>(i); }

// up = act(gate) * up, or act(up) without a gate.
void activate(const Compute& c, const hybrid::Mlp& mlp, const float* gate, float* up,
              std::size_t size) {
  if (mlp.activation == Activation::kSilu) {
    if (gate != nullptr) return c.kernels.silu_multiply(gate, mlp.gate_multiplier, up, size, up);
    for (std::size_t i = 0; i < size; ++i) up[i] *= sigmoid(up[i]);
    return;
  }
  for (std::size_t i = 0; i < size; ++i) {
    const float from = gate != nullptr ? gate[i] * mlp.gate_multiplier : up[i];
    const float squared = from > 0 ? from * from : 0;
    up[i] = gate != nullptr ? squared * up[i] : squared;
  }
}

struct Choice {
  int expert;
  float weight;
};
struct Visit {
  std::size_t token;
  float weight;
};

// Where a token's experts are chosen: lists as long as there are experts.
struct Scratch {
  float *scores, *ranked, *sums;
  int *order, *open;
};

// The `top` indices with the highest scores, the lower index first among equals.
void highest(const float* scores, std::size_t count, std::size_t top, int* order) {
  std::iota(order, order + count, 0);
  std::partial_sort(order, order + top, order + count, [&](int a, int b) {
    return scores[z(a)] != scores[z(b)] ? scores[z(a)] > scores[z(b)] : a < b;
  });
}

// Only groups whose two best experts add up highest stay in the running.
void close_groups(const Moe& moe, std::size_t experts, const Scratch& s) {
  const auto groups = z(moe.groups), size = experts / groups;
  for (std::size_t g = 0; g < groups; ++g) {
    float first = -INFINITY, second = -INFINITY;
    for (std::size_t e = g * size; e < (g + 1) * size; ++e) {
      if (s.ranked[e] > first) {
        second = first;
        first = s.ranked[e];
      } else {
        second = std::max(second, s.ranked[e]);
      }
    }
    s.sums[g] = first + (size > 1 ? second : 0);
  }
  highest(s.sums, groups, z(moe.top_groups), s.open);
  for (std::size_t e = 0; e < experts; ++e) {
    const int* const last = s.open + moe.top_groups;
    if (std::find<const int*>(s.open, last, static_cast<int>(e / size)) == last) s.ranked[e] = -INFINITY;
  }
}

// The experts of one token and how much each counts.
void route(const Compute& c, const Moe& moe, const float* logits, const Scratch& s, Choice* out) {
  const auto experts = z(moe.router.out), top = z(moe.top_k);
  std::copy_n(logits, experts, s.scores);
  if (moe.gating == Moe::Gating::kSoftmax) c.kernels.softmax(s.scores, experts);
  if (moe.gating == Moe::Gating::kSigmoid) {
    std::transform(s.scores, s.scores + experts, s.scores, sigmoid);
  }
  std::copy_n(s.scores, experts, s.ranked);
  if (const auto* bias = c.weights.vector(moe.choice_bias)) {
    for (std::size_t e = 0; e < experts; ++e) s.ranked[e] += bias[e];
  }
  if (moe.groups > 1) close_groups(moe, experts, s);
  highest(s.ranked, experts, top, s.order);
  for (std::size_t i = 0; i < top; ++i) s.ranked[i] = s.scores[z(s.order[i])];
  if (moe.gating == Moe::Gating::kSoftmaxOfChosen) c.kernels.softmax(s.ranked, top);
  float sum = 1;
  if (moe.normalise) sum = std::accumulate(s.ranked, s.ranked + top, 0.0F);
  for (std::size_t i = 0; i < top; ++i) out[i] = {s.order[i], s.ranked[i] / sum * moe.scale};
}

}  // namespace

void feed_forward(const Compute& c, const hybrid::Mlp& mlp, const float* x, int tokens, float* y) {
  const Workspace::Scope scope(c.work);
  const auto size = z(mlp.up.out), in = z(mlp.up.in), out = z(mlp.down.out);
  float* const up = c.work.take(z(tokens) * size);
  float* const gate = mlp.gate ? c.work.take(z(tokens) * size) : nullptr;
  const auto activate_rows = [&](std::size_t first, std::size_t last) {
    for (auto at = first; at < z(tokens) * size; at += size) {
      activate(c, mlp, gate == nullptr ? nullptr : gate + at, up + at, last - first);
    }
  };
  if (mlp.gate) {
    linear(c, {{*mlp.gate, gate}, {mlp.up, up}}, x, in, tokens, activate_rows);
  } else {
    linear(c, mlp.up, x, in, tokens, up, activate_rows);
  }
  linear(c, mlp.down, up, size, tokens, y);
  if (mlp.down_multiplier != 1) c.kernels.scale(y, mlp.down_multiplier, z(tokens) * out);
}

void feed_forward(const Compute& c, const Moe& moe, const float* x, int tokens, float* y) {
  const Workspace::Scope scope(c.work);
  const auto hidden = z(moe.router.in), all = z(tokens), experts = z(moe.router.out);
  const auto top = z(moe.top_k), width = moe.latent_in ? z(moe.latent_in->out) : hidden;
  float* const logits = c.work.take(all * experts);
  float* const latent = c.work.take(all * width);
  linear(c, moe.router, x, hidden, tokens, logits);
  if (moe.latent_in) linear(c, *moe.latent_in, x, hidden, tokens, latent);
  const float* const source = moe.latent_in ? latent : x;

  auto* const choices = c.work.take<Choice>(all * top);
  const Scratch scratch{c.work.take(experts), c.work.take(experts), c.work.take(experts),
                        c.work.take<int>(experts), c.work.take<int>(experts)};
  for (std::size_t t = 0; t < all; ++t) {
    route(c, moe, logits + t * experts, scratch, choices + t * top);
  }
  float* const sum = c.work.take(all * width);
  float* const input = c.work.take(all * width);
  float* const output = c.work.take(all * std::max(width, hidden));
  auto* const visits = c.work.take<Visit>(all);  // of one expert
  std::fill_n(sum, all * width, 0.0F);
  for (std::size_t e = 0; e < experts; ++e) {  // in order, so that a token's sum is the same
    std::size_t count = 0;
    for (std::size_t i = 0; i < all * top; ++i) {
      if (choices[i].expert != static_cast<int>(e)) continue;
      std::copy_n(source + i / top * width, width, input + count * width);
      visits[count++] = {i / top, choices[i].weight};
    }
    if (count == 0) continue;
    feed_forward(c, moe.experts[e], input, static_cast<int>(count), output);
    for (std::size_t i = 0; i < count; ++i) {
      c.kernels.add_scaled(sum + visits[i].token * width, output + i * width, visits[i].weight,
                           width);
    }
  }
  if (moe.latent_out) {
    linear(c, *moe.latent_out, sum, width, tokens, y);
  } else {
    std::copy_n(sum, all * width, y);
  }
  if (!moe.shared) return;
  feed_forward(c, *moe.shared, x, tokens, output);
  float* const scales = c.work.take(all);
  if (moe.shared_gate) {
    linear(c, *moe.shared_gate, x, hidden, tokens, scales);
    std::transform(scales, scales + all, scales, sigmoid);
  } else {
    std::fill_n(scales, all, 1.0F);
  }
  for (std::size_t t = 0; t < all; ++t) {
    c.kernels.add_scaled(y + t * hidden, output + t * hidden, scales[t], hidden);
  }
}

}  // namespace sr::cpu
