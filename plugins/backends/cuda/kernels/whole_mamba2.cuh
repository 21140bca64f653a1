// whole_mamba2.cuh - Mamba-2's step. Included by whole.cu only.
#pragma once

#include "whole_input.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

// Mamba-2's step. A warp has kRows rows of a head's state, a lane every 32nd column of each.
template <class HandOn>
__device__ __forceinline__ void run(const Whole& w, const Part& part, const WholeScan2& op,
                                    const HandOn& hand_on) {
  constexpr int kRows = 4, kStates = kMostScan2State / 32;
  const Scan2& a = op.scan;
  meet();
  hand_on();
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int tiles = (a.head_dim + kRows - 1) / kRows, blocks = static_cast<int>(gridDim.x);
  for (int tile = static_cast<int>(blockIdx.x) + blocks * warp; tile < a.heads * tiles;
       tile += blocks * kWarps) {
    const int head = tile / tiles, first = tile % tiles * kRows;
    const std::int64_t cells =
        a.slot + (static_cast<std::int64_t>(head) * a.head_dim + first) * a.state + lane;
    const auto has = [&](int r, int i) {
      return first + r < a.head_dim && lane + 32 * i < a.state;
    };
    float h[kRows][kStates];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
#pragma unroll
      for (int i = 0; i < kStates; ++i) {
        h[r][i] = has(r, i) && part.count > 0 ? part.before[cells + r * a.state + 32 * i] : 0;
      }
    }
    const int inner = a.heads * a.head_dim, of = head / (a.heads / a.groups) * a.state;
    const float* const u = w.values + op.xbc + head * a.head_dim + first;
    const float* const b = w.values + op.xbc + inner + of + lane;
    const float* const c = b + a.groups * a.state;
    const float bias = a.dt_bias[head], decay = a.decay[head], skip = a.skip[head];
    const float* const dt_at = w.values + op.dt + head;
    float dt = ask(dt_at), us[kRows], bs[kStates], cs[kStates];
#pragma unroll
    for (int r = 0; r < kRows; ++r) us[r] = first + r < a.head_dim ? ask(u + r) : 0;
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      const bool there = lane + 32 * i < a.state;
      bs[i] = there ? ask(b + 32 * i) : 0;
      cs[i] = there ? ask(c + 32 * i) : 0;
    }
    while (missing(dt)) dt = ask(dt_at);
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      while (missing(us[r])) us[r] = ask(u + r);
    }
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      while (missing(bs[i])) bs[i] = ask(b + 32 * i);
      while (missing(cs[i])) cs[i] = ask(c + 32 * i);
    }
    dt = fminf(fmaxf(softplus(dt + bias), a.dt_min), a.dt_max);
    const float keep = __expf(dt * decay);
    float inputs[kRows], sums[kRows] = {};
#pragma unroll
    for (int r = 0; r < kRows; ++r) inputs[r] = dt * us[r];
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        h[r][i] = fmaf(keep, h[r][i], inputs[r] * bs[i]);
        sums[r] = fmaf(h[r][i], cs[i], sums[r]);
      }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      sums[r] = warp_sum(sums[r]);
      if (lane == r && first + r < a.head_dim) {
        put(w.values + op.y + head * a.head_dim + first + r, fmaf(skip, us[r], sums[r]));
      }
    }
    if (part.count == 0) continue;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
#pragma unroll
      for (int i = 0; i < kStates; ++i) {
        if (has(r, i)) part.after[cells + r * a.state + 32 * i] = h[r][i];
      }
    }
  }
  meet();
}

#endif

}  // namespace sr::cuda::whole
