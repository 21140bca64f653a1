#include "packed.h"

#include <cstring>

#include "kernels/kernels.h"
#include "quant.h"

namespace sr::cpu {

namespace {

std::size_t scale_bytes(std::size_t lanes) { return 2 * 2 * lanes; }

std::size_t group_bytes(Format format, std::size_t lanes) {
  return format == Format::kInt8 ? kGroup * lanes : kGroup * lanes / 2;
}

// Where column i of a group lies for a lane.
std::size_t byte_of(Format format, std::size_t lanes, std::size_t lane, std::size_t i) {
  const auto quad = format == Format::kInt8 ? i / 4 : i / 8;
  return (quad * lanes + lane) * 4 + i % 4;
}

bool in_high_half(std::size_t i) { return i / 4 % 2 != 0; }

}  // namespace

std::size_t Packing::records() const noexcept { return (columns + kRecord - 1) / kRecord; }

std::size_t Packing::block_bytes() const noexcept {
  return records() * (scale_bytes(lanes) + 2 * group_bytes(format, lanes));
}

std::size_t Packing::bytes(std::size_t rows) const noexcept {
  return (rows + lanes - 1) / lanes * block_bytes();
}

void Packing::pack(const float* rows, std::uint8_t* block) const noexcept {
  const auto width = records() * kRecord;
  std::int8_t values[kGroup];
  for (std::size_t record = 0; record < records(); ++record) {
    auto* const scales = block;
    block += scale_bytes(lanes);
    for (std::size_t half = 0; half < 2; ++half, block += group_bytes(format, lanes)) {
      std::memset(block, 0, group_bytes(format, lanes));
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const float* const from = rows + lane * width + record * kRecord + half * kGroup;
        const bool wide = format == Format::kInt8;
        const auto scale = wide ? hybrid::quantise_int8(from, kGroup, values)
                                : hybrid::quantise_int4(from, kGroup, values);
        std::memcpy(scales + 2 * (half * lanes + lane), &scale, 2);
        for (std::size_t i = 0; i < kGroup; ++i) {
          const int code = values[i] + (wide ? 128 : 8);
          block[byte_of(format, lanes, lane, i)] |=
              static_cast<std::uint8_t>(!wide && in_high_half(i) ? code << 4 : code);
        }
      }
    }
  }
}

void Packing::unpack(const std::uint8_t* matrix, std::size_t row, float* out) const noexcept {
  const auto* block = matrix + row / lanes * block_bytes();
  const auto lane = row % lanes;
  for (std::size_t column = 0; column < columns;) {
    const auto* const scales = block;
    block += scale_bytes(lanes);
    for (std::size_t half = 0; half < 2; ++half, block += group_bytes(format, lanes)) {
      std::uint16_t scale;
      std::memcpy(&scale, scales + 2 * (half * lanes + lane), 2);
      for (std::size_t i = 0; i < kGroup && column < columns; ++i, ++column) {
        const int code = block[byte_of(format, lanes, lane, i)];
        const int value = format == Format::kInt8 ? code - 128
                          : in_high_half(i)       ? (code >> 4) - 8
                                                  : (code & 15) - 8;
        out[column] = static_cast<float>(value) * hybrid::from_bf16(scale);
      }
    }
  }
}

}  // namespace sr::cpu
