#include "weights.h"

#include <algorithm>
#include <cstring>

#include "memory.h"
#include "quant.h"
#include "weight_plan.h"

namespace sr::cpu {

using hybrid::DType;
using hybrid::element;
using hybrid::prepared;
using hybrid::Role;
using hybrid::Weight;

static_assert(kRecord == hybrid::kLeastColumns, "shorter rows are not packed");

namespace {

bool aligned(const Weight& weight) noexcept {
  return reinterpret_cast<std::uintptr_t>(weight.data) % hybrid::bytes_of(weight.type) == 0;
}

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
  const hybrid::WeightPlan plan(description, format);
  std::vector<std::size_t> places;
  std::size_t size = 0;
  const auto stored = hybrid::stored_bytes(description);
  hybrid::Progress checked("checking the weights", stored, say);
  for (const auto& weight : description.weights) {
    hybrid::check_finite(weight);
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
