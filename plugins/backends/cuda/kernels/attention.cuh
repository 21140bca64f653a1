// attention.cuh - what a head's queries and keys go through, and where a token's block is.
#pragma once

#include "common.cuh"

namespace sr::cuda {

// One head, by a warp.
__device__ inline void norm_and_turn(float* x, const float* weight, float eps, const Attending& a,
                                     float position) {
  const int lane = threadIdx.x % 32;
  if (weight != nullptr) {
    float squares = 0;
    for (int d = lane; d < a.head_dim; d += 32) squares = fmaf(x[d], x[d], squares);
    const float scale = rsqrtf(warp_sum(squares) / static_cast<float>(a.head_dim) + eps);
    for (int d = lane; d < a.head_dim; d += 32) x[d] *= scale * weight[d];
    __syncwarp();
  }
  for (int i = lane; i < a.rotated; i += 32) {
    float sine, cosine;
    sincosf(position * a.frequencies[i], &sine, &cosine);
    sine *= a.rotated_scale;
    cosine *= a.rotated_scale;
    const float p = x[i], q = x[i + a.rotated];
    x[i] = p * cosine - q * sine;
    x[i + a.rotated] = q * cosine + p * sine;
  }
  __syncwarp();
}

__device__ __forceinline__ int block_of(const Part& part, std::int64_t position) {
  const std::int64_t block = position / kBlockRows;
  return part.blocks + static_cast<int>(block < part.pinned_blocks ? block : block - part.dropped);
}

}  // namespace sr::cuda
