// number.cuh - one number of a matrix, of any kind.
#pragma once

#include "common.cuh"

namespace sr::cuda {

__device__ inline float number(const Matrix& m, std::int64_t row, int column) {
  const auto* const line = static_cast<const std::byte*>(m.values) + row * m.stride;
  const auto scale = [&] {
    const int groups = (m.columns + kGroupColumns - 1) / kGroupColumns;
    return from_bf16(m.scales[row * groups + column / kGroupColumns]);
  };
  switch (m.kind) {
    case Kind::kF32:
      return reinterpret_cast<const float*>(line)[column];
    case Kind::kBF16:
      return from_bf16(reinterpret_cast<const std::uint16_t*>(line)[column]);
    case Kind::kInt8:
      return reinterpret_cast<const std::int8_t*>(line)[column] * scale();
    case Kind::kInt4: {
      const auto byte = static_cast<std::uint8_t>(line[column / 32 * 16 + column % 16]);
      return ((column % 32 < 16 ? byte & 15 : byte >> 4) - 8) * scale();
    }
  }
  return 0;
}

}  // namespace sr::cuda
