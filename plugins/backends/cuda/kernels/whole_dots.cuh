// whole_dots.cuh - rows with an operation's input, for each kind of weights. Included by whole.cu
// only.
#pragma once

#include "whole_ring.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

struct Block {  // its shared memory
  Head* head;
  float *sums, *x;
};

// x in shared memory as the dots read it: float32 for float32 and bfloat16, there in two planes of
// four numbers; int8 with what belongs to each group behind it, in planes of four words for int4.
template <Kind K>
struct Input;

template <>
struct Input<Kind::kF32> {
  const float4* x;
  __device__ Input(const float* at, int) : x(reinterpret_cast<const float4*>(at)) {}
  __device__ static void set(float* at, int, int i, float4 v) {
    reinterpret_cast<float4*>(at)[i] = v;
  }
  template <int N>
  __device__ __forceinline__ void dot(const uint4* w, int stride, const std::uint16_t* const (&)[2],
                                      int from, int count, float (&out)[N]) const {
    for (int c = threadIdx.x % 32; c < count; c += 32) {
      const float4 a = x[from + c];
#pragma unroll
      for (int r = 0; r < N; ++r) {
        const uint4 v = w[r * stride + c];
        out[r] = fmaf(__uint_as_float(v.x), a.x, out[r]);
        out[r] = fmaf(__uint_as_float(v.y), a.y, out[r]);
        out[r] = fmaf(__uint_as_float(v.z), a.z, out[r]);
        out[r] = fmaf(__uint_as_float(v.w), a.w, out[r]);
      }
    }
  }
};

template <>
struct Input<Kind::kBF16> {
  const float4 *x, *y;
  __device__ Input(const float* at, int columns)
      : x(reinterpret_cast<const float4*>(at)), y(x + columns / 8) {}
  __device__ static void set(float* at, int columns, int i, float4 v) {
    reinterpret_cast<float4*>(at)[(i & 1) * (columns / 8) + i / 2] = v;
  }
  template <int N>
  __device__ __forceinline__ void dot(const uint4* w, int stride, const std::uint16_t* const (&)[2],
                                      int from, int count, float (&out)[N]) const {
#pragma unroll 2
    for (int c = threadIdx.x % 32; c < count; c += 32) {
      const float4 a = x[from + c], b = y[from + c];
#pragma unroll
      for (int r = 0; r < N; ++r) {
        const uint4 v = w[r * stride + c];
        float p = low(v.x) * a.x, q = high(v.x) * a.y;
        p = fmaf(low(v.y), a.z, p);
        q = fmaf(high(v.y), a.w, q);
        p = fmaf(low(v.z), b.x, p);
        q = fmaf(high(v.z), b.y, q);
        p = fmaf(low(v.w), b.z, p);
        q = fmaf(high(v.w), b.w, q);
        out[r] += p + q;
      }
    }
  }
};

// Rounds a thread's four numbers of a group of 32 that eight threads have.
__device__ __forceinline__ int quantised(float4 v, float& scale, int& sum) {
  float most = fmaxf(fmaxf(fabsf(v.x), fabsf(v.y)), fmaxf(fabsf(v.z), fabsf(v.w)));
#pragma unroll
  for (int step = 4; step > 0; step /= 2) most = fmaxf(most, __shfl_xor_sync(kAll, most, step));
  scale = most / 127.0F;
  const float inverse = scale > 1e-38F ? 1.0F / scale : 0.0F;
  const int a = __float2int_rn(v.x * inverse), b = __float2int_rn(v.y * inverse);
  const int c = __float2int_rn(v.z * inverse), d = __float2int_rn(v.w * inverse);
  sum = a + b + c + d;
#pragma unroll
  for (int step = 4; step > 0; step /= 2) sum += __shfl_xor_sync(kAll, sum, step);
  return (a & 255) | (b & 255) << 8 | (c & 255) << 16 | (d & 255) << 24;
}

template <>
struct Input<Kind::kInt8> {
  const uint4* x;
  const float* scale;
  __device__ Input(const float* at, int columns)
      : x(reinterpret_cast<const uint4*>(at)), scale(at + columns / 4) {}
  __device__ static void set(float* at, int columns, int i, float4 v) {
    float scale;
    int sum;
    const int word = quantised(v, scale, sum);
    if (i * 4 >= columns) return;
    reinterpret_cast<int*>(at)[i] = word;
    if (i % 8 == 0) at[columns / 4 + i / 8] = scale;
  }
  template <int N>
  __device__ __forceinline__ void dot(const uint4* w, int stride,
                                      const std::uint16_t* const (&scales)[2], int from, int count,
                                      float (&out)[N]) const {
#pragma unroll 2
    for (int c = threadIdx.x % 32; c < count; c += 32) {
      const uint4 a = x[from + c];
      const float of = scale[(from + c) / 2];
#pragma unroll
      for (int r = 0; r < N; ++r) {
        const uint4 v = w[r * stride + c];
        int sum = __dp4a(static_cast<int>(v.x), static_cast<int>(a.x), 0);
        sum = __dp4a(static_cast<int>(v.y), static_cast<int>(a.y), sum);
        sum = __dp4a(static_cast<int>(v.z), static_cast<int>(a.z), sum);
        sum = __dp4a(static_cast<int>(v.w), static_cast<int>(a.w), sum);
        out[r] = fmaf(static_cast<float>(sum), of * from_bf16(scales[r][c / 2]), out[r]);
      }
    }
  }
};

template <>
struct Input<Kind::kInt4> {
  const int4 *x, *y;
  const float2* group;  // scale, and 8 times the sum
  __device__ Input(const float* at, int columns)
      : x(reinterpret_cast<const int4*>(at)),
        y(x + columns / 32),
        group(reinterpret_cast<const float2*>(at + columns / 4)) {}
  __device__ static void set(float* at, int columns, int i, float4 v) {
    float scale;
    int sum;
    const int word = quantised(v, scale, sum);
    if (i * 4 >= columns) return;
    reinterpret_cast<int*>(at)[(i / 4 & 1) * (columns / 8) + i / 8 * 4 + i % 4] = word;
    if (i % 8 == 0) {
      reinterpret_cast<float2*>(at + columns / 4)[i / 8] =
          make_float2(scale, __int_as_float(8 * sum));
    }
  }
  template <int N>
  __device__ __forceinline__ void dot(const uint4* w, int stride,
                                      const std::uint16_t* const (&scales)[2], int from, int count,
                                      float (&out)[N]) const {
#pragma unroll 2
    for (int c = threadIdx.x % 32; c < count; c += 32) {
      const int4 a = x[from + c], b = y[from + c];
      const float2 of = group[from + c];
#pragma unroll
      for (int r = 0; r < N; ++r) {
        const uint4 v = w[r * stride + c];
        int sum = -__float_as_int(of.y);
        sum = __dp4a(static_cast<int>(v.x & 0x0F0F0F0FU), a.x, sum);
        sum = __dp4a(static_cast<int>(v.y & 0x0F0F0F0FU), a.y, sum);
        sum = __dp4a(static_cast<int>(v.z & 0x0F0F0F0FU), a.z, sum);
        sum = __dp4a(static_cast<int>(v.w & 0x0F0F0F0FU), a.w, sum);
        int more = __dp4a(static_cast<int>(v.x >> 4 & 0x0F0F0F0FU), b.x, 0);
        more = __dp4a(static_cast<int>(v.y >> 4 & 0x0F0F0F0FU), b.y, more);
        more = __dp4a(static_cast<int>(v.z >> 4 & 0x0F0F0F0FU), b.z, more);
        more = __dp4a(static_cast<int>(v.w >> 4 & 0x0F0F0F0FU), b.w, more);
        out[r] = fmaf(static_cast<float>(sum + more), of.x * from_bf16(scales[r][c]), out[r]);
      }
    }
  }
};

#endif

}  // namespace sr::cuda::whole
