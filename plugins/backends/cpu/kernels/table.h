// table.h - the table of one target; the last include of its source file, after its dot_*.h.
#pragma once

#include "attend.h"
#include "dense.h"
#include "elementwise.h"
#include "grouped.h"
#include "recurrent_kernels.h"

namespace sr::cpu {
namespace {

constexpr Kernels table(const char* name) {
  return {.name = name,
          .lanes = kLanes,
          .product_f32 = dense<float>,
          .product_bf16 = dense<std::uint16_t>,
          .product_int8 = grouped<Int8>,
          .product_int4 = grouped<Int4>,
          .quantise = quantise,
          .dot = dot,
          .rms_norm = rms_norm,
          .softmax = softmax,
          .add_scaled = add_scaled,
          .scale = scale,
          .multiply = multiply,
          .silu_multiply = silu_multiply,
          .softplus = softplus,
          .exponential = exponential,
          .convolve = convolve,
          .scan1 = scan1,
          .scan2 = scan2,
          .delta = delta,
          .attend = attend};
}

}  // namespace
}  // namespace sr::cpu
