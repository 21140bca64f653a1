#include "weights.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "quant.h"
#include "weight_plan.h"

namespace sr::cuda {

using hybrid::Format;
using hybrid::Weight;

namespace {

constexpr std::size_t kAlign = 256, kGroup = kGroupColumns;

std::size_t up(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

// How a weight lies in memory: values, then the scales of its groups.
struct Place {
  Format format = Format::kF32;
  bool turned = false;
  std::size_t rows = 0, columns = 0, stride = 0, groups = 0;  // as the kernels see it
  std::size_t values() const { return up(rows * stride, kAlign); }
  std::size_t bytes() const { return values() + up(rows * groups * 2, kAlign); }
};

Place place_of(const hybrid::WeightPlan& plan, const Weight& weight, int index) {
  Place out;
  out.format = plan.format(weight, index);
  out.turned = plan.turned(index);
  out.rows = static_cast<std::size_t>(out.turned ? weight.columns : weight.rows);
  out.columns = static_cast<std::size_t>(out.turned ? weight.rows : weight.columns);
  const bool matrix = weight.role == hybrid::Role::kMatrix;
  switch (out.format) {
    case Format::kF32: out.stride = matrix ? up(4 * out.columns, 16) : 4 * out.columns; break;
    case Format::kBF16: out.stride = up(2 * out.columns, 16); break;
    case Format::kInt8: out.stride = up(out.columns, kGroup); break;
    case Format::kInt4: out.stride = up(out.columns, kGroup) / 2; break;
  }
  if (out.format == Format::kInt8 || out.format == Format::kInt4) {
    out.groups = (out.columns + kGroup - 1) / kGroup;
  }
  return out;
}

// One row as the kernels read it: `values` and `scales` are zeros before.
void convert(const Weight& weight, const Place& place, std::size_t row, std::byte* values,
             std::uint16_t* scales) {
  const auto number = [&](std::size_t column) {
    const auto i = place.turned ? column * place.rows + row : row * place.columns + column;
    return hybrid::prepared(weight.role, hybrid::element(weight, i));
  };
  if (place.groups == 0) {
    for (std::size_t i = 0; i < place.columns; ++i) {
      const float value = number(i);
      if (place.format == Format::kF32) {
        std::memcpy(values + 4 * i, &value, 4);
      } else {
        const auto half = hybrid::to_bf16(value);
        std::memcpy(values + 2 * i, &half, 2);
      }
    }
    return;
  }
  for (std::size_t group = 0; group < place.groups; ++group) {
    float from[kGroup] = {};
    std::int8_t to[kGroup];
    const auto first = group * kGroup, count = std::min(kGroup, place.columns - first);
    for (std::size_t i = 0; i < count; ++i) from[i] = number(first + i);
    if (place.format == Format::kInt8) {
      scales[group] = hybrid::quantise_int8(from, kGroup, to);
      std::memcpy(values + first, to, kGroup);
      continue;
    }
    scales[group] = hybrid::quantise_int4(from, kGroup, to);
    for (std::size_t i = 0; i < kGroup / 2; ++i) {
      values[first / 2 + i] =
          static_cast<std::byte>((to[i] + 8) | (to[i + kGroup / 2] + 8) << 4);
    }
  }
}

// Calls fn(row) for all of them; many threads share them, since large models take long.
template <class Fn>
void each_row(std::size_t rows, std::size_t columns, const Fn& fn) {
  constexpr std::size_t kWorth = std::size_t{1} << 18;
  const auto most = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 32);
  const auto count = std::clamp<std::size_t>(rows * columns / kWorth, 1, std::min(most, rows));
  std::vector<std::thread> threads;
  const auto part = [&](std::size_t i) {
    for (auto row = rows * i / count; row < rows * (i + 1) / count; ++row) fn(row);
  };
  for (std::size_t i = 1; i < count; ++i) threads.emplace_back(part, i);
  part(0);
  for (auto& thread : threads) thread.join();
}

// Is a row on the device what the file has?
bool same(const Weight& weight, const Place& place) {
  const bool plain =
      weight.role == hybrid::Role::kMatrix || weight.role == hybrid::Role::kVector;
  const auto bytes = place.format == Format::kF32 ? 4U : 2U;
  const auto type = place.format == Format::kF32    ? hybrid::DType::kF32
                    : place.format == Format::kBF16 ? hybrid::DType::kBF16
                                                    : hybrid::DType::kOther;
  return plain && !place.turned && weight.type == type && place.stride == bytes * place.columns;
}

Kind kind_of(Format format) { return static_cast<Kind>(format); }
static_assert(static_cast<int>(Format::kInt4) == static_cast<int>(Kind::kInt4));

}  // namespace

std::uint64_t weight_bytes(const hybrid::Description& description, Format format) {
  const hybrid::WeightPlan plan(description, format);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < description.weights.size(); ++i) {
    out += place_of(plan, description.weights[i], static_cast<int>(i)).bytes();
  }
  return out;
}

Weights::Weights(Device& device, const hybrid::Description& description, Format format,
                 const hybrid::Progress::Say& say) {
  const hybrid::WeightPlan plan(description, format);
  const auto stored = hybrid::stored_bytes(description);
  hybrid::Progress checked("checking the weights", stored, say);
  for (const auto& weight : description.weights) {
    hybrid::check_finite(weight);
    checked.add(weight.bytes());
  }
  memory_ = Memory(device, weight_bytes(description, format));
  hybrid::Progress moved("moving the weights to the device", stored, say);
  std::vector<std::byte> staged;
  auto* at = memory_.data();
  for (std::size_t i = 0; i < description.weights.size(); ++i) {
    const auto& weight = description.weights[i];
    const auto place = place_of(plan, weight, static_cast<int>(i));
    auto* const scales = at + place.values();
    if (same(weight, place)) {
      device.copy_in(at, weight.data, weight.bytes());
    } else {
      // Some rows at a time, which need not fit into the host's memory beside the file.
      constexpr std::size_t kStaged = std::size_t{64} << 20;
      const auto step = std::max<std::size_t>(1, kStaged / (place.stride + 2 * place.groups));
      for (std::size_t first = 0; first < place.rows; first += step) {
        const auto count = std::min(step, place.rows - first);
        const auto values = up(count * place.stride, 2);
        staged.assign(values + 2 * count * place.groups, std::byte{0});
        auto* const staged_scales = reinterpret_cast<std::uint16_t*>(staged.data() + values);
        each_row(count, place.columns, [&](std::size_t row) {
          convert(weight, place, first + row, staged.data() + row * place.stride,
                  staged_scales + row * place.groups);
        });
        device.copy_in(at + first * place.stride, staged.data(), count * place.stride);
        if (place.groups > 0) {
          device.copy_in(scales + 2 * first * place.groups, staged_scales,
                         2 * count * place.groups);
        }
      }
    }
    Matrix out;
    out.values = at;
    out.scales = reinterpret_cast<const std::uint16_t*>(scales);
    out.rows = static_cast<std::int32_t>(place.rows);
    out.columns = static_cast<std::int32_t>(place.columns);
    out.stride = static_cast<std::int64_t>(place.stride);
    out.kind = kind_of(place.format);
    matrices_.push_back(out);
    at += place.bytes();
    moved.add(weight.bytes());
  }
  device.wait();
}

const float* Weights::keep(Device& device, const std::vector<float>& numbers) {
  if (numbers.empty()) return nullptr;
  more_.emplace_back(device, numbers.size() * sizeof(float));
  device.copy_in(more_.back().data(), numbers.data(), numbers.size() * sizeof(float));
  return reinterpret_cast<const float*>(more_.back().data());
}

const Expert* Weights::keep(Device& device, const std::vector<Expert>& experts) {
  more_.emplace_back(device, experts.size() * sizeof(Expert));
  device.copy_in(more_.back().data(), experts.data(), experts.size() * sizeof(Expert));
  return reinterpret_cast<const Expert*>(more_.back().data());
}

}  // namespace sr::cuda
