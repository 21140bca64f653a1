#include "weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "config_file.h"
#include "memory.h"
#include "quant.h"

namespace sr::cpu {

using hybrid::DType;
using hybrid::from_bf16;
using hybrid::Role;
using hybrid::Weight;

namespace {

float from_f16(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000U) << 16, exponent = (bits >> 10) & 31U;
  const std::uint32_t fraction = bits & 1023U;
  if (exponent == 0) {
    const float small = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -small : small;
  }
  const std::uint32_t high = exponent == 31 ? 255U : exponent + 112U;
  return std::bit_cast<float>(sign | (high << 23) | (fraction << 13));
}

float element(const Weight& weight, std::size_t i) noexcept {
  if (weight.type == DType::kF32) {
    float value;
    std::memcpy(&value, weight.data + 4 * i, 4);
    return value;
  }
  std::uint16_t bits;
  std::memcpy(&bits, weight.data + 2 * i, 2);
  return weight.type == DType::kBF16 ? from_bf16(bits) : from_f16(bits);
}

float prepared(Role role, float value) noexcept {
  if (role == Role::kDecay) return -std::exp(value);
  return role == Role::kPlusOne ? 1 + value : value;
}

bool aligned(const Weight& weight) noexcept {
  return reinterpret_cast<std::uintptr_t>(weight.data) % hybrid::bytes_of(weight.type) == 0;
}

// The first element that is infinite or no number (all its exponent's bits are set), or `count`.
template <class Bits>
std::size_t first_not_finite(const std::byte* data, std::size_t count, Bits exponent) noexcept {
  constexpr std::size_t kBlock = 4096;
  for (std::size_t first = 0; first < count; first += kBlock) {
    const auto end = std::min(count, first + kBlock);
    bool bad = false;  // of a whole block at once, which the compiler turns into vectors
    for (auto i = first; i < end; ++i) {
      Bits bits;
      std::memcpy(&bits, data + i * sizeof(Bits), sizeof(Bits));
      bad |= (bits & exponent) == exponent;
    }
    for (auto i = first; bad && i < end; ++i) {
      Bits bits;
      std::memcpy(&bits, data + i * sizeof(Bits), sizeof(Bits));
      if ((bits & exponent) == exponent) return i;
    }
  }
  return count;
}

void check_finite(const Weight& weight) {
  const auto count = weight.count();
  const auto at = weight.type == DType::kF32
                      ? first_not_finite<std::uint32_t>(weight.data, count, 0x7F800000U)
                  : weight.type == DType::kBF16
                      ? first_not_finite<std::uint16_t>(weight.data, count, 0x7F80U)
                      : first_not_finite<std::uint16_t>(weight.data, count, 0x7C00U);
  if (at == count) return;
  hybrid::refuse(weight.file, "tensor " + weight.name + " holds " +
                                  std::to_string(element(weight, at)) + " at element " +
                                  std::to_string(at) + "; the file is damaged");
}

// How each weight is held: matrices as asked, except for what needs more bits.
class Plan {
 public:
  Plan(const hybrid::Description& d, Format asked) : asked_(asked) {
    int8_.insert(d.embedding.index);
    int8_.insert(d.head.weight.index);
    for (const auto& layer : d.layers) {
      for (const auto& branch : layer.branches) {
        if (const auto* m = std::get_if<hybrid::Mamba1>(&branch.mixer)) {
          int8_.insert({m->x.weight.index, m->dt.weight.index});
        }
        std::visit(
            [&]<class M>(const M& mixer) {
              if constexpr (!std::is_same_v<M, hybrid::Attention>) {
                turned_.insert(mixer.conv.weight.index);
              }
            },
            branch.mixer);
      }
      if (const auto* moe = std::get_if<hybrid::Moe>(&layer.feed_forward)) {
        bf16_.insert(moe->router.weight.index);
        if (moe->shared_gate) bf16_.insert(moe->shared_gate->weight.index);
      }
    }
  }

  bool turned(int index) const { return turned_.contains(index); }

  Format format(const Weight& weight, int index) const {
    if (weight.role != Role::kMatrix) return Format::kF32;
    if (asked_ == Format::kF32 || asked_ == Format::kBF16) return asked_;
    if (bf16_.contains(index) || weight.columns < static_cast<std::int64_t>(kRecord)) {
      return Format::kBF16;
    }
    return int8_.contains(index) ? Format::kInt8 : asked_;
  }

 private:
  Format asked_;
  std::set<int> int8_, bf16_;  // indices of weights that need at least that
  std::set<int> turned_;       // (columns, rows), so that channels lie beside each other
};

// Do the kernels read it where the file is mapped? bfloat16 matrices, which are what large models
// come in, are copied to huge pages all the same: one thread reads them a fifth faster there.
bool stays_mapped(const Weight& weight, Format format, bool turned) {
  const bool plain = weight.role == Role::kMatrix || weight.role == Role::kVector;
  return plain && format == Format::kF32 && weight.type == DType::kF32 && !turned &&
         aligned(weight);
}

void convert(const Weight& weight, Format format, bool turned, Team& team, std::byte* to) {
  const auto rows = static_cast<std::size_t>(weight.rows);
  const auto columns = static_cast<std::size_t>(weight.columns);
  if (format == Format::kBF16 && weight.type == DType::kBF16) {
    team.each(weight.count(), std::size_t{1} << 20, [&](std::size_t first, std::size_t last) {
      std::memcpy(to + 2 * first, weight.data + 2 * first, 2 * (last - first));
    });
    return;
  }
  team.each(weight.count(), std::size_t{1} << 16, [&](std::size_t first, std::size_t last) {
    for (auto i = first; i < last; ++i) {
      const float value = prepared(weight.role, element(weight, i));
      const auto place = turned ? i % columns * rows + i / columns : i;
      if (format == Format::kF32) {
        std::memcpy(to + 4 * place, &value, 4);
      } else {
        const auto half = hybrid::to_bf16(value);
        std::memcpy(to + 2 * place, &half, 2);
      }
    }
  });
}

void pack(const Weight& weight, const Packing& packing, Team& team, std::byte* to) {
  const auto rows = static_cast<std::size_t>(weight.rows);
  const auto width = packing.records() * kRecord, floats = packing.lanes * width;
  const auto blocks = (rows + packing.lanes - 1) / packing.lanes;
  const auto grain = blocks / 16 + 1;
  std::vector<float> buffers((blocks + grain - 1) / grain * floats);
  team.each(blocks, grain, [&](std::size_t first_block, std::size_t last_block) {
    float* const buffer = buffers.data() + first_block / grain * floats;
    for (auto block = first_block; block < last_block; ++block) {
      for (std::size_t lane = 0; lane < packing.lanes; ++lane) {
        const auto row = block * packing.lanes + lane;
        float* const line = buffer + lane * width;
        for (std::size_t i = 0; i < packing.columns; ++i) {
          line[i] = row < rows ? element(weight, row * packing.columns + i) : 0;
        }
      }
      packing.pack(buffer,
                   reinterpret_cast<std::uint8_t*>(to) + block * packing.block_bytes());
    }
  });
}

// The matrices that every token reads, in that order.
std::vector<hybrid::WeightId> reading_order(const hybrid::Description& d) {
  std::vector<hybrid::WeightId> out;
  const auto read = [&](std::initializer_list<hybrid::Linear> linears) {
    for (const auto& linear : linears) {
      if (linear.weight) out.push_back(linear.weight);
    }
  };
  const auto read_mixer = [&]<class M>(const M& m) {
    if constexpr (std::is_same_v<M, hybrid::Attention>) {
      read({m.q, m.k, m.v, m.o});
    } else if constexpr (std::is_same_v<M, hybrid::Mamba1>) {
      read({m.in, m.x, m.dt, m.out});
    } else if constexpr (std::is_same_v<M, hybrid::GatedDelta>) {
      read({m.qkvz, m.ba, m.out});
    } else {
      read({m.in, m.out});
    }
  };
  for (const auto& layer : d.layers) {
    for (const auto& branch : layer.branches) std::visit(read_mixer, branch.mixer);
    if (const auto* mlp = std::get_if<hybrid::Mlp>(&layer.feed_forward)) {
      if (mlp->gate) read({*mlp->gate});
      read({mlp->up, mlp->down});
    } else if (const auto* moe = std::get_if<hybrid::Moe>(&layer.feed_forward)) {
      read({moe->router});
    }
  }
  read({d.head});
  return out;
}

}  // namespace

Weights::Weights(const hybrid::Description& description, Format format, const Kernels& kernels,
                 Team& team, const hybrid::Progress::Say& say) {
  constexpr std::size_t kLine = 64, kMapped = SIZE_MAX;
  const Plan plan(description, format);
  std::vector<std::size_t> places;
  std::size_t size = 0;
  const auto stored = hybrid::stored_bytes(description);
  hybrid::Progress checked("checking the weights", stored, say);
  for (const auto& weight : description.weights) {
    check_finite(weight);
    checked.add(weight.bytes());
    const auto index = static_cast<int>(matrices_.size());
    Matrix out;
    out.rows = weight.rows;
    out.columns = weight.columns;
    out.format = plan.format(weight, index);
    const auto rows = static_cast<std::size_t>(out.rows);
    const auto columns = static_cast<std::size_t>(out.columns);
    if (out.format == Format::kF32 || out.format == Format::kBF16) {
      out.row_bytes = (out.format == Format::kF32 ? 4 : 2) * columns;
      out.bytes = rows * out.row_bytes;
    } else {
      const auto how = packing(out, kernels);
      out.row_bytes = how.block_bytes() / how.lanes;
      out.bytes = how.bytes(rows);
    }
    bytes_ += out.bytes;
    const bool mapped = stays_mapped(weight, out.format, plan.turned(index));
    places.push_back(mapped ? kMapped : size);
    if (!mapped) size += (out.bytes + kLine - 1) / kLine * kLine;
    matrices_.push_back(out);
  }
  // Linux gives what it does not have, and ends the process that uses it.
  if (size > hybrid::available_memory()) throw std::bad_alloc();
  pages_ = Pages(size);
  hybrid::Progress converted("converting the weights", stored, say);
  team.be_patient(true);
  for (std::size_t i = 0; i < matrices_.size(); ++i) {
    const auto& weight = description.weights[i];
    auto& out = matrices_[i];
    auto* const to = pages_.data() + (places[i] == kMapped ? 0 : places[i]);
    const auto* const at = places[i] == kMapped ? weight.data : to;
    const bool grouped = out.format == Format::kInt8 || out.format == Format::kInt4;
    if (grouped) {
      pack(weight, packing(out, kernels), team, to);
      out.packed = reinterpret_cast<const std::uint8_t*>(at);
    } else {
      if (at == to) convert(weight, out.format, plan.turned(static_cast<int>(i)), team, to);
      if (out.format == Format::kF32) out.f32 = reinterpret_cast<const float*>(at);
      if (out.format == Format::kBF16) out.bf16 = reinterpret_cast<const std::uint16_t*>(at);
    }
    converted.add(weight.bytes());
  }
  team.be_patient(false);
  const auto order = reading_order(description);
  for (std::size_t i = 0; i < order.size(); ++i) {
    matrices_[at(order[i])].next = order[(i + 1) % order.size()];
  }
}

Packing packing(const Matrix& matrix, const Kernels& kernels) noexcept {
  return {matrix.format, kernels.lanes, static_cast<std::size_t>(matrix.columns)};
}

}  // namespace sr::cpu
