// Products of several tokens at once on the tensor cores, weights read once for up to 64 of them.
//
// x is rounded to bfloat16 first, through its norm. A block has 64 rows of the matrix and a part of
// its columns; its warps load weights straight into the registers of m16n8k16 products, 16 bytes at a
// time: which columns make up the 16 of a product does not matter, as long as both sides agree, so
// each thread takes those that lie beside each other. Parts of the columns are added up in a fixed
// order by the block that ends last. int8 and int4 become bfloat16 on the way.
#include "common.cuh"

namespace sr::cuda {

namespace {

constexpr int kThreads = 256, kRows = 64, kColumns = 256;  // of a block; of one step

__device__ __forceinline__ std::uint32_t pair(float a, float b) {
  std::uint32_t out;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(out) : "f"(b), "f"(a));
  return out;
}

__device__ __forceinline__ std::uint32_t product2(std::uint32_t a, std::uint32_t b) {
  std::uint32_t out;
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(out) : "r"(a), "r"(b), "r"(0x80008000U));
  return out;
}

__device__ __forceinline__ void mma(float (&d)[4], std::uint32_t a0, std::uint32_t a1,
                                    std::uint32_t a2, std::uint32_t a3, std::uint32_t b0,
                                    std::uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

// kWords: pairs of bfloat16 that 16 bytes of weights become.
template <Kind K>
struct Weights16;

template <>
struct Weights16<Kind::kBF16> {
  static constexpr int kSize = 8, kWords = 4, kPad = 64;
  static __device__ void widen(uint4 w, std::uint16_t, std::uint32_t (&to)[4]) {
    to[0] = w.x;
    to[1] = w.y;
    to[2] = w.z;
    to[3] = w.w;
  }
};

template <>
struct Weights16<Kind::kInt8> {
  static constexpr int kSize = 16, kWords = 8, kPad = 16;
  static __device__ void widen(uint4 w, std::uint16_t scale, std::uint32_t (&to)[8]) {
    const std::uint32_t words[4] = {w.x, w.y, w.z, w.w}, both = scale * 0x10001U;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t biased = words[i] ^ 0x80808080U;
      float value[4];
#pragma unroll
      for (int j = 0; j < 4; ++j) {  // 2^23 + byte, whose bytes are the low ones
        value[j] =
            __uint_as_float(__byte_perm(biased, 0x4B000000U, 0x7440 + j)) - 8388736.0F;
      }
      to[2 * i] = product2(pair(value[0], value[1]), both);
      to[2 * i + 1] = product2(pair(value[2], value[3]), both);
    }
  }
};

template <>
struct Weights16<Kind::kInt4> {
  static constexpr int kSize = 32, kWords = 16, kPad = 64;
  static __device__ void widen(uint4 w, std::uint16_t scale, std::uint32_t (&to)[16]) {
    const std::uint32_t words[4] = {w.x, w.y, w.z, w.w}, both = scale * 0x10001U;
    const auto number = [&](std::uint32_t bits) {  // 128 + nibble, less 136, times the scale
      std::uint32_t out;
      asm("fma.rn.bf16x2 %0, %1, %2, %3;"
          : "=r"(out)
          : "r"(bits), "r"(0x3F803F80U), "r"(0xC308C308U));
      return product2(out, both);
    };
#pragma unroll
    for (int i = 0; i < 4; ++i) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const std::uint32_t shifted = words[i] >> 4 * half;
        const auto even = number((shifted & 0x000F000FU) | 0x43004300U);
        const auto odd = number((shifted >> 8 & 0x000F000FU) | 0x43004300U);
        to[8 * half + 2 * i] = __byte_perm(even, odd, 0x5410);
        to[8 * half + 2 * i + 1] = __byte_perm(even, odd, 0x7632);
      }
    }
  }
};

// x through its norm as bfloat16, columns filled up with zeros.
__global__ void __launch_bounds__(kThreads) round_kernel(const __grid_constant__ Product p,
                                                         std::uint16_t* out, int width) {
  __shared__ float scratch[33];
  const std::int64_t row = p.x_rows != nullptr ? p.x_rows[blockIdx.x] : blockIdx.x;
  const float* const x = p.x + row * p.x_stride;
  const int columns = p.outputs[0].matrix.columns;
  float scale = p.x_scale;
  if (p.eps >= 0) {
    float squares = 0;
    for (int i = threadIdx.x; i < columns; i += kThreads) squares = fmaf(x[i], x[i], squares);
    scale *= rsqrtf(block_sum(squares, scratch) / static_cast<float>(columns) + p.eps);
  }
  auto* const to = reinterpret_cast<std::uint32_t*>(out + static_cast<std::int64_t>(blockIdx.x) * width);
  for (int i = threadIdx.x; i < width / 2; i += kThreads) {
    float value[2];
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const int column = 2 * i + j;
      value[j] = column < columns ? x[column] * scale : 0;
      if (p.norm != nullptr && column < columns) value[j] *= p.norm[column];
    }
    to[i] = pair(value[0], value[1]);
  }
}

// A row of int8 or int4 as bfloat16.
template <Kind K>
__global__ void __launch_bounds__(kThreads) widen_kernel(const Matrix matrix, std::uint16_t* out,
                                                         int width) {
  using W = Weights16<K>;
  const std::int64_t row = blockIdx.x;
  const int groups = (matrix.columns + kGroupColumns - 1) / kGroupColumns;
  const auto* const line = static_cast<const std::byte*>(matrix.values) + row * matrix.stride;
  auto* const to = reinterpret_cast<uint4*>(out + row * width);
  for (int chunk = threadIdx.x; chunk * W::kSize < width; chunk += kThreads) {
    std::uint32_t words[W::kWords] = {};
    if (chunk * W::kSize < matrix.columns) {
      W::widen(reinterpret_cast<const uint4*>(line)[chunk],
               matrix.scales[row * groups + chunk * W::kSize / kGroupColumns], words);
    }
#pragma unroll
    for (int i = 0; i < W::kWords / 4; ++i) {
      to[chunk * (W::kWords / 4) + i] =
          make_uint4(words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]);
    }
  }
}

struct Where {
  int output, row;
};
__device__ __forceinline__ Where where(const Product& p, int tile, int row) {
  Where out{0, tile * kRows + row};
  if (p.mode == Product::Mode::kGated) {
    return {row >= kRows / 2, tile * (kRows / 2) + row % (kRows / 2)};
  }
  while (out.output + 1 < p.count && out.row >= p.outputs[out.output].matrix.rows) {
    out.row -= p.outputs[out.output++].matrix.rows;
  }
  return out;
}

__device__ __forceinline__ float activated(bool relu2, float x) {
  if (!relu2) return silu(x);
  return x > 0 ? x * x : 0;
}

__global__ void __launch_bounds__(kThreads) activate_kernel(const Activating a) {
  const std::int64_t row = blockIdx.x;
  for (int i = threadIdx.x; i < a.size; i += kThreads) {
    const std::int64_t at = row * a.size + i;
    float value = activated(a.relu2, a.gate[at] * a.gate_scale);
    if (a.up != nullptr) value *= a.up[at];
    value *= a.scale;
    if (a.half != nullptr) {
      a.half[at] = __bfloat16_as_ushort(__float2bfloat16(value));
    } else {
      a.y[row * a.y_stride + i] = value;
    }
  }
}

// kTiles: of 8 tokens. Blocks: (tiles of rows, parts of the columns, tokens / 64).
template <Kind K, int kTiles>
__global__ void __launch_bounds__(kThreads, 2)
    gemm(const __grid_constant__ Product p, const __grid_constant__ Rounded r) {
  using W = Weights16<K>;
  constexpr int kStep = 4 * W::kSize;                  // columns of a warp's product
  constexpr int kSteps = kColumns / 2 / kStep > 0 ? kColumns / 2 / kStep : 1;
  constexpr int kTokens = 8 * kTiles, kLine = 2 * kColumns + W::kPad;  // bytes
  extern __shared__ __align__(16) std::byte shared[];  // two steps of x, or the results
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, tg = lane % 4;
  const int tile = blockIdx.x, first_token = blockIdx.z * 64;
  const int tokens = min(p.rows - first_token, kTokens);
  const int steps = r.width / kColumns;
  const int begin = steps * static_cast<int>(blockIdx.y) / static_cast<int>(gridDim.y);
  const int end = steps * static_cast<int>(blockIdx.y + 1) / static_cast<int>(gridDim.y);
  // Four warps have 16 rows each, of one half of a step's columns; the others of the other half.
  const int m = warp % 4, half = warp / 4;
  const std::byte* line[2];
  const std::uint16_t* scale[2];
  const int columns = p.outputs[0].matrix.columns;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const auto at = where(p, tile, 16 * m + g + 8 * i);
    const auto& matrix = p.outputs[at.output].matrix;
    const int row = min(at.row, matrix.rows - 1);
    line[i] = static_cast<const std::byte*>(matrix.values) + row * matrix.stride;
    scale[i] = matrix.scales +
               static_cast<std::int64_t>(row) * ((columns + kGroupColumns - 1) / kGroupColumns);
  }
  struct Some {
    uint4 w[2];
    std::uint16_t scale[2];
  };
  const auto fetch = [&](int step, Some (&to)[kSteps]) {
#pragma unroll
    for (int s = 0; s < kSteps; ++s) {
      const int column = step * kColumns + half * (kColumns / 2) + s * kStep + tg * W::kSize;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        to[s].w[i] = make_uint4(0, 0, 0, 0);
        to[s].scale[i] = 0;
        if (column >= columns) continue;
        const auto* const at = line[i] + static_cast<std::int64_t>(column / W::kSize) * 16;
        asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
                     : "=r"(to[s].w[i].x), "=r"(to[s].w[i].y), "=r"(to[s].w[i].z),
                       "=r"(to[s].w[i].w)
                     : "l"(at));
        if constexpr (K != Kind::kBF16) to[s].scale[i] = __ldg(scale[i] + column / kGroupColumns);
      }
    }
  };
  const auto stage = [&](int step) {  // x of a step on its way to shared memory
    const auto base = static_cast<std::uint32_t>(__cvta_generic_to_shared(shared)) +
                      (step - begin) % 2 * kTokens * kLine;
    for (int i = threadIdx.x; i < tokens * (kColumns / 8); i += kThreads) {
      const int token = i / (kColumns / 8), part = i % (kColumns / 8);
      const auto* const from = r.x + static_cast<std::int64_t>(first_token + token) * r.width +
                               step * kColumns + part * 8;
      asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(base + token * kLine +
                                                                    part * 16),
                   "l"(from));
    }
    asm volatile("cp.async.commit_group;");
  };
  float sums[kTiles][4];
#pragma unroll
  for (int n = 0; n < kTiles; ++n) {
#pragma unroll
    for (int i = 0; i < 4; ++i) sums[n][i] = 0;
  }
  Some now[kSteps], next[kSteps];
  if (begin < end) fetch(begin, now);
  if (begin < end) stage(begin);
  for (int step = begin; step < end; ++step) {
    if (step + 1 < end) {
      fetch(step + 1, next);
      stage(step + 1);
      asm volatile("cp.async.wait_group 1;");
    } else {
      asm volatile("cp.async.wait_group 0;");
    }
    __syncthreads();
    const std::byte* const x = shared + (step - begin) % 2 * kTokens * kLine;
#pragma unroll
    for (int s = 0; s < kSteps; ++s) {
      std::uint32_t a[2][W::kWords];
      W::widen(now[s].w[0], now[s].scale[0], a[0]);
      W::widen(now[s].w[1], now[s].scale[1], a[1]);
      const int at = (half * (kColumns / 2) + s * kStep + tg * W::kSize) * 2;
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
        const std::byte* const from = x + (8 * n + g) * kLine + at;
#pragma unroll
        for (int q = 0; q < W::kWords / 4; ++q) {
          const uint4 b = *reinterpret_cast<const uint4*>(from + 16 * q);
          mma(sums[n], a[0][4 * q], a[1][4 * q], a[0][4 * q + 1], a[1][4 * q + 1], b.x, b.y);
          mma(sums[n], a[0][4 * q + 2], a[1][4 * q + 2], a[0][4 * q + 3], a[1][4 * q + 3], b.z,
              b.w);
        }
      }
    }
    __syncthreads();
#pragma unroll
    for (int s = 0; s < kSteps; ++s) now[s] = next[s];
  }

  // The two halves of the columns, then the parts of all blocks: results (rows, tokens).
  auto* const results = reinterpret_cast<float*>(shared);
  constexpr int kWidth = kTokens + 1;
#pragma unroll
  for (int turn = 0; turn < 2; ++turn) {
    __syncthreads();
    if (half == turn) {
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          float& to = results[(16 * m + g + i / 2 * 8) * kWidth + 8 * n + 2 * tg + i % 2];
          to = turn == 0 ? sums[n][i] : to + sums[n][i];
        }
      }
    }
  }
  __syncthreads();
  const int parts = gridDim.y;
  if (parts > 1) {
    __shared__ int order;
    const std::int64_t place = static_cast<std::int64_t>(blockIdx.z) * gridDim.x + tile;
    float* const partial = r.partial + place * parts * kRows * kTokens;
    for (int i = threadIdx.x; i < kRows * kTokens; i += kThreads) {
      partial[blockIdx.y * kRows * kTokens + i] = results[i / kTokens * kWidth + i % kTokens];
    }
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
      order = static_cast<int>(atomicInc(r.counters + place, static_cast<unsigned>(parts - 1)));
    }
    __syncthreads();
    if (order != parts - 1) return;
    __threadfence();
    for (int i = threadIdx.x; i < kRows * kTokens; i += kThreads) {
      float sum = 0;
      for (int part = 0; part < parts; ++part) {
        sum += __ldcg(partial + part * kRows * kTokens + i);
      }
      results[i / kTokens * kWidth + i % kTokens] = sum;
    }
    __syncthreads();
  }
  const bool gated = p.mode == Product::Mode::kGated;
  const int rows = gated ? kRows / 2 : kRows;
  for (int i = threadIdx.x; i < rows * tokens; i += kThreads) {
    const int row = i % rows, token = i / rows;
    const auto at = where(p, tile, row);
    const auto& out = p.outputs[at.output];
    if (at.row >= out.matrix.rows) continue;
    const auto biased = [&](int local, const Target& of) {
      return results[local * kWidth + token] + (of.bias != nullptr ? of.bias[at.row] : 0.0F);
    };
    float value = biased(row, out);
    if (gated) {
      value = activated(p.relu2, value * p.gate_scale) * biased(row + kRows / 2, p.outputs[1]);
    }
    if (p.mode == Product::Mode::kActivate) value = activated(p.relu2, value);
    value *= out.scale;
    const int line_of = first_token + token;
    if (out.half != nullptr) {
      out.half[line_of * out.half_stride + at.row] = __bfloat16_as_ushort(__float2bfloat16(value));
      continue;
    }
    float* const y =
        (out.lines != nullptr ? out.lines[line_of] : out.y + line_of * out.stride) + at.row;
    *y = p.mode == Product::Mode::kAdd ? *y + value : value;
  }
}

struct Grid {
  int tiles, parts, blocks;
};
Grid grid_of(const Device& device, const Product& p) {
  int rows = 0;
  for (int i = 0; i < p.count; ++i) rows += p.outputs[i].matrix.rows;
  Grid out;
  out.tiles = (rows + kRows - 1) / kRows;
  out.blocks = (p.rows + 63) / 64;
  const int steps = (p.outputs[0].matrix.columns + kColumns - 1) / kColumns;
  const int wanted = 2 * device.facts().multiprocessors / (out.tiles * out.blocks);
  out.parts = std::max(1, std::min(wanted, steps));
  return out;
}

template <Kind K, int kTiles>
void start(Device& device, const Product& p, const Rounded& r) {
  const auto grid = grid_of(device, p);
  constexpr int kTokens = 8 * kTiles, kLine = 2 * kColumns + Weights16<K>::kPad;
  constexpr std::size_t kShared =
      std::max<std::size_t>(2 * kTokens * kLine, kRows * (kTokens + 1) * sizeof(float));
  launch(device, gemm<K, kTiles>,
         {static_cast<unsigned>(grid.tiles), static_cast<unsigned>(grid.parts),
          static_cast<unsigned>(grid.blocks), kThreads, kShared},
         p, r);
}

template <Kind K>
void start(Device& device, const Product& p, const Rounded& r) {
  if (p.rows <= 8) return start<K, 1>(device, p, r);
  if (p.rows <= 16) return start<K, 2>(device, p, r);
  if (p.rows <= 32) return start<K, 4>(device, p, r);
  start<K, 8>(device, p, r);
}

}  // namespace

int rounded_width(int columns) { return (columns + kColumns - 1) / kColumns * kColumns; }

std::size_t partial_floats(const Device& device, const Product& p) {
  const auto grid = grid_of(device, p);
  if (grid.parts == 1) return 0;
  const int tokens = p.rows <= 8 ? 8 : p.rows <= 16 ? 16 : p.rows <= 32 ? 32 : 64;
  return static_cast<std::size_t>(grid.tiles) * static_cast<std::size_t>(grid.parts * grid.blocks) *
         static_cast<std::size_t>(kRows * tokens);
}

void round(Device& device, const Product& p, std::uint16_t* out, int width) {
  launch(device, round_kernel, {static_cast<unsigned>(p.rows), 1, 1, kThreads, 0}, p, out, width);
}

void widen(Device& device, const Matrix& matrix, std::uint16_t* out, int width) {
  launch(device, matrix.kind == Kind::kInt8 ? widen_kernel<Kind::kInt8> : widen_kernel<Kind::kInt4>,
         {static_cast<unsigned>(matrix.rows), 1, 1, kThreads, 0}, matrix, out, width);
}

void activate(Device& device, const Activating& a) {
  launch(device, activate_kernel, {static_cast<unsigned>(a.rows), 1, 1, kThreads, 0}, a);
}

void multiply(Device& device, const Product& p, const Rounded& r) {
  switch (p.outputs[0].matrix.kind) {
    case Kind::kF32: break;
    case Kind::kBF16: return start<Kind::kBF16>(device, p, r);
    case Kind::kInt8: return start<Kind::kInt8>(device, p, r);
    case Kind::kInt4: return start<Kind::kInt4>(device, p, r);
  }
}

}  // namespace sr::cuda
