// Attention over keys and values in blocks of 64 tokens, of which a token sees the pinned ones and
// a window. One warp reads a block for one query head: lanes are keys for the scores, and numbers
// of the head for the values. The blocks are shared out among the warps, whose results are brought
// together at the end.
#include "attention.cuh"
#include "limits.h"

namespace sr::cuda {

namespace {

constexpr int kWarps = 8, kMostDim = kMostHeadDim, kLanes = kMostDim / 32;

// Norms and rotates a row's queries and keys, and stores its keys and values: one head, by a warp.
__device__ void store_head(const Batch& batch, const Attending& a, int row, int head) {
  const int lane = threadIdx.x % 32;
  const int owner = batch.owners[row];
  if (owner < 0 || head >= a.heads + a.kv_heads) return;
  const Part& part = batch.part[owner];
  const std::int64_t position = part.length + row - part.first;
  if (head < a.heads) {
    norm_and_turn(a.q + row * a.q_stride + head * a.q_step, a.q_norm, a.q_eps, a,
                  static_cast<float>(position));
    return;
  }
  const int kv = head - a.heads;
  const std::int64_t from = (static_cast<std::int64_t>(row) * a.kv_heads + kv) * a.head_dim;
  float* const key = a.k + from;
  if (a.key_multiplier != 1) {
    for (int d = lane; d < a.head_dim; d += 32) key[d] *= a.key_multiplier;
    __syncwarp();
  }
  norm_and_turn(key, a.k_norm, a.k_eps, a, static_cast<float>(position));
  float* const block = batch.blocks[block_of(part, position)];
  const int at = static_cast<int>(position % kBlockRows);
  float* const keys = block + a.keys + static_cast<std::int64_t>(kv) * kBlockRows * a.head_dim + at;
  float* const values = block + a.values +
                        (static_cast<std::int64_t>(kv) * kBlockRows + at) * a.head_dim;
  for (int d = lane; d < a.head_dim; d += 32) {
    keys[d * kBlockRows] = key[d];
    values[d] = a.v[from + d];
  }
}

// One query head of a row, by a block.
__device__ void attend_head(const Batch& batch, const Attending& a, int row, int head) {
  __shared__ float query[kMostDim], weights[kWarps][kBlockRows];
  __shared__ float best[kWarps], total[kWarps], sums[kWarps][kMostDim];
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int owner = batch.owners[row];
  if (owner < 0) return;
  const Part& part = batch.part[owner];
  const float* const q = a.q + row * a.q_stride + head * a.q_step;
  for (int d = threadIdx.x; d < a.head_dim; d += kWarps * 32) {
    query[d] = q[d] * (a.scale * 1.44269504F);  // weights are powers of two
  }
  __syncthreads();
  const std::int64_t end = part.length + row - part.first + 1;
  const bool all = a.window == 0 || end <= part.pinned + a.window;
  const std::int64_t pinned = all ? 0 : part.pinned, first = all ? 0 : end - a.window;
  const std::int64_t kv = head / (a.heads / a.kv_heads);
  const std::int64_t skip = kv * kBlockRows * a.head_dim;
  float most = -INFINITY, sum = 0, out[kLanes];
#pragma unroll
  for (int i = 0; i < kLanes; ++i) out[i] = 0;
  const int pinned_blocks = static_cast<int>((pinned + kBlockRows - 1) / kBlockRows);
  const int later = max(pinned_blocks, static_cast<int>(first / kBlockRows));
  const int last = static_cast<int>((end + kBlockRows - 1) / kBlockRows);
  for (int i = warp; i < pinned_blocks + last - later; i += kWarps) {
    const std::int64_t start =
        static_cast<std::int64_t>(i < pinned_blocks ? i : i - pinned_blocks + later) * kBlockRows;
    const float* const block = batch.blocks[block_of(part, start)];
    const float* const keys = block + a.keys + skip + lane;
    float scores[2] = {0, 0};
    for (int d = 0; d < a.head_dim; ++d) {
      scores[0] = fmaf(query[d], keys[d * kBlockRows], scores[0]);
      scores[1] = fmaf(query[d], keys[d * kBlockRows + 32], scores[1]);
    }
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const std::int64_t position = start + lane + 32 * j;
      if (position >= end || (position >= pinned && position < first)) scores[j] = -INFINITY;
    }
    const float top = fmaxf(most, warp_max(fmaxf(scores[0], scores[1])));
    if (top == -INFINITY) continue;
    const float fade = exp2f(most - top);
    const float weight[2] = {exp2f(scores[0] - top), exp2f(scores[1] - top)};
    weights[warp][lane] = weight[0];
    weights[warp][lane + 32] = weight[1];
    __syncwarp();
    most = top;
    sum = sum * fade + warp_sum(weight[0] + weight[1]);
#pragma unroll
    for (int k = 0; k < kLanes; ++k) out[k] *= fade;
    const float* const values = block + a.values + skip;
    const int seen = static_cast<int>(min(end - start, static_cast<std::int64_t>(kBlockRows)));
    for (int key = 0; key < seen; ++key) {
      const float w = weights[warp][key];
#pragma unroll
      for (int k = 0; k < kLanes; ++k) {
        if (lane + 32 * k < a.head_dim) {
          out[k] = fmaf(w, values[key * a.head_dim + lane + 32 * k], out[k]);
        }
      }
    }
    __syncwarp();
  }
  if (lane == 0) {
    best[warp] = most;
    total[warp] = sum;
  }
#pragma unroll
  for (int k = 0; k < kLanes; ++k) {
    if (lane + 32 * k < a.head_dim) sums[warp][lane + 32 * k] = out[k];
  }
  __syncthreads();
  float top = best[0];
  for (int w = 1; w < kWarps; ++w) top = fmaxf(top, best[w]);
  float whole = 0;
  for (int w = 0; w < kWarps; ++w) whole += total[w] * exp2f(best[w] - top);
  for (int d = threadIdx.x; d < a.head_dim; d += kWarps * 32) {
    float value = 0;
    for (int w = 0; w < kWarps; ++w) {
      if (best[w] > -INFINITY) value = fmaf(sums[w][d], exp2f(best[w] - top), value);
    }
    value /= whole;
    if (a.gated) value *= sigmoid(q[a.head_dim + d]);
    a.out[(static_cast<std::int64_t>(row) * a.heads + head) * a.head_dim + d] = value;
  }
}

__global__ void __launch_bounds__(128) store_kernel(const Batch batch, const Attending a) {
  store_head(batch, a, blockIdx.y, blockIdx.x * 4 + threadIdx.x / 32);
}

__global__ void __launch_bounds__(kWarps * 32) attend_kernel(const Batch batch,
                                                             const Attending a) {
  attend_head(batch, a, blockIdx.y, blockIdx.x);
}

}  // namespace

void attend(Device& device, const Batch& batch, const Attending& a) {
  const auto heads = static_cast<unsigned>(a.heads + a.kv_heads);
  launch(device, store_kernel, {(heads + 3) / 4, static_cast<unsigned>(batch.rows), 1, 128, 0},
         batch, a);
  launch(device, attend_kernel,
         {static_cast<unsigned>(a.heads), static_cast<unsigned>(batch.rows), 1, kWarps * 32, 0},
         batch, a);
}

}  // namespace sr::cuda
