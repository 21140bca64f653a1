// Convolutions and scans over the tokens of each sequence, seeded with what it carries. A thread
// keeps its part of the state in registers from token to token; tokens go one after the other, and
// what a token gives does not depend on those behind it.
#include "common.cuh"
#include "limits.h"

namespace sr::cuda {

namespace {

constexpr int kThreads = 128;

unsigned blocks(std::int64_t count, std::int64_t size) {
  return static_cast<unsigned>((count + size - 1) / size);
}

__global__ void __launch_bounds__(kThreads) convolve_kernel(const Batch batch,
                                                            const Convolution a) {
  const int c = blockIdx.x * kThreads + threadIdx.x, row = blockIdx.y;
  const int owner = batch.owners[row];
  if (owner < 0 || c >= a.channels) return;
  const Part& part = batch.part[owner];
  const int t = row - part.first, past = a.kernel - 1;
  const float* const before = part.before + a.slot;
  const float* const x = a.x + part.first * a.x_stride + c;
  const auto input = [&](int i) {  // `past` rows of the state, then the tokens
    return i < past ? before[i * a.channels + c] : x[(i - past) * a.x_stride];
  };
  float sum = a.bias != nullptr ? a.bias[c] : 0;
  for (int k = 0; k <= past; ++k) sum = fmaf(a.weight[k * a.channels + c], input(t + k), sum);
  sum = a.silu ? silu(sum) : sum;
  a.y[static_cast<std::int64_t>(row) * a.channels + c] = sum;
  if (a.half != nullptr) {
    a.half[static_cast<std::int64_t>(row) * a.channels + c] =
        __bfloat16_as_ushort(__float2bfloat16(sum));
  }
  if (t + 1 != part.count) return;
  float* const after = part.after + a.slot;
  for (int k = 0; k < past; ++k) after[k * a.channels + c] = input(part.count + k);
}

constexpr float kLog2e = 1.44269504F;

// Four threads share a channel. kStates: of each of them, at most.
template <int kStates>
__global__ void __launch_bounds__(kThreads) scan1_kernel(const Batch batch, const Scan1 a) {
  const int channel = (blockIdx.x * kThreads + threadIdx.x) / 4, lane = threadIdx.x % 4;
  const bool there = channel < a.inner;
  const int each = (a.state + 3) / 4, first = lane * each;
  const int count = there ? max(0, min(each, a.state - first)) : 0;
  const std::int64_t cell = static_cast<std::int64_t>(there ? channel : 0) * a.state + first;
  float decay[kStates], h[kStates];
#pragma unroll
  for (int i = 0; i < kStates; ++i) decay[i] = i < count ? a.decay[cell + i] * kLog2e : 0;
  const float skip = there ? a.skip[channel] : 0;
  const Part& part = batch.part[blockIdx.y];
  const int tokens = part.count;
  if (tokens == 0) return;
  const float* const before = part.before + a.slot + cell;
#pragma unroll
  for (int i = 0; i < kStates; ++i) h[i] = i < count ? before[i] : 0;
  const std::int64_t row = part.first;
  float* const us = a.u + row * a.inner + channel;
  const float* const dts = a.dt + row * a.inner + channel;
  const float* const gates = a.gate + row * a.gate_stride + channel;
  const float* const bs = a.b + row * a.bc_stride + first;
  const float* const cs = a.c + row * a.bc_stride + first;
  struct Token {
    float dt, u, gate, b[kStates], c[kStates];
  };
  const auto fetch = [&](int t, Token& to) {
    const bool some = there && t < tokens;
    to.dt = some ? dts[static_cast<std::int64_t>(t) * a.inner] : 0;
    to.u = some ? us[static_cast<std::int64_t>(t) * a.inner] : 0;
    to.gate = some ? gates[t * a.gate_stride] : 0;
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      to.b[i] = some && i < count ? bs[t * a.bc_stride + i] : 0;
      to.c[i] = some && i < count ? cs[t * a.bc_stride + i] : 0;
    }
  };
  // Several tokens are asked for while those before them are worked on.
  constexpr int kAhead = kStates <= 4 ? 4 : 1;
  Token now[kAhead], next[kAhead];
#pragma unroll
  for (int k = 0; k < kAhead; ++k) fetch(k, now[k]);
  for (int base = 0; base < tokens; base += kAhead) {
#pragma unroll
    for (int k = 0; k < kAhead; ++k) fetch(base + kAhead + k, next[k]);
#pragma unroll
    for (int k = 0; k < kAhead; ++k) {
      const int t = base + k;
      if (t >= tokens) break;
      const float dt = softplus(now[k].dt), input = dt * now[k].u;
      float sum = 0;
#pragma unroll
      for (int i = 0; i < kStates; ++i) {
        h[i] = fmaf(exp2f(decay[i] * dt), h[i], now[k].b[i] * input);
        sum = fmaf(h[i], now[k].c[i], sum);
      }
      sum += __shfl_xor_sync(kAll, sum, 1);
      sum += __shfl_xor_sync(kAll, sum, 2);
      if (!there || lane != 0) continue;
      const float out = fmaf(skip, now[k].u, sum) * silu(now[k].gate);
      const std::int64_t at = static_cast<std::int64_t>(t) * a.inner;
      if (a.half == nullptr) {
        us[at] = out;
      } else {
        a.half[row * a.inner + channel + at] = __bfloat16_as_ushort(__float2bfloat16(out));
      }
    }
#pragma unroll
    for (int k = 0; k < kAhead; ++k) now[k] = next[k];
  }
  float* const after = part.after + a.slot + cell;
#pragma unroll
  for (int i = 0; i < kStates; ++i) {
    if (i < count) after[i] = h[i];
  }
}

__device__ __forceinline__ void widen(const Matrix& m, std::int64_t row, int chunk,
                                      float (&to)[16], uint4 some, uint4 more) {
  if (m.kind == Kind::kInt8) {
    const int groups = (m.columns + kGroupColumns - 1) / kGroupColumns;
    const float scale = from_bf16(m.scales[row * groups + chunk / 2]);
    const unsigned words[4] = {some.x, some.y, some.z, some.w};
#pragma unroll
    for (int i = 0; i < 16; ++i) {
      to[i] = static_cast<float>(static_cast<std::int8_t>(words[i / 4] >> i % 4 * 8)) * scale;
    }
    return;
  }
  const unsigned words[8] = {some.x, some.y, some.z, some.w, more.x, more.y, more.z, more.w};
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    to[2 * i] = low(words[i]);
    to[2 * i + 1] = high(words[i]);
  }
}

// Mamba-1's step of one token from dt's projection on. Four threads share a channel: each has a
// quarter of its state, and of the projection's columns every fourth chunk of 16.
constexpr int kMostRank = 512, kMostState = 64;
// Channels [first_channel, last_channel) of a block, all of whose warps call it.
__device__ __forceinline__ void step_channels(const Batch& batch, const Step1& a,
                                              int first_channel, int last_channel) {
  __shared__ __align__(16) float parts[kMostRank + 2 * kMostState];
  const int wanted = first_channel + static_cast<int>(threadIdx.x) / 4;
  const int channel = min(wanted, a.inner - 1);
  const int lane = threadIdx.x % 4;
  const bool there = wanted < last_channel;
  constexpr int kAhead = 3;
  const auto* const line =
      static_cast<const std::byte*>(a.dt.values) + channel * a.dt.stride;
  const int chunks = (a.rank + 15) / 16, wide = a.dt.kind == Kind::kInt8 ? 16 : 32;
  const auto load = [&](int chunk, uint4& some, uint4& more) {
    const auto* const at = line + static_cast<std::int64_t>(chunk) * wide;
    const bool whole = chunk < chunks, two = wide == 32 && chunk * 32 + 16 < a.dt.stride;
    some = whole ? *reinterpret_cast<const uint4*>(at) : make_uint4(0, 0, 0, 0);
    more = whole && two ? *reinterpret_cast<const uint4*>(at + 16) : make_uint4(0, 0, 0, 0);
  };
  uint4 some[kAhead], more[kAhead];
#pragma unroll
  for (int i = 0; i < kAhead; ++i) load(4 * i + lane, some[i], more[i]);
  const int each = (a.state + 3) / 4, first = lane * each;
  const int count = max(0, min(each, a.state - first));
  const std::int64_t cell = static_cast<std::int64_t>(channel) * a.state + first;
  constexpr int kStates = 4;
  float decay[kStates];
#pragma unroll
  for (int i = 0; i < kStates; ++i) decay[i] = i < count ? a.decay[cell + i] * kLog2e : 0;
  const float skip = a.skip[channel], bias = a.dt_bias != nullptr ? a.dt_bias[channel] : 0;
  const Part& part = batch.part[0];
  float h[kStates];
#pragma unroll
  for (int i = 0; i < kStates; ++i) {
    h[i] = i < count && part.count > 0 ? part.before[a.slot + cell + i] : 0;
  }
  const float u = a.u[channel], gate = a.gate[channel];
  // A warp brings each of dt, B and C through its norm.
  const int warp = threadIdx.x / 32, of = threadIdx.x % 32;
  if (warp < 3) {
    const int size = warp == 0 ? a.rank : a.state;
    const int from = warp == 0 ? 0 : a.rank + (warp - 1) * a.state;
    float squares = 0;
    for (int i = of; i < size; i += 32) {
      const float x = a.parts[from + i];
      parts[(warp == 0 ? 0 : kMostRank + (warp - 1) * kMostState) + i] = x;
      squares = fmaf(x, x, squares);
    }
    if (warp == 0 && of < 16) parts[min(a.rank + of, kMostRank - 1)] = 0;
    if (a.eps[warp] >= 0) {
      const float scale = rsqrtf(warp_sum(squares) / static_cast<float>(size) + a.eps[warp]);
      for (int i = of; i < size; i += 32) {
        parts[(warp == 0 ? 0 : kMostRank + (warp - 1) * kMostState) + i] *=
            scale * (a.norms[warp] != nullptr ? a.norms[warp][i] : 1.0F);
      }
    }
  }
  __syncthreads();
  float dt = 0;
  for (int base = 0; base < chunks; base += 4 * kAhead) {
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      const int chunk = base + 4 * i + lane;
      if (base > 0) load(chunk, some[i], more[i]);
      if (chunk >= chunks) continue;
      float w[16];
      widen(a.dt, channel, chunk, w, some[i], more[i]);
      const auto* const x = reinterpret_cast<const float4*>(parts + 16 * chunk);
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float4 xs = x[j];
        dt = fmaf(w[4 * j], xs.x, dt);
        dt = fmaf(w[4 * j + 1], xs.y, dt);
        dt = fmaf(w[4 * j + 2], xs.z, dt);
        dt = fmaf(w[4 * j + 3], xs.w, dt);
      }
    }
  }
  dt += __shfl_xor_sync(kAll, dt, 1);
  dt += __shfl_xor_sync(kAll, dt, 2);
  dt = softplus(dt + bias);
  const float* const b = parts + kMostRank + first;
  const float* const c = b + kMostState;
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
  if (!there) return;
  if (lane == 0) a.u[channel] = fmaf(skip, u, sum) * silu(gate);
  if (part.count == 0) return;
#pragma unroll
  for (int i = 0; i < kStates; ++i) {
    if (i < count) part.after[a.slot + cell + i] = h[i];
  }
}

__global__ void __launch_bounds__(kThreads) step1_kernel(const Batch batch,
                                                         const __grid_constant__ Step1 a) {
  const int first = blockIdx.x * (kThreads / 4);
  step_channels(batch, a, first, min(first + kThreads / 4, a.inner));
}

// A warp has kRows rows of a head's state, a lane kStates columns of each.
constexpr int kRows = 4;
template <int kStates>
__global__ void __launch_bounds__(kThreads) scan2_kernel(const Batch batch, const Scan2 a) {
  const Part& part = batch.part[blockIdx.y];
  const int tokens = part.count, lane = threadIdx.x % 32;
  const int tiles = (a.head_dim + kRows - 1) / kRows;
  const int tile = blockIdx.x * (kThreads / 32) + threadIdx.x / 32;
  const int head = tile / tiles, first = tile % tiles * kRows;
  if (tokens == 0 || head >= a.heads) return;
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
      h[r][i] = has(r, i) ? part.before[cells + r * a.state + 32 * i] : 0;
    }
  }
  const int inner = a.heads * a.head_dim, of = head / (a.heads / a.groups) * a.state;
  const float bias = a.dt_bias[head], decay = a.decay[head], skip = a.skip[head];
  for (int t = 0; t < tokens; ++t) {
    const std::int64_t row = part.first + t;
    const float* const u = a.xbc + row * a.channels + head * a.head_dim + first;
    const float* const b = a.xbc + row * a.channels + inner + of + lane;
    const float* const c = b + a.groups * a.state;
    const float dt =
        fminf(fmaxf(softplus(a.dt[row * a.dt_stride + head] + bias), a.dt_min), a.dt_max);
    const float keep = __expf(dt * decay);
    float inputs[kRows], us[kRows], sums[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      us[r] = first + r < a.head_dim ? u[r] : 0;
      inputs[r] = dt * us[r];
      sums[r] = 0;
    }
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      const bool there = lane + 32 * i < a.state;
      const float bi = there ? b[32 * i] : 0, ci = there ? c[32 * i] : 0;
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        h[r][i] = fmaf(keep, h[r][i], inputs[r] * bi);
        sums[r] = fmaf(h[r][i], ci, sums[r]);
      }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      sums[r] = warp_sum(sums[r]);
      if (lane == r && first + r < a.head_dim) {
        a.out[row * inner + head * a.head_dim + first + r] = fmaf(skip, us[r], sums[r]);
      }
    }
  }
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
#pragma unroll
    for (int i = 0; i < kStates; ++i) {
      if (has(r, i)) part.after[cells + r * a.state + 32 * i] = h[r][i];
    }
  }
}

__global__ void __launch_bounds__(kThreads) arrange_kernel(const DeltaInput a) {
  const std::int64_t row = blockIdx.x;
  const int keys = a.key_heads * a.key_dim, values = a.ratio * a.value_dim;
  const int part = 2 * a.key_dim + 2 * values, channels = 2 * keys + a.key_heads * values;
  const float* const from = a.qkvz + row * a.key_heads * part;
  float* const to = a.qkv + row * channels;
  for (int i = threadIdx.x; i < channels; i += kThreads) {
    const int which = i < keys ? 0 : i < 2 * keys ? 1 : 2;
    const int size = which == 2 ? values : a.key_dim, at = i - which * keys;
    to[i] = from[at / size * part + which * a.key_dim + at % size];
  }
}

// Brings the queries and keys of one head of a row to unit length.
__global__ void __launch_bounds__(kThreads) unit_kernel(const Delta a, int rows) {
  const int lane = threadIdx.x % 32, job = blockIdx.x * (kThreads / 32) + threadIdx.x / 32;
  const int heads = 2 * a.key_heads, row = job / heads, head = job % heads;
  if (row >= rows) return;
  const int channels = 2 * a.key_heads * a.key_dim + a.value_heads * a.value_dim;
  float* const x = a.mixed + static_cast<std::int64_t>(row) * channels + head * a.key_dim;
  float squares = 0;
  for (int i = lane; i < a.key_dim; i += 32) squares = fmaf(x[i], x[i], squares);
  const float wanted = head < a.key_heads ? rsqrtf(static_cast<float>(a.key_dim)) : 1;
  const float scale = wanted * rsqrtf(warp_sum(squares) + 1e-6F);
  for (int i = lane; i < a.key_dim; i += 32) x[i] *= scale;
}

// Four threads share a column of a head's state, kKeys cells each.
template <int kKeys>
__global__ void __launch_bounds__(kThreads) delta_kernel(const Batch batch, const Delta a) {
  extern __shared__ float shared[];  // q, k
  const Part& part = batch.part[blockIdx.y];
  if (part.count == 0) return;
  const int tiles = (a.value_dim + kThreads / 4 - 1) / (kThreads / 4);
  const int head = blockIdx.x / tiles;
  const int column = blockIdx.x % tiles * (kThreads / 4) + threadIdx.x / 4, lane = threadIdx.x % 4;
  const bool there = column < a.value_dim;
  const int ratio = a.value_heads / a.key_heads, of = head / ratio, within = head % ratio;
  const int keys = a.key_heads * a.key_dim, channels = 2 * keys + a.value_heads * a.value_dim;
  const std::int64_t cells =
      a.slot + static_cast<std::int64_t>(head) * a.key_dim * a.value_dim + (there ? column : 0);
  float h[kKeys];
#pragma unroll
  for (int i = 0; i < kKeys; ++i) {
    const int key = 4 * i + lane;
    h[i] = key < a.key_dim ? part.before[cells + static_cast<std::int64_t>(key) * a.value_dim] : 0;
  }
  for (int t = 0; t < part.count; ++t) {
    const std::int64_t row = part.first + t;
    const float* const x = a.mixed + row * channels;
    __syncthreads();
    for (int i = threadIdx.x; i < 2 * a.key_dim; i += kThreads) {
      shared[i] = x[i < a.key_dim ? of * a.key_dim + i : keys + of * a.key_dim + i - a.key_dim];
    }
    __syncthreads();
    const float* const ba = a.ba + row * 2 * a.value_heads + of * 2 * ratio;
    const float pace = softplus(ba[ratio + within] + a.dt_bias[head]);
    const float keep = __expf(a.decay[head] * pace), beta = sigmoid(ba[within]);
    float held = 0;
#pragma unroll
    for (int i = 0; i < kKeys; ++i) {
      const int key = 4 * i + lane;
      h[i] *= keep;
      if (key < a.key_dim) held = fmaf(h[i], shared[a.key_dim + key], held);
    }
    held += __shfl_xor_sync(kAll, held, 1);
    held += __shfl_xor_sync(kAll, held, 2);
    const float value = there ? x[2 * keys + head * a.value_dim + column] : 0;
    const float change = (value - held) * beta;
    float out = 0;
#pragma unroll
    for (int i = 0; i < kKeys; ++i) {
      const int key = 4 * i + lane;
      if (key >= a.key_dim) continue;
      h[i] = fmaf(change, shared[a.key_dim + key], h[i]);
      out = fmaf(h[i], shared[key], out);
    }
    out += __shfl_xor_sync(kAll, out, 1);
    out += __shfl_xor_sync(kAll, out, 2);
    if (there && lane == 0) a.out[(row * a.value_heads + head) * a.value_dim + column] = out;
  }
#pragma unroll
  for (int i = 0; i < kKeys; ++i) {
    const int key = 4 * i + lane;
    if (there && key < a.key_dim) {
      part.after[cells + static_cast<std::int64_t>(key) * a.value_dim] = h[i];
    }
  }
}

}  // namespace

void convolve(Device& device, const Batch& batch, const Convolution& a) {
  launch(device, convolve_kernel,
         {blocks(a.channels, kThreads), static_cast<unsigned>(batch.rows), 1, kThreads, 0}, batch,
         a);
}

void scan(Device& device, const Batch& batch, const Scan1& a) {
  const auto kernel = a.state <= 16 ? scan1_kernel<4> : scan1_kernel<kMostScan1State / 4>;
  launch(device, kernel,
         {blocks(a.inner, kThreads / 4), static_cast<unsigned>(batch.parts), 1, kThreads, 0}, batch,
         a);
}

bool can_step(const Step1& a) {
  return a.state <= 16 && a.rank <= kMostRank - 16 && a.dt.kind != Kind::kF32 &&
         a.dt.kind != Kind::kInt4;
}

void step(Device& device, const Batch& batch, const Step1& a) {
  launch(device, step1_kernel, {blocks(a.inner, kThreads / 4), 1, 1, kThreads, 0}, batch, a);
}

void scan(Device& device, const Batch& batch, const Scan2& a) {
  const auto kernel = a.state <= 32    ? scan2_kernel<1>
                      : a.state <= 128 ? scan2_kernel<4>
                                       : scan2_kernel<kMostScan2State / 32>;
  const auto warps = static_cast<std::int64_t>(a.heads) * ((a.head_dim + kRows - 1) / kRows);
  launch(device, kernel,
         {blocks(warps, kThreads / 32), static_cast<unsigned>(batch.parts), 1, kThreads, 0}, batch,
         a);
}

void arrange(Device& device, const DeltaInput& a) {
  launch(device, arrange_kernel, {static_cast<unsigned>(a.rows), 1, 1, kThreads, 0}, a);
}

void scan(Device& device, const Batch& batch, const Delta& a) {
  launch(device, unit_kernel,
         {blocks(static_cast<std::int64_t>(batch.rows) * 2 * a.key_heads, kThreads / 32), 1, 1,
          kThreads, 0},
         a, batch.rows);
  const auto kernel = a.key_dim <= 32    ? delta_kernel<8>
                      : a.key_dim <= 128 ? delta_kernel<32>
                                         : delta_kernel<kMostDeltaKey / 4>;
  launch(device, kernel,
         {blocks(a.value_dim, kThreads / 4) * static_cast<unsigned>(a.value_heads),
          static_cast<unsigned>(batch.parts), 1, kThreads,
          2 * static_cast<std::size_t>(a.key_dim) * sizeof(float)},
         batch, a);
}

}  // namespace sr::cuda
