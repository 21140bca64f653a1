// What is small: embeddings, norms, gates, choices of experts and of tokens.
#include "number.cuh"

namespace sr::cuda {

namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads) embed_kernel(const Batch batch, const Embedding a) {
  const int row = blockIdx.x;
  const bool there = batch.owners[row] >= 0;
  const std::int64_t id = there ? batch.ids[row] : 0;
  for (int i = threadIdx.x; i < a.table.columns; i += kThreads) {
    a.out[static_cast<std::int64_t>(row) * a.table.columns + i] =
        there ? number(a.table, id, i) * a.multiplier : 0;
  }
}

__global__ void __launch_bounds__(kThreads) norm_kernel(const Norming a) {
  __shared__ float scratch[33];
  const std::int64_t row = blockIdx.x;
  const int first = blockIdx.y * a.size;
  const float* const x = a.x + row * a.x_stride + first;
  float* const y = a.y + row * a.y_stride + first;
  float squares = 0;
  for (int i = threadIdx.x; i < a.size; i += kThreads) squares = fmaf(x[i], x[i], squares);
  const float scale = rsqrtf(block_sum(squares, scratch) / static_cast<float>(a.size) + a.eps);
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    y[i] = x[i] * scale * (a.weight != nullptr ? a.weight[first + i] : 1.0F);
  }
}

// A warp has a part.
__global__ void __launch_bounds__(96) part_norm_kernel(const PartNorms a) {
  const std::int64_t row = blockIdx.x;
  const int part = threadIdx.x / 32, lane = threadIdx.x % 32, size = a.sizes[part];
  float* x = a.x + row * a.stride;
  for (int i = 0; i < part; ++i) x += a.sizes[i];
  float scale = 1;
  if (a.eps[part] >= 0) {
    float squares = 0;
    for (int i = lane; i < size; i += 32) squares = fmaf(x[i], x[i], squares);
    scale = rsqrtf(warp_sum(squares) / static_cast<float>(size) + a.eps[part]);
  }
  const float* const weight = a.weights[part];
  if (part > 0 || a.half == nullptr) {
    for (int i = lane; i < size; i += 32) {
      x[i] *= scale * (weight != nullptr ? weight[i] : 1.0F);
    }
    return;
  }
  for (int i = lane; i < a.width; i += 32) {
    const float value =
        i < size ? x[i] * scale * (weight != nullptr ? weight[i] : 1.0F) : 0.0F;
    a.half[row * a.width + i] = __bfloat16_as_ushort(__float2bfloat16(value));
  }
}

__global__ void __launch_bounds__(kThreads) gate_kernel(const GateNorm a) {
  __shared__ float scratch[33];
  const std::int64_t row = blockIdx.x;
  const int group = blockIdx.y;
  float* const y = a.y + (row * a.groups + group) * a.size;
  const float* const gate = a.gate + row * a.gate_stride +
                            group / a.gate_split * a.gate_step + group % a.gate_split * a.size;
  const float* const weight = a.weight != nullptr ? a.weight + (a.shared ? 0 : group * a.size)
                                                  : nullptr;
  float scale = 1;
  if (a.eps >= 0) {
    float squares = 0;
    for (int i = threadIdx.x; i < a.size; i += kThreads) {
      const float value = a.norm_first ? y[i] : y[i] * silu(gate[i]);
      squares = fmaf(value, value, squares);
    }
    scale = rsqrtf(block_sum(squares, scratch) / static_cast<float>(a.size) + a.eps);
  }
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    y[i] = y[i] * silu(gate[i]) * scale * (weight != nullptr ? weight[i] : 1.0F);
  }
}

__global__ void __launch_bounds__(kThreads) multiply_kernel(const Multiplying a) {
  const std::int64_t row = blockIdx.x;
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    a.y[row * a.y_stride + i] = a.a[row * a.a_stride + i] * a.b[row * a.b_stride + i];
  }
}

__global__ void __launch_bounds__(kThreads) add_kernel(const Adding a) {
  const std::int64_t row = blockIdx.x;
  const float scale = a.gate != nullptr ? a.scale * sigmoid(a.gate[row]) : a.scale;
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    float& y = a.y[row * a.size + i];
    y = fmaf(a.x[row * a.size + i], scale, y);
  }
}

__global__ void __launch_bounds__(kThreads) gather_kernel(const Gathering a) {
  const std::int64_t row = blockIdx.x;
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    float sum = 0;
    for (int k = 0; k < a.top; ++k) {
      const std::int64_t from = row * a.top + k;
      sum = fmaf(a.weights[from], a.x[from * a.size + i], sum);
    }
    a.y[row * a.y_stride + i] = sum;
  }
}

// The index of the largest of `count` numbers, the lowest among equals, by one warp.
__device__ int highest(const float* x, int count) {
  float best = -INFINITY;
  int at = count;
  for (int i = threadIdx.x % 32; i < count; i += 32) {
    if (x[i] > best || at == count) {
      best = x[i];
      at = i;
    }
  }
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    const float other = __shfl_xor_sync(kAll, best, step);
    const int index = __shfl_xor_sync(kAll, at, step);
    if (index < count && (at == count || other > best || (other == best && index < at))) {
      best = other;
      at = index;
    }
  }
  return at;
}

// One warp a row; the same steps as the cpu backend's route().
__global__ void __launch_bounds__(32) route_kernel(const Batch batch, const Routing a) {
  extern __shared__ float shared[];
  float* const scores = shared;
  float* const ranked = shared + a.count;
  float* const sums = shared + 2 * a.count;  // (groups)
  const std::int64_t row = blockIdx.x;
  const int lane = threadIdx.x;
  std::int32_t* const experts = a.experts + row * a.top;
  float* const weights = a.weights + row * a.top;
  if (batch.owners[row] < 0) {
    for (int i = lane; i < a.top; i += 32) {
      experts[i] = -1;
      weights[i] = 0;
    }
    return;
  }
  const float* const logits = a.logits + row * a.count;
  float most = -INFINITY, whole = 0;
  for (int e = lane; e < a.count; e += 32) most = fmaxf(most, logits[e]);
  most = warp_max(most);
  for (int e = lane; e < a.count; e += 32) whole += expf(logits[e] - most);
  whole = warp_sum(whole);
  for (int e = lane; e < a.count; e += 32) {
    const float x = logits[e];
    scores[e] = a.gating == 0 ? expf(x - most) / whole : a.gating == 2 ? 1 / (1 + expf(-x)) : x;
    ranked[e] = scores[e] + (a.bias != nullptr ? a.bias[e] : 0.0F);
  }
  __syncwarp();
  if (a.groups > 1) {
    const int size = a.count / a.groups;
    for (int g = lane; g < a.groups; g += 32) {
      float first = -INFINITY, second = -INFINITY;
      for (int e = g * size; e < (g + 1) * size; ++e) {
        if (ranked[e] > first) {
          second = first;
          first = ranked[e];
        } else {
          second = fmaxf(second, ranked[e]);
        }
      }
      sums[g] = first + (size > 1 ? second : 0);
    }
    __syncwarp();
    for (int i = 0; i < a.top_groups; ++i) {  // open groups are marked by what no sum is
      const int g = highest(sums, a.groups);
      __syncwarp();
      if (lane == 0) sums[g] = -INFINITY;
      __syncwarp();
    }
    for (int e = lane; e < a.count; e += 32) {
      if (sums[e / size] != -INFINITY) ranked[e] = -INFINITY;
    }
    __syncwarp();
  }
  for (int i = 0; i < a.top; ++i) {
    const int e = highest(ranked, a.count);
    __syncwarp();
    if (lane == 0) {
      experts[i] = e;
      weights[i] = scores[e];
      ranked[e] = -INFINITY;
    }
    __syncwarp();
  }
  if (lane != 0) return;
  float sum = 1;
  if (a.gating == 1) {
    sum = 0;
    const float top = weights[0];
    for (int i = 0; i < a.top; ++i) sum += weights[i] = expf(weights[i] - top);
    for (int i = 0; i < a.top; ++i) weights[i] /= sum;
    sum = 1;
  }
  if (a.normalise) {
    sum = 0;
    for (int i = 0; i < a.top; ++i) sum += weights[i];
  }
  for (int i = 0; i < a.top; ++i) weights[i] = weights[i] / sum * a.scale;
}

// The best of some tokens, and what the next best of them has.
struct Best {
  float value;
  int at;
  float next;
  // Those of which `other` is the best are none of these.
  __device__ void meet(const Best& other) {
    if (other.at < 0) return;
    const bool wins =
        at < 0 || other.value > value || (other.value == value && other.at < at);
    const float less = at < 0 ? -INFINITY : wins ? value : other.value;
    next = fmaxf(fmaxf(next, other.next), less);
    if (wins) value = other.value, at = other.at;
  }
};

__global__ void __launch_bounds__(1024) choose_kernel(const Pick* picks, int vocabulary,
                                                      Picked* out) {
  __shared__ Best bests[32];
  __shared__ float scratch[33];
  const Pick pick = picks[blockIdx.x];
  const auto allowed = [&](int i) {
    return pick.mask == nullptr || (pick.mask[i / 32] >> (i % 32) & 1U) != 0;
  };
  Best best{0, -1, -INFINITY};
  // Four tokens at a time, which begin at a multiple of four as rows do.
  const auto* const fours = reinterpret_cast<const float4*>(pick.logits);
  constexpr int kAhead = 4;
  for (int first = threadIdx.x; first * 4 < vocabulary; first += 1024 * kAhead) {
    float4 some[kAhead];
    std::uint32_t bits[kAhead];
#pragma unroll
    for (int k = 0; k < kAhead; ++k) {
      const int i = (first + 1024 * k) * 4;
      const bool whole = i + 4 <= vocabulary;
      some[k] = whole ? fours[i / 4] : make_float4(0, 0, 0, 0);
      bits[k] = !whole ? 0 : pick.mask == nullptr ? 15 : pick.mask[i / 32] >> (i % 32) & 15U;
    }
#pragma unroll
    for (int k = 0; k < kAhead; ++k) {
      const int i = (first + 1024 * k) * 4;
      const float values[4] = {some[k].x, some[k].y, some[k].z, some[k].w};
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        if ((bits[k] >> j & 1U) != 0) best.meet({values[j], i + j, -INFINITY});
      }
    }
  }
  for (int i = vocabulary / 4 * 4 + threadIdx.x; i < vocabulary; i += 1024) {
    if (allowed(i)) best.meet({pick.logits[i], i, -INFINITY});
  }
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    best.meet({__shfl_xor_sync(kAll, best.value, step), __shfl_xor_sync(kAll, best.at, step),
               __shfl_xor_sync(kAll, best.next, step)});
  }
  if (threadIdx.x % 32 == 0) bests[threadIdx.x / 32] = best;
  __syncthreads();
  best = bests[0];
  for (int i = 1; i < 32; ++i) best.meet(bests[i]);
  if (threadIdx.x == 0) out[blockIdx.x] = {best.at, best.value, best.next};
  if (pick.count == 0 || best.at < 0) return;
  float sum = 0;
  for (int i = threadIdx.x; i < vocabulary; i += 1024) {
    if (allowed(i)) sum += expf(pick.logits[i] - best.value);
  }
  const float whole = logf(block_sum(sum, scratch));
  for (int i = threadIdx.x; i < pick.count; i += 1024) {
    const int token = pick.tokens[i];
    pick.scores[i] = allowed(token) ? pick.logits[token] - best.value - whole : -INFINITY;
  }
}

}  // namespace

void embed(Device& device, const Batch& batch, const Embedding& a) {
  launch(device, embed_kernel, {static_cast<unsigned>(batch.rows), 1, 1, kThreads, 0}, batch, a);
}

void normalise(Device& device, const Norming& a) {
  launch(device, norm_kernel,
         {static_cast<unsigned>(a.rows), static_cast<unsigned>(a.groups), 1, kThreads, 0}, a);
}

void normalise(Device& device, const PartNorms& a) {
  launch(device, part_norm_kernel, {static_cast<unsigned>(a.rows), 1, 1, 96, 0}, a);
}

void gate_and_norm(Device& device, const GateNorm& a) {
  launch(device, gate_kernel,
         {static_cast<unsigned>(a.rows), static_cast<unsigned>(a.groups), 1, kThreads, 0}, a);
}

void multiply(Device& device, const Multiplying& a) {
  launch(device, multiply_kernel, {static_cast<unsigned>(a.rows), 1, 1, kThreads, 0}, a);
}

void add(Device& device, const Adding& a) {
  launch(device, add_kernel, {static_cast<unsigned>(a.rows), 1, 1, kThreads, 0}, a);
}

void gather(Device& device, const Gathering& a) {
  launch(device, gather_kernel, {static_cast<unsigned>(a.rows), 1, 1, kThreads, 0}, a);
}

void route(Device& device, const Batch& batch, const Routing& a) {
  launch(device, route_kernel,
         {static_cast<unsigned>(batch.rows), 1, 1, 32,
          static_cast<std::size_t>(2 * a.count + a.groups) * sizeof(float)},
         batch, a);
}

void choose(Device& device, const Pick* picks, int count, int vocabulary, Picked* out) {
  launch(device, choose_kernel, {static_cast<unsigned>(count), 1, 1, 1024, 0}, picks, vocabulary,
         out);
}

}  // namespace sr::cuda
