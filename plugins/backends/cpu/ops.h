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

// What products read, as they want it. Good until the workspace's scope ends.
struct Input {
  const float* x;  // (tokens, stride)
  std::size_t stride, tokens;
  Quantised quantised;
};
Input prepare(const Compute& c, const hybrid::Linear& linear, const float* x, std::size_t stride,
              int tokens);
// Where the half of a matrix begins that one of two threads reads; nullptr for none.
const void* half(const Compute& c, hybrid::WeightId matrix, bool second);
// Some rows of a product. Any thread.
void multiply(const Compute& c, const Product& product, const Input& input, const Rows& rows);

// A call of fn(first, last), which must outlive this; or nothing.
class Then {
 public:
  Then() = default;
  template <class Fn>
  Then(const Fn& fn)
      : fn_(&fn), call_([](const void* at, std::size_t first, std::size_t last) {
          (*static_cast<const Fn*>(at))(first, last);
        }) {}
  void operator()(std::size_t first, std::size_t last) const {
    if (call_ != nullptr) call_(fn_, first, last);
  }

 private:
  const void* fn_ = nullptr;
  void (*call_)(const void* fn, std::size_t first, std::size_t last) = nullptr;
};

// y = x w^T + b of all products, which read the same x; `stride`: floats from one row of x to the
// next. Calls then(first, last) as soon as these rows are there, on the thread that made them: of
// the only product, or of all when they are as long as each other.
void linear(const Compute& c, std::initializer_list<Product> products, const float* x,
            std::size_t stride, int tokens, const Then& then = {});
inline void linear(const Compute& c, const hybrid::Linear& l, const float* x, std::size_t stride,
                   int tokens, float* y, const Then& then = {}) {
  linear(c, {{l, y}}, x, stride, tokens, then);
}

// Has memory brought near that will be read soon.
inline void fetch(const void* at, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += 64) __builtin_prefetch(static_cast<const char*>(at) + i);
}

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
