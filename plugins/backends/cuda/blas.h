// blas.h - dense products of many tokens by cuBLASLt, where the machine has it: it is looked for when
// the first device is opened, and nothing needs it.
//
// One thread. Errors: none; what it cannot do, it does not do.
#pragma once

#include <cstdint>
#include <memory>

namespace sr::cuda {

// y = alpha * x w^T + beta * y with w (rows, columns) and x (tokens, columns) in bfloat16, y (tokens,
// rows) in float32. The strides are elements from one row to the next.
struct Dense {
  const void *w, *x;
  float* y;
  int rows, columns, tokens;
  std::int64_t w_stride, x_stride, y_stride;
  float alpha, beta;
};

class Blas {
 public:
  virtual ~Blas() = default;
  // Enqueues it on a stream of CUDA. False, with nothing done, when it cannot.
  virtual bool multiply(const Dense&, void* stream) = 0;
};

// nullptr where the library is missing.
std::unique_ptr<Blas> find_blas();

}  // namespace sr::cuda
