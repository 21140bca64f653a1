// whole_input.cuh - an operation's input in shared memory, as soon as it is there, and the sums of
// a block's rows with it. Included by whole.cu only.
#pragma once

#include "whole_dots.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

__device__ __forceinline__ float quick_silu(float x) {
  return __fdividef(x, 1.0F + __expf(fminf(-x, 80.0F)));
}
__device__ __forceinline__ float activated(bool relu2, float x) {
  if (!relu2) return quick_silu(x);
  return x > 0 ? x * x : 0;
}

__device__ __forceinline__ float more_squares(float4 a, float sum) {
  return fmaf(a.x, a.x, fmaf(a.y, a.y, fmaf(a.z, a.z, fmaf(a.w, a.w, sum))));
}

// Brings x into shared memory, as soon as it is there. `meanwhile` is called before it is looked
// at.
template <Kind K, class Meanwhile>
__device__ __forceinline__ float stage(const WholeProduct& p, const float* values, float* to,
                                       const Meanwhile& meanwhile) {
  constexpr int kAhead = 5;
  const int thread = static_cast<int>(threadIdx.x);
  const int fours = p.columns / 4, padded = (p.columns + 31) / 32 * 8;
  const int gate = p.gate, late = p.gate_late;
  const auto* const x = values + p.x;
  const auto* const norm = reinterpret_cast<const float4*>(p.norm);
  float squares = 0;
  for (int base = 0; base < padded; base += kAhead * kThreads) {
    float4 v[kAhead], weight[kAhead];
    const int own = base + thread;
#pragma unroll
    for (int j = 0; j < kAhead; ++j) {
      const int i = own + j * kThreads;
      v[j] = i < fours ? ask4(x + 4 * i) : make_float4(0, 0, 0, 0);
      weight[j] = make_float4(1, 1, 1, 1);
      if (norm != nullptr && i < fours) weight[j] = __ldg(norm + i);
    }
    if (base == 0) meanwhile();
    bool some = false;
#pragma unroll
    for (int j = 0; j < kAhead; ++j) some = some || missing(v[j]);
    while (const unsigned which = __ballot_sync(kAll, some)) {
      // One thread of a warp asks until there is more, so that the way stays free.
      if (thread % 32 == __ffs(static_cast<int>(which)) - 1) {
        const int j = missing(v[0])   ? 0
                      : missing(v[1]) ? 1
                      : missing(v[2]) ? 2
                      : missing(v[3]) ? 3
                                      : 4;
        while (missing(ask(x + 4 * (own + j * kThreads)))) {
        }
      }
      __syncwarp();
      some = false;
#pragma unroll
      for (int j = 0; j < kAhead; ++j) {
        if (missing(v[j])) v[j] = ask4(x + 4 * (own + j * kThreads));
      }
#pragma unroll
      for (int j = 0; j < kAhead; ++j) some = some || missing(v[j]);
    }
#pragma unroll
    for (int j = 0; j < kAhead; ++j) {
      const int i = own + j * kThreads;
      if (i - thread % 32 >= padded) continue;  // a whole warp
      float4 a = v[j];
      if (late != 0) squares = more_squares(a, squares);
      if (gate >= 0) {
        float4 g = make_float4(0, 0, 0, 0);
        if (i < fours) {
          do g = ask4(values + gate + 4 * i);
          while (missing(g));
        }
        a = make_float4(a.x * quick_silu(g.x), a.y * quick_silu(g.y), a.z * quick_silu(g.z),
                        a.w * quick_silu(g.w));
      }
      if (late == 0) squares = more_squares(a, squares);
      a = make_float4(a.x * weight[j].x, a.y * weight[j].y, a.z * weight[j].z, a.w * weight[j].w);
      if (i < padded || K == Kind::kInt8 || K == Kind::kInt4) {
        Input<K>::set(to, padded * 4, i, a);
      }
    }
  }
  return squares;
}

// The sums of a block's rows, each in as many pieces as a row has parts.
template <Kind K>
__device__ __forceinline__ void multiply_rows(int columns, const Piece* pieces, int outputs,
                                              Ring& ring, const Block& block) {
  const Input<K> x(block.x, (columns + 31) / 32 * 32);
  float* sums = block.sums;
  for (int o = 0; o < outputs; ++o) {
    const int tiles = pieces[o].tiles, size = pieces[o].size, row_bytes = pieces[o].row_bytes;
    const int part_bytes = pieces[o].part_bytes, scale_log = pieces[o].scale_log;
    const int parts = pieces[o].parts, inverse = pieces[o].parts_inverse;
    const auto scales_from = reinterpret_cast<std::uintptr_t>(pieces[o].scales);
    const int chunks = part_bytes / 16;
    for (; ring.tile < tiles; ring.tile += kWarps) {
      const auto [group, part] = place_of(ring.tile, parts, inverse);
      const bool two = 2 * group + 1 < size;
      float* const to = sums + 2 * group * parts + part;
      const std::uint16_t* scales[2] = {};
      const auto* const at = ring.wait();
      if constexpr (K == Kind::kInt8 || K == Kind::kInt4) {
        const int offset = 2 * group * row_bytes + part * part_bytes;
#pragma unroll
        for (int r = 0; r < 2; ++r) {
          const auto start = scales_from + ((offset + r * row_bytes) >> scale_log);
          scales[r] = reinterpret_cast<const std::uint16_t*>(
              at + kWholeTile + r * scales_stride(part_bytes, scale_log) + (start & 15));
        }
      }
      const auto* const values = reinterpret_cast<const uint4*>(at);
      float out[2] = {};
      if (two) {
        x.template dot<2>(values, chunks, scales, part * chunks, chunks, out);
      } else {
        float one[1] = {};
        x.template dot<1>(values, chunks, scales, part * chunks, chunks, one);
        out[0] = one[0];
      }
#pragma unroll
      for (int step = 16; step > 0; step /= 2) {
        out[0] += __shfl_xor_sync(kAll, out[0], step);
        out[1] += __shfl_xor_sync(kAll, out[1], step);
      }
      if (threadIdx.x % 32 == 0) {
        to[0] = out[0];
        if (two) to[parts] = out[1];
      }
      ring.done();
    }
    ring.tile -= tiles;
    sums += size * parts;
  }
}

#endif

}  // namespace sr::cuda::whole
