// products.h - what a call's rows and matrices are to the kernels, and products of the two. The rules
// of kernels.h.
#pragma once

#include <cstdint>

#include "device.h"

namespace sr::cuda {

inline constexpr int kBlockRows = 64;  // tokens of a block of keys and values

// One sequence of a call.
struct Part {
  const float* before;  // its recurrence's array, which the call follows from,
  float* after;         // and where the next one is written; another place
  std::int64_t length;  // tokens read before
  std::int64_t pinned;  // the first tokens that are seen whatever the window is
  std::int64_t pinned_blocks, dropped;  // of State
  std::int32_t first, count;            // its rows; count 0: not there
  std::int32_t blocks;                  // its first one in Batch::blocks
  std::int32_t spare;
};
struct Batch {
  int rows, parts;              // that there is room for
  const std::int32_t* ids;      // (rows)
  const std::int32_t* owners;   // (rows), index of a part; -1: not there
  const Part* part;             // (parts)
  float* const* blocks;         // of all parts
};

enum class Kind : int { kF32, kBF16, kInt8, kInt4 };
inline constexpr int kGroupColumns = 32;  // that share a scale

// Row-major, rows of `stride` bytes, filled up with zeros to a multiple of 16 bytes and of a group.
// int8: signed; int4: value + 8, of 32 columns the first 16 in the low and the others in the high
// halves of 16 bytes.
struct Matrix {
  const void* values = nullptr;
  const std::uint16_t* scales = nullptr;  // bfloat16 (rows, groups)
  std::int32_t rows = 0, columns = 0;
  std::int64_t stride = 0;
  Kind kind = Kind::kF32;
};
struct Expert {  // as the experts' kernels find it
  const void* values;
  const std::uint16_t* scales;
  const float* bias;
};

struct Target {
  Matrix matrix;
  const float* bias = nullptr;
  float* y = nullptr;  // (rows of x, stride)
  std::int64_t stride = 0;
  float scale = 1;  // of what is written or added
  float* const* lines = nullptr;  // instead of y: where each row goes
  // As bfloat16 in rows of so many instead, for a product behind this one; of several rows only.
  std::uint16_t* half = nullptr;
  std::int64_t half_stride = 0;
};
struct Then {  // a convolution of one token of one sequence
  const float* weight;  // (kernel, channels)
  const float* bias;
  float* y;  // (channels)
  const Part* part = nullptr;  // none: no convolution
  std::int64_t slot;  // its first float in the part's array
  int channels, kernel;
  bool silu;
};
struct Product {
  enum class Mode : int {
    kStore,
    kAdd,       // y += scale * result
    kGated,     // outputs[0] = act(gate_scale * result of outputs[0]) * result of outputs[1]
    kActivate,  // outputs[0] = act(result)
  };
  Target outputs[5];
  int count = 1;
  Mode mode = Mode::kStore;
  bool relu2 = false;  // instead of SiLU
  float gate_scale = 1;

  const float* x = nullptr;  // (rows, x_stride)
  std::int64_t x_stride = 0;
  int rows = 0;
  const std::int32_t* x_rows = nullptr;  // which row of x each is; nullptr: in order
  float x_scale = 1;  // of x, after its norm
  const std::uint16_t* half = nullptr;  // instead of x: (rows, rounded_width()), bfloat16
  // RMS norm of x first, with a weight or without; eps < 0: none.
  const float* norm = nullptr;
  float eps = -1;

  // Experts: row i is for experts[i] (-1: none) and reads row i / share of x.
  const std::int32_t* experts = nullptr;
  const Expert* table[2] = {};  // (experts), of outputs[0] and outputs[1]
  int share = 1;

  // With one row and at most 4 taps: the results from `then_first` on go through a convolution as well.
  Then then{};
  int then_first = 0;
};
// One row after the other: the fastest way for one, and for float32 and experts the only one.
void multiply(Device&, const Product&);

// Several rows at once, for the other kinds: what that needs beside the product.
struct Rounded {
  const std::uint16_t* x;  // (rows, width), bfloat16
  int width;               // rounded_width()
  float* partial;          // (partial_floats())
  unsigned* counters;      // (kCounters), zeros before and after
};
inline constexpr std::size_t kCounters = 4096;
int rounded_width(int columns);
std::size_t partial_floats(const Device&, const Product&);
// From r.x on; p.x must have been rounded into it.
void multiply(Device&, const Product&, const Rounded& r);
// x through its norm as bfloat16, in rows of rounded_width() filled up with zeros.
void round(Device&, const Product&, std::uint16_t* out, int width);

// For products by a library: int8 or int4 as bfloat16 (rows, width) …
void widen(Device&, const Matrix&, std::uint16_t* out, int width);
// … and act(gate_scale * gate) * up, all (rows, size), to y or as bfloat16 to half.
struct Activating {
  const float *gate, *up;  // up may be nullptr
  float* y;
  std::uint16_t* half;
  std::int64_t y_stride;
  int rows, size;
  bool relu2;
  float gate_scale, scale;
};
void activate(Device&, const Activating&);

}  // namespace sr::cuda
