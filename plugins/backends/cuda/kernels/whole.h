// whole.h - a step of one token of one sequence as one kernel: a list of operations that all blocks
// of the device go through together. The rules of kernels.h.
//
// What an operation writes has a place of its own among the kernel's values, which are all marked
// as not there yet when the kernel starts; whoever reads one waits until it is there, so that
// blocks never meet. Weights come through a ring in shared memory that runs ahead of the
// operations.
#pragma once

#include "kernels.h"
#include "limits.h"

namespace sr::cuda {

struct alignas(16) WholeRows {  // of one matrix, one behind the other
  const std::byte* values;
  const std::uint16_t* scales;
  std::int32_t rows, row_bytes, groups;
  std::int32_t parts;          // that a row is taken in, two rows at a time
  std::int32_t parts_inverse;  // 65536 / parts, rounded up
  std::int32_t turn;           // of the blocks
};

struct WholeProduct {
  struct Output {
    const float* bias;
    std::int32_t y;  // where it is among the values
    std::int32_t rows, parts;
    float scale;
  };
  Output outputs[5];
  const float *norm, *then_weight, *then_bias;
  std::int64_t then_slot;
  std::int32_t count, kind, mode, relu2;
  std::int32_t first;  // where its rows are in Whole::rows
  std::int32_t x, columns;
  std::int32_t gate;       // x is multiplied by SiLU of it; -1: none
  std::int32_t gate_late;  // behind its norm, not before
  std::int32_t before;     // kAdd: what it is added to; else -1
  std::int32_t lines;      // the row goes where the call says
  float gate_scale, x_scale, eps;
  std::int32_t then_first, then_channels, then_kernel, then_silu, then_y;
};
struct WholeStep1 {  // as Step1
  WholeRows dt;
  std::int32_t kind, inner, state, rank;
  const float *dt_bias, *norms[3], *decay, *skip;
  std::int64_t slot;
  float eps[3];
  std::int32_t parts, u, gate, y;
};
struct WholeScan2 {
  Scan2 scan;
  std::int32_t xbc, dt, y;
};
struct WholeAttending {
  Attending attending;
  std::int32_t q, k, v, y;
};
struct alignas(16) WholeOp {
  enum class Type : std::int32_t { kProduct, kStep1, kScan2, kAttend } type;
  union {
    WholeProduct product;
    WholeStep1 step1;
    WholeScan2 scan2;
    WholeAttending attend;
  };
};

struct Whole {
  const WholeOp* ops;
  const WholeRows* rows;  // of all products, in their order
  float* values;
  std::int32_t op_count, rows_count, value_count;
  std::int32_t slots;     // of a warp's ring,
  std::int32_t slot;      // bytes of each
  std::int32_t x_floats;  // room for an operation's input,
  std::int32_t sums;      // and for the results of a block's rows
  Embedding embedding;    // to the first of the values
  float* const* lines;
};

inline constexpr int kWholeWarps = 15;  // that multiply; one more asks for the weights
inline constexpr int kWholeTile = 5120, kWholeScales = 768;  // bytes of a slot
inline constexpr int kWholeMostDim = kMostHeadDim;
inline constexpr int kWholeAttending =  // floats that a head needs of the room for an input
    3 * kWholeMostDim + kWholeWarps * (kBlockRows + kWholeMostDim + 2);
std::size_t whole_shared(const Whole&);  // bytes that a block needs
bool whole_runs(const Device&);          // on this device?
void run_whole(Device&, const Batch&, const Whole&);

}  // namespace sr::cuda
