// weights.h - a description's weights as the kernels read them.
//
// What the file already holds as asked (float32 for f32, bfloat16 for bf16) stays mapped; the rest
// is converted once. Immutable after construction; any thread. Errors: BadOption("model", …).
#pragma once

#include <vector>

#include "description.h"

namespace sr::cpu {

enum class Format { kF32, kBF16 };

struct Matrix {  // (rows, columns), one of the two
  const float* f32 = nullptr;
  const std::uint16_t* bf16 = nullptr;
  std::int64_t rows = 0, columns = 0;
};

class Weights {
 public:
  // `description` and the checkpoint behind it must outlive this.
  Weights(const hybrid::Description& description, Format format);

  const Matrix& matrix(hybrid::WeightId id) const { return matrices_[at(id)]; }
  const float* vector(hybrid::WeightId id) const {  // nullptr when there is none
    return id ? matrices_[at(id)].f32 : nullptr;
  }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  static std::size_t at(hybrid::WeightId id) { return static_cast<std::size_t>(id.index); }

  std::vector<Matrix> matrices_;
  std::vector<std::vector<float>> floats_;
  std::vector<std::vector<std::uint16_t>> halves_;
  std::uint64_t bytes_ = 0;
};

float from_bf16(std::uint16_t bits) noexcept;
std::uint16_t to_bf16(float value) noexcept;  // nearest, ties to even

}  // namespace sr::cpu
