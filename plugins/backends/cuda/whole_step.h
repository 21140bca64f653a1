// whole_step.h - a forward of one token as the list that kernels/whole.h runs: built once, by what
// would have launched its kernels.
//
// Memory that is written is remembered by where it would have been, and has a new place each time.
// add() may be told what it cannot do; then possible() says no. Errors: DeviceError.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "description.h"
#include "kernels/whole.h"

namespace sr::cuda {

class WholeStep {
 public:
  // Can this device do all that such a model needs?
  static bool serves(const Device& device, const hybrid::Description& description);

  explicit WholeStep(Device& device) : device_(device) {}

  void add(const Embedding&);
  void add(const Product&);
  void add(const Step1&);
  void add(const Scan2&);
  void add(const GateNorm&);
  void add(const Attending&);
  void close();  // nothing more comes
  bool possible() const noexcept { return possible_; }

  void run(const Batch& batch, float* const* lines);

 private:
  struct Held {
    std::size_t count;
    std::int32_t at;
  };
  struct Gated {  // what becomes of x in the product behind it
    const float* y;
    std::int32_t gate;
    const float* weight;
    float eps;
    bool norm_first;
  };
  std::int32_t write(const float* where, std::size_t count);
  std::int32_t read(const float* where, std::size_t count);
  WholeRows rows_of(const Matrix& matrix);

  Device& device_;
  bool possible_ = true;
  bool scales_ = false;
  std::map<const float*, Held> held_;
  std::optional<Gated> gated_;
  std::vector<WholeOp> ops_;
  std::vector<WholeRows> rows_;
  std::int64_t values_ = 0;
  int x_floats_ = 0, sums_ = 0;
  Memory ops_memory_, rows_memory_, values_memory_;
  Whole whole_{};
};

}  // namespace sr::cuda
