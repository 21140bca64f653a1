// whole_mamba1.cuh - Mamba's step. Included by whole.cu only.
#pragma once

#include "whole_input.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

// Numbers of a chunk of 16 bytes with as many of x.
__device__ __forceinline__ float dot_chunk(Kind kind, uint4 w, float scale, const float* x) {
  const unsigned words[4] = {w.x, w.y, w.z, w.w};
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    switch (kind) {
      case Kind::kF32:
        sum = fmaf(__uint_as_float(words[i]), x[i], sum);
        break;
      case Kind::kBF16:
        sum = fmaf(low(words[i]), x[2 * i], sum);
        sum = fmaf(high(words[i]), x[2 * i + 1], sum);
        break;
      case Kind::kInt8:
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          sum = fmaf(static_cast<float>(static_cast<std::int8_t>(words[i] >> 8 * j)), x[4 * i + j],
                     sum);
        }
        break;
      case Kind::kInt4:
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          const int byte = static_cast<int>(words[i] >> 8 * j & 255);
          sum = fmaf(static_cast<float>((byte & 15) - 8), x[4 * i + j], sum);
          sum = fmaf(static_cast<float>((byte >> 4) - 8), x[16 + 4 * i + j], sum);
        }
        break;
    }
  }
  return sum * scale;
}

// Mamba-1's step from dt's projection on. Four threads share a channel.
template <class HandOn>
__device__ __forceinline__ void run(const Whole& w, const Part& part, const WholeStep1& a,
                                    const Block& block, const HandOn& hand_on) {
  constexpr float kLog2e = 1.44269504F;
  constexpr int kStates = 4, kChunks = 5;
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 4, warp = thread / 32;
  const int start = share(a.inner, blockIdx.x), end = share(a.inner, blockIdx.x + 1);
  const auto kind = static_cast<Kind>(a.kind);
  const int padded = (a.rank + 31) / 32 * 32, chunks = a.dt.row_bytes / 16;
  const int size_log = kind == Kind::kF32    ? 2
                       : kind == Kind::kBF16 ? 3
                       : kind == Kind::kInt8 ? 4
                                             : 5;
  float* const parts = block.x;  // dt, filled up with zeros, then B and C
  const int each = (a.state + 3) / 4, first = lane * each;
  const int count = max(0, min(each, a.state - first));
  bool met = false;
  for (int base = start; base < end || !met; base += kThreads / 4) {
    const bool there = base + thread / 4 < end;
    const int channel = min(base + thread / 4, a.inner - 1);
    const auto* const line = a.dt.values + static_cast<std::int64_t>(channel) * a.dt.row_bytes;
    const auto scale_of = [&](int chunk) {
      if (a.dt.scales == nullptr) return 1.0F;
      return from_bf16(
          __ldg(a.dt.scales + channel * a.dt.groups + (kind == Kind::kInt8 ? chunk / 2 : chunk)));
    };
    uint4 held[kChunks];
    float scales[kChunks];
#pragma unroll
    for (int i = 0; i < kChunks; ++i) {
      const int chunk = 4 * i + lane;
      held[i] = make_uint4(0, 0, 0, 0);
      scales[i] = 0;
      if (chunk < chunks) {
        held[i] = __ldg(reinterpret_cast<const uint4*>(line) + chunk);
        scales[i] = scale_of(chunk);
      }
    }
    const std::int64_t cell = static_cast<std::int64_t>(channel) * a.state + first;
    float decay[kStates], h[kStates];
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      decay[i] = i < count ? a.decay[cell + i] * kLog2e : 0;
      h[i] = i < count && part.count > 0 ? part.before[a.slot + cell + i] : 0;
    }
    const float skip = a.skip[channel], bias = a.dt_bias != nullptr ? a.dt_bias[channel] : 0;
    float u = ask(w.values + a.u + channel), gate = ask(w.values + a.gate + channel);
    const auto bring_both = [&] {
      while (missing(u)) u = ask(w.values + a.u + channel);
      while (missing(gate)) gate = ask(w.values + a.gate + channel);
    };
    if (!met) {
      met = true;
      // A warp brings each of dt, B and C through its norm.
      if (warp < 3) {
        const int of = thread % 32, size = warp == 0 ? a.rank : a.state;
        const float* const from =
            w.values + a.parts + (warp == 0 ? 0 : a.rank + (warp - 1) * a.state);
        float* const to = parts + (warp == 0 ? 0 : padded + (warp - 1) * a.state);
        constexpr int kMost = 16;  // rank 512
        float x[kMost], squares = 0;
#pragma unroll
        for (int i = 0; i < kMost; ++i) {
          x[i] = of + 32 * i < size ? ask(from + of + 32 * i) : 0;
        }
#pragma unroll
        for (int i = 0; i < kMost; ++i) {
          while (missing(x[i])) x[i] = ask(from + of + 32 * i);
          squares = fmaf(x[i], x[i], squares);
        }
        float scale = 1;
        if (a.eps[warp] >= 0) {
          scale = rsqrtf(warp_sum(squares) / static_cast<float>(size) + a.eps[warp]);
        }
        const float* const weight = a.eps[warp] >= 0 ? a.norms[warp] : nullptr;
#pragma unroll
        for (int i = 0; i < kMost; ++i) {
          const int k = of + 32 * i;
          if (k < size) {
            to[k] = x[i] * scale * (weight != nullptr ? weight[k] : 1.0F);
          } else if (warp == 0 && k < padded) {
            to[k] = 0;
          }
        }
      }
      meet();
      hand_on();
    }
    bring_both();
    float dt = 0;
#pragma unroll
    for (int i = 0; i < kChunks; ++i) {
      const int chunk = 4 * i + lane;
      if (chunk < chunks) {
        dt += dot_chunk(kind, held[i], scales[i], parts + (chunk << size_log));
      }
    }
    for (int chunk = 4 * kChunks + lane; chunk < chunks; chunk += 4) {
      dt += dot_chunk(kind, __ldg(reinterpret_cast<const uint4*>(line) + chunk), scale_of(chunk),
                      parts + (chunk << size_log));
    }
    dt += __shfl_xor_sync(kAll, dt, 1);
    dt += __shfl_xor_sync(kAll, dt, 2);
    dt = softplus(dt + bias);
    const float* const b = parts + padded + first;
    const float* const c = b + a.state;
    const float input = dt * u;
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      if (i >= count) continue;
      h[i] = fmaf(exp2f(decay[i] * dt), h[i], b[i] * input);
      sum = fmaf(h[i], c[i], sum);
    }
    sum += __shfl_xor_sync(kAll, sum, 1);
    sum += __shfl_xor_sync(kAll, sum, 2);
    if (!there) continue;
    if (lane == 0) put(w.values + a.y + channel, fmaf(skip, u, sum) * quick_silu(gate));
    if (part.count == 0) continue;
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      if (i < count) part.after[a.slot + cell + i] = h[i];
    }
  }
  meet();
}

#endif

}  // namespace sr::cuda::whole
