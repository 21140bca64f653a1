// whole_values.cuh - what lies where in a block's shared memory, and how numbers go from block to
// block. Included by whole.cu only.
#pragma once

#include "common.cuh"
#include "whole.h"

namespace sr::cuda::whole {

constexpr int kWarps = kWholeWarps,
              kThreads = 32 * kWarps;       // and one warp more that asks for tiles
constexpr unsigned kMissing = 0xFFFFFFFFU;  // a NaN that no arithmetic gives

struct alignas(16) Piece {  // of a WholeRows, that is one block's
  const std::byte* values;
  const std::uint16_t* scales;
  int first, size;  // rows
  std::uint16_t row_bytes, part_bytes, parts, parts_inverse;
  std::uint16_t tiles, scale_log;  // 2^scale_log bytes have a byte of scales
  std::uint32_t spare;
};
struct Head {      // of a block's shared memory; pieces, bars, sums, x and the rings follow
  WholeOp ops[3];  // this one and the next two
  float squares[2][kWarps];
  std::uint32_t done[kWarps];  // tiles that each warp is done with
};

__host__ __device__ constexpr int up(int size) { return (size + 127) / 128 * 128; }

struct Room {  // where they begin
  int pieces, bars, sums, x, rings, end;
  __host__ __device__ explicit Room(const Whole& w)
      : pieces(up(sizeof(Head))),
        bars(pieces + up(w.rows_count * static_cast<int>(sizeof(Piece)))),
        sums(bars + up(kWarps * w.slots * 8)),
        x(sums + up(w.sums * 4)),
        rings(x + up(w.x_floats * 4)),
        end(rings + kWarps * w.slots * w.slot) {}
};

// What other blocks write, past the cache that is a multiprocessor's own.
__device__ __forceinline__ float4 ask4(const float* at) {
  float4 x;
  asm volatile("ld.relaxed.gpu.global.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(x.x), "=f"(x.y), "=f"(x.z), "=f"(x.w)
               : "l"(at)
               : "memory");
  return x;
}
__device__ __forceinline__ float ask(const float* at) {
  float x;
  asm volatile("ld.relaxed.gpu.global.f32 %0, [%1];" : "=f"(x) : "l"(at) : "memory");
  return x;
}
__device__ __forceinline__ void put(float* at, float x) {
  asm volatile("st.relaxed.gpu.global.f32 [%0], %1;" ::"l"(at), "f"(x) : "memory");
}
__device__ __forceinline__ bool missing(float x) { return __float_as_uint(x) == kMissing; }
__device__ __forceinline__ bool missing(float4 x) {
  return missing(x.x) || missing(x.y) || missing(x.z) || missing(x.w);
}
__device__ __forceinline__ float wait_for(const float* at) {
  float x = ask(at);
  while (missing(x)) x = ask(at);
  return x;
}

__device__ __forceinline__ int share(int rows, unsigned block) {
  return static_cast<int>(static_cast<unsigned>(rows) * block / gridDim.x);
}
__device__ __forceinline__ unsigned turned(int by) {
  return (blockIdx.x + static_cast<unsigned>(by)) % gridDim.x;
}

}  // namespace sr::cuda::whole
