// whole_attention.cuh - attention of one token. Included by whole.cu only.
#pragma once

#include "attention.cuh"
#include "whole_input.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

// One query head by a block. The token's own key and value are read where they come from; the block
// of the first query head of each group stores them.
template <class HandOn>
__device__ __forceinline__ void run(const Whole& w, const Batch& batch, const Part& part,
                                    const WholeAttending& op, const Block& block,
                                    const HandOn& hand_on) {
  constexpr int kMostDim = kWholeMostDim, kLanes = kMostDim / 32;
  const Attending& a = op.attending;
  float* const query = block.x;
  float* const key = query + kMostDim;
  float* const value = key + kMostDim;
  auto* const weights = reinterpret_cast<float(*)[kBlockRows]>(value + kMostDim);
  auto* const sums = reinterpret_cast<float(*)[kMostDim]>(weights + kWarps);
  float* const best = reinterpret_cast<float*>(sums + kWarps);
  float* const total = best + kWarps;
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32, lane = thread % 32;
  const int head = static_cast<int>(blockIdx.x), ratio = a.heads / a.kv_heads;
  const bool mine = head < a.heads && part.count > 0;
  const int kv = head / ratio;
  const float* const q = w.values + op.q + head * a.q_step;
  if (mine) {
    for (int d = thread; d < a.head_dim; d += kThreads) {
      query[d] = wait_for(q + d);
      key[d] = wait_for(w.values + op.k + kv * a.head_dim + d) * a.key_multiplier;
      value[d] = wait_for(w.values + op.v + kv * a.head_dim + d);
    }
  }
  meet();
  hand_on();
  const std::int64_t position = part.length, end = position + 1;
  if (mine && warp == 0) {
    norm_and_turn(query, a.q_norm, a.q_eps, a, static_cast<float>(position));
    for (int d = lane; d < a.head_dim; d += 32) query[d] *= a.scale * 1.44269504F;
  }
  if (mine && warp == 1) {
    norm_and_turn(key, a.k_norm, a.k_eps, a, static_cast<float>(position));
  }
  meet();
  const std::int64_t skip = static_cast<std::int64_t>(kv) * kBlockRows * a.head_dim;
  if (mine) {
    if (head % ratio == 0) {
      float* const to = batch.blocks[block_of(part, position)];
      const int at = static_cast<int>(position % kBlockRows);
      for (int d = thread; d < a.head_dim; d += kThreads) {
        to[a.keys + skip + d * kBlockRows + at] = key[d];
        to[a.values + skip + at * a.head_dim + d] = value[d];
      }
    }
    const bool all = a.window == 0 || end <= part.pinned + a.window;
    const std::int64_t pinned = all ? 0 : part.pinned, first = all ? 0 : end - a.window;
    float most = -INFINITY, sum = 0, out[kLanes];
#pragma unroll
    for (int i = 0; i < kLanes; ++i) out[i] = 0;
    const int pinned_blocks = static_cast<int>((pinned + kBlockRows - 1) / kBlockRows);
    const int later = max(pinned_blocks, static_cast<int>(first / kBlockRows));
    const int last = static_cast<int>((end + kBlockRows - 1) / kBlockRows);
    for (int i = warp; i < pinned_blocks + last - later; i += kWarps) {
      const std::int64_t start =
          static_cast<std::int64_t>(i < pinned_blocks ? i : i - pinned_blocks + later) * kBlockRows;
      const float* const from = batch.blocks[block_of(part, start)];
      const float* const keys = from + a.keys + skip + lane;
      const int own = position - start < kBlockRows ? static_cast<int>(position - start) : -1;
      float scores[2] = {0, 0};
#pragma unroll 8
      for (int d = 0; d < a.head_dim; ++d) {
        scores[0] = fmaf(query[d], keys[d * kBlockRows], scores[0]);
        scores[1] = fmaf(query[d], keys[d * kBlockRows + 32], scores[1]);
      }
      if (own >= 0) {
        float score = 0;
        for (int d = lane; d < a.head_dim; d += 32) score = fmaf(query[d], key[d], score);
        score = warp_sum(score);
        if (own % 32 == lane) scores[own / 32] = score;
      }
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const std::int64_t place = start + lane + 32 * j;
        if (place >= end || (place >= pinned && place < first)) scores[j] = -INFINITY;
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
      const float* const values = from + a.values + skip;
      const int seen = static_cast<int>(min(end - start, static_cast<std::int64_t>(kBlockRows)));
#pragma unroll 4
      for (int at = 0; at < seen; ++at) {
        const float weight_of = weights[warp][at];
        const float* const line = at == own ? value : values + at * a.head_dim;
#pragma unroll
        for (int k = 0; k < kLanes; ++k) {
          if (lane + 32 * k < a.head_dim) {
            out[k] = fmaf(weight_of, line[lane + 32 * k], out[k]);
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
  }
  meet();
  if (head < a.heads) {
    float top = -INFINITY, whole = 0;
    if (mine) {
      for (int i = 0; i < kWarps; ++i) top = fmaxf(top, best[i]);
      for (int i = 0; i < kWarps; ++i) whole += total[i] * exp2f(best[i] - top);
    }
    for (int d = thread; d < a.head_dim; d += kThreads) {
      float result = 0;
      if (mine) {
        for (int i = 0; i < kWarps; ++i) {
          if (best[i] > -INFINITY) result = fmaf(sums[i][d], exp2f(best[i] - top), result);
        }
        result /= whole;
        if (a.gated) result *= sigmoid(wait_for(q + a.head_dim + d));
      }
      put(w.values + op.y + head * a.head_dim + d, result);
    }
  }
  meet();
}

#endif

}  // namespace sr::cuda::whole
