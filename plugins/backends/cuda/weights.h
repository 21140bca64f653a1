// weights.h - a description's weights on the device, as the kernels read them.
//
// weight_plan.h says what each is held in. Immutable after construction; any thread. Errors:
// BadOption("model", …), DeviceError.
#pragma once

#include <vector>

#include "description.h"
#include "format.h"
#include "kernels/kernels.h"
#include "progress.h"

namespace sr::cuda {

// How many bytes the weights will take on the device.
std::uint64_t weight_bytes(const hybrid::Description& description, hybrid::Format format);

class Weights {
 public:
  // `description` and the checkpoint behind it are read here only.
  Weights(Device& device, const hybrid::Description& description, hybrid::Format format,
          const hybrid::Progress::Say& say);

  const Matrix& matrix(hybrid::WeightId id) const { return matrices_[at(id)]; }
  const float* vector(hybrid::WeightId id) const {  // nullptr when there is none
    return id ? static_cast<const float*>(matrices_[at(id)].values) : nullptr;
  }
  // More numbers beside the weights.
  const float* keep(Device& device, const std::vector<float>& numbers);
  const Expert* keep(Device& device, const std::vector<Expert>& experts);
  std::uint64_t bytes() const noexcept { return memory_.size(); }

 private:
  static std::size_t at(hybrid::WeightId id) { return static_cast<std::size_t>(id.index); }

  std::vector<Matrix> matrices_;
  Memory memory_;
  std::vector<Memory> more_;
};

}  // namespace sr::cuda
