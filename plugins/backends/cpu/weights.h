// weights.h - a description's weights as the kernels read them.
//
// Float32 that the file holds and f32 asks for stays mapped; the rest is copied or converted once.
// weight_plan.h says what each is held in. Immutable after construction; any thread. Errors:
// BadOption("model", …), std::bad_alloc when the machine has too little memory left.
#pragma once

#include <vector>

#include "description.h"
#include "kernels/kernels.h"
#include "packed.h"
#include "pages.h"
#include "progress.h"
#include "team.h"

namespace sr::cpu {

struct Matrix {  // (rows, columns), one of the three
  const float* f32 = nullptr;
  const std::uint16_t* bf16 = nullptr;
  const std::uint8_t* packed = nullptr;
  Format format = Format::kF32;
  std::int64_t rows = 0, columns = 0;
  std::size_t bytes = 0;
  std::size_t row_bytes = 0;
  hybrid::WeightId next;  // the matrix that a forward reads after this one

  // Where 16 rows begin; `first` is a multiple of 16.
  const std::byte* row(std::size_t first) const noexcept {
    const void* const start = packed != nullptr ? static_cast<const void*>(packed)
                              : bf16 != nullptr ? static_cast<const void*>(bf16)
                                                : f32;
    return static_cast<const std::byte*>(start) + first * row_bytes;
  }
};

class Weights {
 public:
  // `description` and the checkpoint behind it must outlive this; packed for these kernels. `say`
  // hears how far it is when it takes long.
  Weights(const hybrid::Description& description, Format format, const Kernels& kernels, Team& team,
          const hybrid::Progress::Say& say = {});

  const Matrix& matrix(hybrid::WeightId id) const { return matrices_[at(id)]; }
  const float* vector(hybrid::WeightId id) const {  // nullptr when there is none
    return id ? matrices_[at(id)].f32 : nullptr;
  }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  static std::size_t at(hybrid::WeightId id) { return static_cast<std::size_t>(id.index); }

  std::vector<Matrix> matrices_;
  Pages pages_;  // all that is not mapped
  std::uint64_t bytes_ = 0;
};

// How a matrix of int8 or int4 was packed for these kernels.
Packing packing(const Matrix& matrix, const Kernels& kernels) noexcept;

}  // namespace sr::cpu
