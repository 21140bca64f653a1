#include "bandwidth.h"

#include "kernels/common.cuh"

namespace sr::cuda {

namespace {

__global__ void __launch_bounds__(512) read_kernel(const uint4* at, std::int64_t count,
                                                   float* out) {
  constexpr int kAhead = 8;
  unsigned sum = 0;
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i + (kAhead - 1) * step < count; i += kAhead * step) {
    uint4 some[kAhead];
#pragma unroll
    for (int k = 0; k < kAhead; ++k) some[k] = at[i + k * step];
#pragma unroll
    for (int k = 0; k < kAhead; ++k) sum ^= some[k].x ^ some[k].y ^ some[k].z ^ some[k].w;
  }
  for (; i < count; i += step) sum ^= at[i].x;
  if (sum == 0x12345678U) *out = 1;  // so that nothing is left out
}

}  // namespace

void read_all(Device& device, const void* at, std::uint64_t bytes, float* out) {
  launch(device, read_kernel,
         {static_cast<unsigned>(device.facts().multiprocessors) * 4, 1, 1, 512, 0},
         static_cast<const uint4*>(at), static_cast<std::int64_t>(bytes / 16), out);
}

}  // namespace sr::cuda
