// kernels.h - the inner loops, compiled once for each instruction set and chosen at run time.
//
// Pure functions on arrays, any thread. A recurrent state is read where it is before the tokens and
// left where it is after them, which may be the same place. What they yield for a token does not
// depend on the other tokens of the call, and what they yield for a row or channel not on where a
// range begins, to the last bit. Another instruction set may round differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sr::cpu {

inline constexpr std::size_t kGroup = 32;         // columns that share a scale
inline constexpr std::size_t kRecord = 2 * kGroup;  // columns of one record (packed.h)

// Activations as int8 in groups: x = value * scale. Columns past the end are zeros.
struct Quantised {
  std::int8_t* values = nullptr;  // (tokens, records * kRecord)
  float* scales = nullptr;        // (tokens, records * 2)
  std::int32_t* sums = nullptr;   // (tokens, records * 2), of the values of a group
  std::size_t records = 0;
};

// Rows [first, last) of the weights, `first` a multiple of 16, and what will be read after them: as
// many bytes as lie behind the one that is being read are fetched from there in time.
struct Rows {
  std::size_t first, last;
  const void* next = nullptr;
};

// Where the rows of a product go: y[token * stride + row].
struct Target {
  float* y;
  std::size_t stride;
  const float* bias;  // (rows), or nullptr
};

struct ConvArgs {
  const float* weight;  // (kernel, channels)
  const float* bias;    // (channels), or nullptr
  const float* x;       // (tokens, stride)
  std::size_t stride;
  const float* before;  // (kernel - 1, channels), the last tokens
  float* after;         // the same
  float* y;             // (tokens, channels)
  std::size_t channels, kernel, tokens;
  bool silu;
};

struct Scan1Args {  // Mamba-1
  const float* dt;     // (tokens, inner), before softplus
  float* u;            // (tokens, inner), becomes the output
  const float* gate;   // (tokens, gate_stride)
  const float* b;      // (tokens, bc_stride)
  const float* c;      // (tokens, bc_stride)
  std::size_t gate_stride, bc_stride;
  const float* decay;  // (inner, state)
  const float* skip;   // (inner)
  const float* before;  // (inner, state)
  float* after;         // (inner, state)
  std::size_t inner, state, tokens;
};

struct Scan2Args {  // Mamba-2, one head
  const float* u;  // (tokens, u_stride), of head_dim
  const float* b;  // (tokens, u_stride)
  const float* c;  // (tokens, u_stride)
  const float* dt;    // (tokens), after softplus
  const float* keep;  // (tokens), exp(dt * decay)
  std::size_t u_stride, out_stride;
  float skip;
  const float* before;  // (head_dim, state)
  float* after;         // (head_dim, state)
  float* out;           // (tokens, out_stride), of head_dim
  std::size_t head_dim, state, tokens;
};

struct DeltaArgs {  // gated delta rule, one head and token
  float keep, beta;
  const float *q, *k, *v;  // (key_dim), (key_dim), (value_dim)
  const float* before;     // (key_dim, value_dim)
  float* after;            // (key_dim, value_dim)
  float* out;              // (value_dim)
  std::size_t key_dim, value_dim;
};

inline constexpr std::size_t kKeys = 64;       // of a block of attention
inline constexpr std::size_t kQueries = 64;    // at most in one call
inline constexpr std::size_t kSumLanes = 16;   // of the widest vectors
struct AttendArgs {  // queries over one block of the keys and values that they share
  const float* q;             // (queries, head_dim), times the scale and log2 e
  const float* keys;          // (head_dim, kKeys)
  const float* values;        // (kKeys, head_dim), and kSumLanes more numbers that may be read
  const std::uint64_t* seen;  // (queries), a bit for each key that it sees; nullptr: all
  std::size_t queries, head_dim;
  std::size_t keys_read;  // no query sees one behind these
};
// So far, starting with all zeros but `most` below every score; a query's result is its row of out
// over the sum of its sums. A width is head_dim, filled up to a multiple of kSumLanes.
struct Attended {
  float* most;        // (queries)
  float* sums;        // (queries, kSumLanes)
  float* out;         // (queries, width)
  std::size_t width;
};

struct Kernels {
  const char* name;
  std::size_t lanes;  // rows of a packed block

  // Rows of w x. Row-major weights of `columns`.
  void (*product_f32)(const float* w, std::size_t columns, const float* x, std::size_t stride,
                      std::size_t tokens, const Rows&, const Target&);
  void (*product_bf16)(const std::uint16_t* w, std::size_t columns, const float* x,
                       std::size_t stride, std::size_t tokens, const Rows&, const Target&);
  // The same from packed weights (packed.h).
  void (*product_int8)(const std::uint8_t* w, const Quantised& x, std::size_t tokens, const Rows&,
                       const Target&);
  void (*product_int4)(const std::uint8_t* w, const Quantised& x, std::size_t tokens, const Rows&,
                       const Target&);
  void (*quantise)(const float* x, std::size_t size, std::size_t token, const Quantised& out);

  float (*dot)(const float* a, const float* b, std::size_t size);
  void (*rms_norm)(const float* x, const float* weight, std::size_t size, float eps, float* y);
  void (*softmax)(float* x, std::size_t size);
  void (*add_scaled)(float* y, const float* x, float scale, std::size_t size);  // y += scale * x
  void (*scale)(float* x, float scale, std::size_t size);
  void (*multiply)(const float* a, const float* b, std::size_t size, float* y);
  void (*silu_multiply)(const float* gate, float gate_scale, const float* x, std::size_t size,
                        float* y);  // silu(gate_scale * gate) * x
  void (*softplus)(float* x, std::size_t size);
  void (*exponential)(float* x, std::size_t size);

  // Channels [first, last), or the whole of one head.
  void (*convolve)(const ConvArgs&, std::size_t first, std::size_t last);
  void (*scan1)(const Scan1Args&, std::size_t first, std::size_t last);
  void (*scan2)(const Scan2Args&);
  void (*delta)(const DeltaArgs&);
  void (*attend)(const AttendArgs&, const Attended&);
};

// What this processor can run, the fastest first; the last one runs anywhere.
std::span<const Kernels* const> usable_kernels();

}  // namespace sr::cpu
