// common.cuh - what the kernels share. Included by them only.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include "kernels.h"

namespace sr::cuda {

constexpr unsigned kAll = 0xFFFFFFFFU;

__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) x += __shfl_xor_sync(kAll, x, step);
  return x;
}
__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) x = fmaxf(x, __shfl_xor_sync(kAll, x, step));
  return x;
}

// Of all threads of a block of at most 1024; all of them get it. `shared`: 33 floats.
__device__ __forceinline__ float block_sum(float x, float* shared) {
  x = warp_sum(x);
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = (blockDim.x + 31) / 32;
  __syncthreads();
  if (lane == 0) shared[warp] = x;
  __syncthreads();
  if (warp == 0) {
    const float sum = warp_sum(lane < warps ? shared[lane] : 0.0F);
    if (lane == 0) shared[32] = sum;
  }
  __syncthreads();
  return shared[32];
}

__device__ __forceinline__ float sigmoid(float x) { return 1.0F / (1.0F + __expf(-x)); }
__device__ __forceinline__ float silu(float x) { return x / (1.0F + __expf(-x)); }
__device__ __forceinline__ float softplus(float x) {
  return fmaxf(x, 0.0F) + log1pf(__expf(-fabsf(x)));
}

__device__ __forceinline__ float from_bf16(std::uint16_t bits) {
  return __uint_as_float(static_cast<std::uint32_t>(bits) << 16);
}
// The two halves of a word, the lower one first.
__device__ __forceinline__ float low(std::uint32_t word) { return __uint_as_float(word << 16); }
__device__ __forceinline__ float high(std::uint32_t word) {
  return __uint_as_float(word & 0xFFFF0000U);
}

}  // namespace sr::cuda
