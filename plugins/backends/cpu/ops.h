// ops.h - arithmetic that every layer uses, over the tokens of a call. Rows are tokens; all arrays
// are float32.
//
// One call at a time; the team's threads share it. What it yields for a token does not depend on the
// other tokens of the call, nor on the number of threads, to the last bit: that is what makes
// carried and replayed state equal.
#pragma once

#include <initializer_list>

#include "weights.h"
#include "workspace.h"

namespace sr::cpu {

// What every layer computes with.
struct Compute {
  const Weights& weights;
  const Kernels& kernels;
  Team& team;
  Workspace& work;
};

struct Product {
  const hybrid::Linear& linear;
  float* y;  // (tokens, linear.out)
};

// y = x w^T + b of all products, which read the same x (tokens, in); `stride`: floats from one row
// of x to the next.
void linear(const Compute& c, std::initializer_list<Product> products, const float* x,
            std::size_t stride, int tokens);
inline void linear(const Compute& c, const hybrid::Linear& l, const float* x, std::size_t stride,
                   int tokens, float* y) {
  linear(c, {{l, y}}, x, stride, tokens);
}

// The same in two steps, for work that goes on with some rows as soon as they are there. An Input
// is good until the workspace's scope ends.
struct Input {
  const float* x;
  std::size_t stride, tokens;
  Quantised quantised;
};
Input prepare(const Compute& c, const hybrid::Linear& linear, const float* x, std::size_t stride,
              int tokens);
// Rows [first, last) of the weights; `first` is a multiple of 16. Any thread.
void rows(const Compute& c, const Product& product, const Input& input, std::size_t first,
          std::size_t last);

// Calls fn(token) for each; several threads share them when that pays for `work` numbers a token.
template <class Fn>
void each_token(const Compute& c, int tokens, std::size_t work, const Fn& fn) {
  constexpr std::size_t kWorth = 8192;
  const auto grain = work >= kWorth ? 1 : kWorth / (work + 1) + 1;
  c.team.each(static_cast<std::size_t>(tokens), grain, [&](std::size_t first, std::size_t last) {
    for (auto t = first; t < last; ++t) fn(t);
  });
}

// One token; y may be x.
void rms_norm(const Compute& c, const hybrid::Norm& norm, const float* x, float* y);

// One row of the embedding.
void embed(const Compute& c, hybrid::WeightId table, std::int32_t token, float multiplier,
           float* out);

float sigmoid(float x) noexcept;

}  // namespace sr::cpu
