// recurrent_kernels.h - convolutions and scans over tokens, seeded with the carried state.
// Included by the kernels only (simd.h).
#pragma once

#include "kernels.h"
#include "maths.h"

namespace sr::cpu {
namespace {

// Calls fn(offset, load, store) for [first, last) in vectors; the last one may be partial.
template <class Fn>
SR_INLINE void in_vectors(std::size_t first, std::size_t last, const Fn& fn) {
  for (; first + kLanes <= last; first += kLanes) {
    fn(first, [](const float* p) { return load(p); }, [](float* p, F x) { store(p, x); });
  }
  if (const auto rest = last - first; first < last) {
    fn(first, [rest](const float* p) { return load_part(p, rest); },
       [rest](float* p, F x) { store_part(p, x, rest); });
  }
}

void convolve(const ConvArgs& a, std::size_t first, std::size_t last) {
  const auto past = a.kernel - 1;
  in_vectors(first, last, [&](std::size_t c, auto get, auto put) {
    const F bias = a.bias == nullptr ? F{} : get(a.bias + c);
    for (std::size_t t = 0; t < a.tokens; ++t) {
      F sum = bias;
      for (std::size_t k = 0; k <= past; ++k) {
        const float* const row = t + k < past ? a.before + (t + k) * a.channels
                                              : a.x + (t + k - past) * a.stride;
        sum = madd(get(a.weight + k * a.channels + c), get(row + c), sum);
      }
      put(a.y + t * a.channels + c, a.silu ? silu(sum) : sum);
    }
    for (std::size_t k = 0; k < past; ++k) {
      const float* const row = a.tokens + k < past ? a.before + (a.tokens + k) * a.channels
                                                   : a.x + (a.tokens + k - past) * a.stride;
      put(a.after + k * a.channels + c, get(row + c));
    }
  });
}

// kLanes channels at once: each channel's states lie across the lanes, and what a token reads from
// them is summed for all channels together.
void scan1(const Scan1Args& a, std::size_t first, std::size_t last) {
  const auto whole = a.state / kLanes * kLanes;
  in_vectors(first, last, [&](std::size_t channel, auto get, auto put) {
    const auto channels = last - channel < kLanes ? last - channel : kLanes;
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const float* const from = t == 0 ? a.before : a.after;
      float* const at = a.u + t * a.inner + channel;
      const float* const b = a.b + t * a.bc_stride;
      const float* const c = a.c + t * a.bc_stride;
      const F u = get(at), dt = softplus(get(a.dt + t * a.inner + channel));
      float steps[kLanes], inputs[kLanes];
      store(steps, dt * 1.44269504F);  // log2 e: decays are powers of two
      store(inputs, dt * u);
      F sums[kLanes];
      const auto add = [&](std::size_t i, std::size_t s, const auto& load_state,
                           const auto& store_state) __attribute__((always_inline)) {
        const auto cell = (channel + i) * a.state + s;
        const F keep = exp2(load_state(a.decay + cell) * steps[i]);
        const F h = madd(keep, load_state(from + cell), load_state(b + s) * inputs[i]);
        store_state(a.after + cell, h);
        sums[i] = madd(h, load_state(c + s), sums[i]);
      };
      for (std::size_t i = 0; i < kLanes; ++i) sums[i] = F{};
      for (std::size_t i = 0; i < channels; ++i) {
        for (std::size_t s = 0; s < whole; s += kLanes) {
          add(i, s, [](const float* p) { return load(p); },
              [](float* p, F x) { store(p, x); });
        }
        if (const auto rest = a.state - whole; rest > 0) {
          add(i, whole, [rest](const float* p) { return load_part(p, rest); },
              [rest](float* p, F x) { store_part(p, x, rest); });
        }
      }
      const F out = madd(get(a.skip + channel), u, lane_sums<kLanes>(sums));
      put(at, out * silu(get(a.gate + t * a.gate_stride + channel)));
    }
  });
}

// Rows of the state, R at once.
template <std::size_t R>
SR_INLINE void scan2_rows(const Scan2Args& a, std::size_t row) {
  for (std::size_t t = 0; t < a.tokens; ++t) {
    const float* const from = t == 0 ? a.before : a.after;
    const float* const u = a.u + t * a.u_stride + row;
    F sums[R], input[R];
    SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
      sums[r] = F{};
      input[r] = splat(a.dt[t] * u[r]);
    }
    const F keep = splat(a.keep[t]);
    in_vectors(0, a.state, [&](std::size_t s, auto get, auto put) __attribute__((always_inline)) {
      const F b = get(a.b + t * a.u_stride + s), c = get(a.c + t * a.u_stride + s);
      SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
        const auto cell = (row + r) * a.state + s;
        const F h = madd(keep, get(from + cell), input[r] * b);
        put(a.after + cell, h);
        sums[r] = madd(h, c, sums[r]);
      }
    });
    const F out = lane_sums<R>(sums);
    for (std::size_t r = 0; r < R; ++r) {
      a.out[t * a.out_stride + row + r] = out[r] + a.skip * u[r];
    }
  }
}

// The same of V whole vectors of state, which stay in registers from token to token.
template <std::size_t R, std::size_t V>
SR_INLINE void scan2_held(const Scan2Args& a, std::size_t row) {
  F h[R][V];
  const auto first = row * a.state;
  SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) {
      h[r][v] = load(a.before + first + r * a.state + v * kLanes);
    }
  }
  for (std::size_t t = 0; t < a.tokens; ++t) {
    const float* const u = a.u + t * a.u_stride + row;
    const float* const b = a.b + t * a.u_stride;
    const float* const c = a.c + t * a.u_stride;
    const F keep = splat(a.keep[t]);
    F sums[R], input[R];
    SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
      sums[r] = F{};
      input[r] = splat(a.dt[t] * u[r]);
    }
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) {
      SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
        h[r][v] = madd(keep, h[r][v], input[r] * load(b + v * kLanes));
        sums[r] = madd(h[r][v], load(c + v * kLanes), sums[r]);
      }
    }
    const F out = lane_sums<R>(sums);
    for (std::size_t r = 0; r < R; ++r) a.out[t * a.out_stride + row + r] = out[r] + a.skip * u[r];
  }
  SR_UNROLL for (std::size_t r = 0; r < R; ++r) {
    SR_UNROLL for (std::size_t v = 0; v < V; ++v) {
      store(a.after + first + r * a.state + v * kLanes, h[r][v]);
    }
  }
}

void scan2(const Scan2Args& a) {
  constexpr std::size_t kHeld = kLanes == 16 ? 4 : 2;  // vectors of four rows that fit beside the rest
  std::size_t row = 0;
  for (; row + 4 <= a.head_dim; row += 4) {
    if (a.state == kHeld * kLanes) {
      scan2_held<4, kHeld>(a, row);
    } else {
      scan2_rows<4>(a, row);
    }
  }
  for (; row < a.head_dim; ++row) scan2_rows<1>(a, row);
}

// What the decayed state holds for the key is moved towards the value by beta, and then read.
void delta(const DeltaArgs& a) {
  in_vectors(0, a.value_dim, [&](std::size_t j, auto get, auto put) {
    F held{};
    for (std::size_t i = 0; i < a.key_dim; ++i) {
      const auto cell = i * a.value_dim + j;
      const F state = get(a.before + cell) * a.keep;
      put(a.after + cell, state);
      held = madd(state, splat(a.k[i]), held);
    }
    const F change = (get(a.v + j) - held) * a.beta;
    F out{};
    for (std::size_t i = 0; i < a.key_dim; ++i) {
      float* const cell = a.after + i * a.value_dim + j;
      const F state = madd(change, splat(a.k[i]), get(cell));
      put(cell, state);
      out = madd(state, splat(a.q[i]), out);
    }
    put(a.out + j, out);
  });
}

}  // namespace
}  // namespace sr::cpu
