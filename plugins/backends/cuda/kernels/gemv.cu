// Matrix-vector products: one token at a time, at the speed at which the memory gives the weights.
//
// A block owns some rows of the matrix; each of its threads owns the same columns of all of them, so
// that its part of x stays in registers. Weights come 16 bytes at a time through a ring in shared
// memory that is the thread's own, several rows ahead and without a barrier; the first ones are asked
// for before x is. int8 and int4 multiply whole numbers, as the cpu backend does: x is rounded to int8
// in the groups of 32 columns that share a scale.
#include "common.cuh"

namespace sr::cuda {

namespace {

constexpr int kThreads = 256;

// What a thread keeps of x, and multiplies a chunk of 16 bytes with.
template <Kind K>
struct Columns;

template <>
struct Columns<Kind::kF32> {
  static constexpr int kSize = 4;
  float x[4];
  __device__ void take(const float (&from)[4]) {
#pragma unroll
    for (int i = 0; i < 4; ++i) x[i] = from[i];
  }
  __device__ float dot(uint4 w, float) const {
    return __uint_as_float(w.x) * x[0] + __uint_as_float(w.y) * x[1] +
           __uint_as_float(w.z) * x[2] + __uint_as_float(w.w) * x[3];
  }
};

template <>
struct Columns<Kind::kBF16> {
  static constexpr int kSize = 8;
  float x[8];
  __device__ void take(const float (&from)[8]) {
#pragma unroll
    for (int i = 0; i < 8; ++i) x[i] = from[i];
  }
  __device__ float dot(uint4 w, float) const {
    float a = low(w.x) * x[0], b = high(w.x) * x[1];
    a = fmaf(low(w.y), x[2], a);
    b = fmaf(high(w.y), x[3], b);
    a = fmaf(low(w.z), x[4], a);
    b = fmaf(high(w.z), x[5], b);
    a = fmaf(low(w.w), x[6], a);
    b = fmaf(high(w.w), x[7], b);
    return a + b;
  }
};

// Rounds `count` numbers to int8 by their largest magnitude, which is that of the whole group.
template <int N>
__device__ __forceinline__ float quantise(const float (&from)[N], float most, int (&to)[N / 4],
                                          int* sum) {
  const float scale = most / 127.0F, inverse = scale > 1e-38F ? 1.0F / scale : 0.0F;
  *sum = 0;
#pragma unroll
  for (int i = 0; i < N / 4; ++i) {
    to[i] = 0;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int value = __float2int_rn(from[4 * i + j] * inverse);
      *sum += value;
      to[i] |= (value & 255) << 8 * j;
    }
  }
  return scale;
}

template <int N>
__device__ __forceinline__ float magnitude(const float (&x)[N]) {
  float most = 0;
#pragma unroll
  for (int i = 0; i < N; ++i) most = fmaxf(most, fabsf(x[i]));
  return most;
}

template <>
struct Columns<Kind::kInt8> {
  static constexpr int kSize = 16;
  int x[4];
  float scale;
  __device__ void take(const float (&from)[16]) {
    float most = magnitude(from);
    most = fmaxf(most, __shfl_xor_sync(kAll, most, 1));  // the other half of the group
    int sum;
    scale = quantise(from, most, x, &sum);
  }
  __device__ float dot(uint4 w, float of) const {
    int sum = __dp4a(static_cast<int>(w.x), x[0], 0);
    sum = __dp4a(static_cast<int>(w.y), x[1], sum);
    sum = __dp4a(static_cast<int>(w.z), x[2], sum);
    sum = __dp4a(static_cast<int>(w.w), x[3], sum);
    return static_cast<float>(sum) * (of * scale);
  }
};

template <>
struct Columns<Kind::kInt4> {
  static constexpr int kSize = 32;
  int x[8];
  float scale;
  int below;  // 8 * the sum of x
  __device__ void take(const float (&from)[32]) {
    scale = quantise(from, magnitude(from), x, &below);
    below *= 8;
  }
  __device__ float dot(uint4 w, float of) const {
    const unsigned words[4] = {w.x, w.y, w.z, w.w};
    int sum = -below;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      sum = __dp4a(static_cast<int>(words[i] & 0x0F0F0F0FU), x[i], sum);
      sum = __dp4a(static_cast<int>(words[i] >> 4 & 0x0F0F0F0FU), x[4 + i], sum);
    }
    return static_cast<float>(sum) * (of * scale);
  }
};

__device__ __forceinline__ void copy16(void* to, const void* from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                   static_cast<std::uint32_t>(__cvta_generic_to_shared(to))),
               "l"(from)
               : "memory");
}
__device__ __forceinline__ void close_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int kLeft>
__device__ __forceinline__ void wait_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kLeft) : "memory");
}

// Where one row of all outputs lies.
struct Line {
  const std::byte* values;
  const std::uint16_t* scales;
  int output, row;
};

__device__ __forceinline__ Line line_of(const Product& p, int expert, int row) {
  Line out;
  out.output = 0;
  if (p.mode == Product::Mode::kGated) {
    out.output = row & 1;
    row >>= 1;
  } else {
    while (out.output + 1 < p.count && row >= p.outputs[out.output].matrix.rows) {
      row -= p.outputs[out.output++].matrix.rows;
    }
  }
  out.row = row;
  const auto& matrix = p.outputs[out.output].matrix;
  const auto* values = static_cast<const std::byte*>(matrix.values);
  const auto* scales = matrix.scales;
  if (p.experts != nullptr) {
    const auto& of = p.table[out.output][expert];
    values = static_cast<const std::byte*>(of.values);
    scales = of.scales;
  }
  out.values = values + row * matrix.stride;
  out.scales = scales + static_cast<std::int64_t>(row) *
                            ((matrix.columns + kGroupColumns - 1) / kGroupColumns);
  return out;
}

__device__ __forceinline__ float activated(bool relu2, float x) {
  if (!relu2) return silu(x);
  return x > 0 ? x * x : 0;
}

// What the end of a row needs beside its result, asked for long before that is there.
constexpr int kTaps = 4;
struct Early {
  float weight[kTaps], past[kTaps - 1], bias, y;
};

__device__ __forceinline__ int channel_of(const Product& p, int row) {
  const int channel = row - p.then_first;
  return p.then.part != nullptr && channel >= 0 && channel < p.then.channels ? channel : -1;
}

// All of it but y.
__device__ __forceinline__ void ask_early(const Product& p, int channel, Early& to) {
  const auto& c = p.then;
  const Part& part = *c.part;
  const float* const before = part.before + c.slot + channel;
  to.bias = c.bias != nullptr ? c.bias[channel] : 0;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) {  // the last taps are the newest
    const int tap = c.kernel - kTaps + k;
    to.weight[k] = tap >= 0 ? c.weight[tap * c.channels + channel] : 0;
    if (k + 1 < kTaps) to.past[k] = tap >= 0 && part.count > 0 ? before[tap * c.channels] : 0;
  }
}

// The convolution of one token, whose input is a row's result.
__device__ __forceinline__ void convolve_one(const Product& p, int channel, float x,
                                             const Early& early) {
  const auto& c = p.then;
  const Part& part = *c.part;
  float sum = early.bias;
#pragma unroll
  for (int k = 0; k + 1 < kTaps; ++k) sum = fmaf(early.weight[k], early.past[k], sum);
  sum = fmaf(early.weight[kTaps - 1], x, sum);
  c.y[channel] = c.silu ? silu(sum) : sum;
  if (part.count == 0) return;
  float* const after = part.after + c.slot + channel;
#pragma unroll
  for (int k = 1; k < kTaps; ++k) {
    const int tap = c.kernel - kTaps + k - 1;  // of `after`
    if (tap >= 0) after[tap * c.channels] = k + 1 < kTaps ? early.past[k] : x;
  }
}

// What becomes of the results of a block's rows [first, last), whose sums are in parts of `pieces`.
// `early`: of the row that this thread ends first.
__device__ __forceinline__ void finish(const Product& p, int expert, float norm, const float* sums,
                                       int first, int last, int pieces, int token,
                                       Early early) {
  const bool gated = p.mode == Product::Mode::kGated;
  const auto result = [&](int row, const Line& line) {
    float sum = 0;
    for (int i = 0; i < pieces; ++i) sum += sums[(row - first) * pieces + i];
    const float* const bias = p.experts != nullptr && expert >= 0
                                  ? p.table[line.output][expert].bias
                                  : p.outputs[line.output].bias;
    return sum * norm + (bias != nullptr ? bias[line.row] : 0.0F);
  };
  const int step = gated ? 2 : 1, start = first + static_cast<int>(threadIdx.x) * step;
  for (int row = start; row < last; row += kThreads * step) {
    const auto line = line_of(p, expert, row);
    const auto& out = p.outputs[line.output];
    float value = result(row, line);
    if (gated) {
      value = activated(p.relu2, value * p.gate_scale) * result(row + 1, line_of(p, expert, row + 1));
    }
    if (p.mode == Product::Mode::kActivate) value = activated(p.relu2, value);
    value *= out.scale;
    float* const y =
        (out.lines != nullptr ? out.lines[token] : out.y + token * out.stride) + line.row;
    const int channel = channel_of(p, row);
    if (row != start) {
      if (channel >= 0) ask_early(p, channel, early);
      if (p.mode == Product::Mode::kAdd) early.y = *y;
    }
    *y = p.mode == Product::Mode::kAdd ? early.y + value : value;
    if (channel >= 0) convolve_one(p, channel, value, early);
  }
}

// Eight bytes or more of float32 at once, where x allows it.
template <int N>
__device__ __forceinline__ void take(const float* x, int left, bool aligned, float (&to)[N]) {
  if (aligned && left >= N) {
#pragma unroll
    for (int i = 0; i < N / 4; ++i) {
      const float4 some = reinterpret_cast<const float4*>(x)[i];
      to[4 * i] = some.x;
      to[4 * i + 1] = some.y;
      to[4 * i + 2] = some.z;
      to[4 * i + 3] = some.w;
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < N; ++i) to[i] = i < left ? x[i] : 0;
}

// kChunks: chunks of 16 bytes of a row that a thread has, at most.
template <int kChunks>
constexpr int kDepth = kChunks <= 2 ? 8 : kChunks == 3 ? 5 : kChunks == 4 ? 4 : 3;  // rows ahead

template <Kind K, int kChunks>
__global__ void __launch_bounds__(kThreads, 2) gemv(const __grid_constant__ Product p, int rows,
                                                    int lanes, bool aligned, bool whole) {
  constexpr int kSize = Columns<K>::kSize, kAhead = kDepth<kChunks>;
  extern __shared__ __align__(16) uint4 ring[];  // (ahead, chunks, threads); then the sums
  auto* const sums = reinterpret_cast<float*>(ring + kAhead * kChunks * kThreads);
  __shared__ float scratch[33];
  // With `whole`, every thread has kChunks chunks, and a norm's weight lies in front of the sums.
  float* const norm_weight = sums;
  const int unit = p.mode == Product::Mode::kGated ? 2 : 1, units = rows / unit;
  const int first =
      static_cast<int>(static_cast<std::int64_t>(units) * blockIdx.x / gridDim.x) * unit;
  const int last =
      static_cast<int>(static_cast<std::int64_t>(units) * (blockIdx.x + 1) / gridDim.x) * unit;
  const int lane = threadIdx.x % lanes, group = threadIdx.x / lanes, groups = kThreads / lanes;
  const int pieces = lanes / 32, piece = lane / 32;
  const int columns = p.outputs[0].matrix.columns;
  const int chunks = (columns + kSize - 1) / kSize;
  const int passes = (chunks + kChunks * lanes - 1) / (kChunks * lanes);
  const bool experts = p.experts != nullptr;
  float scales[kAhead][kChunks];  // of what is in the ring
  const auto fetch = [&](int slot, int row, int expert, int pass) {
    if (row < last) {
      const auto line = line_of(p, expert, row);
#pragma unroll
      for (int i = 0; i < kChunks; ++i) {
        const int chunk = (pass * kChunks + i) * lanes + lane;
        scales[slot][i] = 0;
        if (chunk >= chunks) continue;
        copy16(ring + (slot * kChunks + i) * kThreads + threadIdx.x,
               line.values + static_cast<std::int64_t>(chunk) * 16);
        if constexpr (K == Kind::kInt8) {
          scales[slot][i] = from_bf16(__ldg(line.scales + chunk / 2));
        } else if constexpr (K == Kind::kInt4) {
          scales[slot][i] = from_bf16(__ldg(line.scales + chunk));
        }
      }
    }
    close_copies();
  };
  const int start = first + group;
  const bool weighed = whole && p.norm != nullptr;
  if (weighed) {  // the same columns for all groups: each thread brings those that it reads
#pragma unroll
    for (int i = 0; i < kChunks; ++i) {
      const int column = (i * lanes + lane) * kSize;
      if (i % groups == group) {
#pragma unroll
        for (int j = 0; j < kSize; j += 4) copy16(norm_weight + column + j, p.norm + column + j);
      }
    }
    close_copies();
  }
  if (!experts) {
#pragma unroll
    for (int s = 0; s < kAhead; ++s) fetch(s, start + s * groups, -1, 0);
  }
  Early early;
  const int end_row = first + static_cast<int>(threadIdx.x) * unit;  // that this thread ends first
  if (end_row < last && channel_of(p, end_row) >= 0) {
    ask_early(p, channel_of(p, end_row), early);
  }
  const int token = blockIdx.y;
  const int expert = experts ? p.experts[token] : -1;
  if (first >= last || (experts && expert < 0)) {
    wait_copies<0>();
    return;
  }
  const std::int64_t x_row = p.x_rows != nullptr ? p.x_rows[token] : token / p.share;
  const float* const x = p.x + x_row * p.x_stride;
  float squares = 0;
  for (int pass = 0; pass < passes; ++pass) {
    if (experts || pass > 0) {
#pragma unroll
      for (int s = 0; s < kAhead; ++s) fetch(s, start + s * groups, expert, pass);
    }
    Columns<K> mine[kChunks];
    if (whole) {
      // All of it at once, unless that is more than the registers hold.
      constexpr bool kAtOnce = kChunks * kSize <= 48;
      float4 some[kAtOnce ? kChunks : 1][kSize / 4];
      const auto ask = [&](int i, float4 (&to)[kSize / 4]) {
        const auto* const from = reinterpret_cast<const float4*>(x + (i * lanes + lane) * kSize);
#pragma unroll
        for (int j = 0; j < kSize / 4; ++j) to[j] = from[j];
      };
      if constexpr (kAtOnce) {
#pragma unroll
        for (int i = 0; i < kChunks; ++i) ask(i, some[i]);
      }
      if (p.mode == Product::Mode::kAdd && end_row < last) {
        const auto line = line_of(p, expert, end_row);
        const auto& out = p.outputs[line.output];
        early.y = out.y[token * out.stride + line.row];
      }
      if (weighed) {
        wait_copies<kAhead>();  // the norm's weight is older than the ring
        if (groups > 1) __syncthreads();
      }
#pragma unroll
      for (int i = 0; i < kChunks; ++i) {
        float values[kSize];
        const auto* const weights =
            reinterpret_cast<const float4*>(norm_weight + (i * lanes + lane) * kSize);
        if constexpr (!kAtOnce) ask(i, some[0]);
#pragma unroll
        for (int j = 0; j < kSize / 4; ++j) {
          const float4 v = some[kAtOnce ? i : 0][j];
          squares = fmaf(v.x, v.x, fmaf(v.y, v.y, fmaf(v.z, v.z, fmaf(v.w, v.w, squares))));
          float4 w = make_float4(1, 1, 1, 1);
          if (weighed) w = weights[j];
          values[4 * j] = v.x * w.x;
          values[4 * j + 1] = v.y * w.y;
          values[4 * j + 2] = v.z * w.z;
          values[4 * j + 3] = v.w * w.w;
        }
        mine[i].take(values);
      }
      if (weighed) __syncthreads();  // the sums come in its place
    } else {
#pragma unroll
      for (int i = 0; i < kChunks; ++i) {
        const int column = ((pass * kChunks + i) * lanes + lane) * kSize;
        float values[kSize];
        take(x + column, columns - column, aligned, values);
#pragma unroll
        for (int j = 0; j < kSize; ++j) squares = fmaf(values[j], values[j], squares);
        if (p.norm != nullptr) {
          float weights[kSize];
          take(p.norm + column, columns - column, aligned, weights);
#pragma unroll
          for (int j = 0; j < kSize; ++j) values[j] *= weights[j];
        }
        mine[i].take(values);
      }
      if (p.mode == Product::Mode::kAdd && end_row < last && pass == 0) {
        const auto line = line_of(p, expert, end_row);
        const auto& out = p.outputs[line.output];
        early.y = out.y[token * out.stride + line.row];
      }
    }
    for (int base = start; base < last; base += kAhead * groups) {
#pragma unroll
      for (int s = 0; s < kAhead; ++s) {
        const int row = base + s * groups;
        wait_copies<kAhead - 1>();
        float dot = 0;
#pragma unroll
        for (int i = 0; i < kChunks; ++i) {
          const int chunk = (pass * kChunks + i) * lanes + lane;
          if (whole || chunk < chunks) {
            dot += mine[i].dot(ring[(s * kChunks + i) * kThreads + threadIdx.x], scales[s][i]);
          }
        }
        fetch(s, row + kAhead * groups, expert, pass);
        dot = warp_sum(dot);
        if (lane % 32 == 0 && row < last) {
          float& to = sums[(row - first) * pieces + piece];
          to = pass == 0 ? dot : to + dot;
        }
      }
    }
    wait_copies<0>();
  }
  float norm = p.x_scale;
  if (p.eps >= 0) {
    // Every group of threads has read all of x.
    norm *= rsqrtf(block_sum(squares, scratch) / (static_cast<float>(groups) * columns) + p.eps);
  }
  __syncthreads();
  finish(p, expert, norm, sums, first, last, pieces, token, early);
}

template <Kind K, int kChunks>
void start(Device& device, const Product& p, int rows, int lanes) {
  constexpr std::size_t kRing = kDepth<kChunks> * kChunks * kThreads * sizeof(uint4);
  const int unit = p.mode == Product::Mode::kGated ? 2 : 1, units = rows / unit;
  const int most = static_cast<int>(32 * 1024 / sizeof(float)) / (lanes / 32) / unit;  // units
  int blocks = std::min(device.facts().multiprocessors, units);
  blocks = std::max(blocks, (units + most - 1) / most);
  const auto held = static_cast<std::size_t>((units + blocks - 1) / blocks * unit);
  const auto odd = [](const float* at) { return reinterpret_cast<std::uintptr_t>(at) % 16 != 0; };
  const bool aligned = !odd(p.x) && p.x_stride % 4 == 0 && !odd(p.norm);
  const int columns = p.outputs[0].matrix.columns;
  const bool whole = aligned && columns == kChunks * lanes * Columns<K>::kSize;
  const auto sums = std::max(held * static_cast<std::size_t>(lanes / 32),
                             whole && p.norm != nullptr ? static_cast<std::size_t>(columns) : 0);
  launch(device, gemv<K, kChunks>,
         {static_cast<unsigned>(blocks), static_cast<unsigned>(p.rows), 1, kThreads,
          kRing + sums * sizeof(float)},
         p, rows, lanes, aligned, whole);
}

template <Kind K>
void start(Device& device, const Product& p) {
  const int columns = p.outputs[0].matrix.columns;
  const int chunks = (columns + Columns<K>::kSize - 1) / Columns<K>::kSize;
  int rows = 0, lanes = 32;
  for (int i = 0; i < p.count; ++i) rows += p.outputs[i].matrix.rows;
  while (5 * lanes < chunks && lanes < kThreads) lanes *= 2;
  const int each = (chunks + lanes - 1) / lanes;
  if (each <= 2) return start<K, 2>(device, p, rows, lanes);
  if (each == 3) return start<K, 3>(device, p, rows, lanes);
  if (each == 4) return start<K, 4>(device, p, rows, lanes);
  start<K, 5>(device, p, rows, lanes);
}

}  // namespace

void multiply(Device& device, const Product& product) {
  switch (product.outputs[0].matrix.kind) {
    case Kind::kF32: return start<Kind::kF32>(device, product);
    case Kind::kBF16: return start<Kind::kBF16>(device, product);
    case Kind::kInt8: return start<Kind::kInt8>(device, product);
    case Kind::kInt4: return start<Kind::kInt4>(device, product);
  }
}

}  // namespace sr::cuda
