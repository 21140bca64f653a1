// packed.h - int8 and int4 matrices in the order in which the kernels read them.
//
// A block holds as many rows as a vector of the chosen kernels has lanes; the last one is filled up
// with rows of zeros. A block is a run of records, one for every 64 columns (filled up with zeros):
//
//   scales   bfloat16 (2 groups, lanes)
//   group 0  int8: bytes (8, lanes, 4), value + 128
//            int4: bytes (4, lanes, 4): value + 8 of columns 8 q + i in the low and of columns
//            8 q + 4 + i in the high half of byte (q, lane, i)
//   group 1  the same, of the next 32 columns
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format.h"

namespace sr::cpu {

using hybrid::Format;

struct Packing {
  Format format;  // kInt8 or kInt4
  std::size_t lanes, columns;

  std::size_t records() const noexcept;
  std::size_t block_bytes() const noexcept;
  std::size_t bytes(std::size_t rows) const noexcept;

  // `rows` holds `lanes` rows of records() * 64 numbers, the missing ones zeros.
  void pack(const float* rows, std::uint8_t* block) const noexcept;
  // One row of a packed matrix as numbers.
  void unpack(const std::uint8_t* matrix, std::size_t row, float* out) const noexcept;
};

}  // namespace sr::cpu
