// kernels.h - the arithmetic on the device, and what each kernel reads and writes. Rows are tokens;
// all arrays lie on the device and are float32 unless they say otherwise.
//
// A call is enqueued and returns. Addresses and sizes do not depend on what a batch holds, only on
// how many rows and sequences it has room for, so that launches can be recorded; rows and sequences
// that are not there are marked in it and change nothing. Source of the formulas: the same as in the
// cpu backend.
#pragma once

#include "products.h"

namespace sr::cuda {

struct Embedding {
  Matrix table;
  float multiplier;
  float* out;  // (rows, columns)
};
void embed(Device&, const Batch&, const Embedding&);

// y may be x.
struct Norming {
  const float* x;
  const float* weight;
  float eps;
  float* y;
  std::int64_t x_stride, y_stride;
  int size;
  int rows, groups;  // groups of `size` beside each other in a row, the weight's too
};
void normalise(Device&, const Norming&);

// Up to three parts of a row, one behind the other, each through its norm where it has one. The first
// goes to `half` as bfloat16 instead, filled up with zeros to its width.
struct PartNorms {
  float* x;  // (rows, stride)
  const float* weights[3];
  float eps[3];  // < 0: none
  int sizes[3];
  std::int64_t stride;
  std::uint16_t* half;  // (rows, width); may be nullptr
  int width, rows;
};
void normalise(Device&, const PartNorms&);

struct Convolution {
  const float* weight;  // (kernel, channels)
  const float* bias;
  const float* x;  // (rows, x_stride)
  std::int64_t x_stride;
  float* y;  // (rows, channels)
  std::uint16_t* half;  // the same as bfloat16; may be nullptr
  std::int64_t slot;  // its first float in a part's array
  int channels, kernel;
  bool silu;
};
void convolve(Device&, const Batch&, const Convolution&);

struct Scan1 {
  const float* dt;  // (rows, inner), before softplus
  float* u;         // (rows, inner), replaced by the output
  std::uint16_t* half;  // where the output goes as bfloat16 instead; may be nullptr
  const float* gate;
  const float* b;
  const float* c;
  std::int64_t gate_stride, bc_stride;
  const float* decay;  // (inner, state)
  const float* skip;
  std::int64_t slot;
  int inner, state;
};
void scan(Device&, const Batch&, const Scan1&);
// One token of one sequence: dt is made of the first `rank` numbers of parts (dt, B, C), all of them
// through their norms where they have one.
struct Step1 {
  Matrix dt;  // (inner, rank)
  const float* dt_bias;
  const float* parts;  // (rank + 2 * state)
  const float* norms[3];
  float eps[3];  // < 0: none
  float* u;
  const float* gate;
  const float *decay, *skip;
  std::int64_t slot;
  int inner, state, rank;
};
bool can_step(const Step1&);  // do the sizes fit?
void step(Device&, const Batch&, const Step1&);

struct Scan2 {
  const float* xbc;  // (rows, channels): u, B, C
  const float* dt;   // (rows, dt_stride), (heads) of a row
  const float *dt_bias, *decay, *skip;
  float* out;  // (rows, heads * head_dim)
  std::int64_t dt_stride, slot;
  float dt_min, dt_max;
  int heads, head_dim, groups, state, channels;
};
void scan(Device&, const Batch&, const Scan2&);

// y = y * silu(gate) through an RMS norm of groups, in either order; the norm may be missing.
struct GateNorm {
  float* y;           // (rows, groups * size)
  const float* gate;  // that of group g of a row: + g / split * step + g % split * size
  std::int64_t gate_stride, gate_step;
  int gate_split;
  const float* weight;  // (groups * size), or (size) of all when shared
  float eps;            // < 0: no norm
  int rows, groups, size;
  bool norm_first, shared;
};
void gate_and_norm(Device&, const GateNorm&);

struct DeltaInput {  // from (key heads: q, k, values, gates) to q, k, v of all heads
  const float* qkvz;
  float* qkv;
  int rows, key_heads, ratio, key_dim, value_dim;
};
void arrange(Device&, const DeltaInput&);
struct Delta {
  float* mixed;     // (rows, channels): q, k, v; q and k are brought to unit length
  const float* ba;  // (rows, 2 * value_heads)
  const float *decay, *dt_bias;
  float* out;  // (rows, value_heads * value_dim)
  std::int64_t slot;
  int key_heads, value_heads, key_dim, value_dim;
};
void scan(Device&, const Batch&, const Delta&);

// y = a * b, all (rows, size).
struct Multiplying {
  const float *a, *b;
  float* y;
  std::int64_t a_stride, b_stride, y_stride;
  int rows, size;
};
void multiply(Device&, const Multiplying&);

struct Attending {
  float *q, *k, *v;  // (rows, q_stride), (rows, kv_heads * head_dim)
  float* out;        // (rows, heads * head_dim)
  std::int64_t q_stride, q_step;  // q_step: from one head's query to the next; a gate may follow
  const float *q_norm, *k_norm;   // weights of norms over a head; nullptr: none
  float q_eps, k_eps;
  const float* frequencies;  // (rotated)
  float rotated_scale, scale, key_multiplier;
  std::int64_t keys, values;  // first float of each in a block
  std::int64_t window;        // 0: all
  int heads, kv_heads, head_dim, rotated;
  bool gated;
};
void attend(Device&, const Batch&, const Attending&);

struct Routing {
  const float* logits;  // (rows, experts)
  const float* bias;    // (experts), for choosing only
  std::int32_t* experts;  // out (rows, top)
  float* weights;         // out (rows, top)
  int count, top, groups, top_groups;
  int gating;  // of hybrid::Moe
  bool normalise;
  float scale;
};
void route(Device&, const Batch&, const Routing&);
// y[row] = sum over its experts of weight * x[row * top + i].
struct Gathering {
  const float* x;
  const float* weights;
  float* y;
  std::int64_t y_stride;
  int rows, top, size;
};
void gather(Device&, const Gathering&);
// y += scale * x, times sigmoid(gate[row]) where there is one.
struct Adding {
  float* y;
  const float* x;
  const float* gate;
  float scale;
  int rows, size;
};
void add(Device&, const Adding&);

// The best allowed token of each pick, the lowest among equals, its logit and that of the next
// best; and what the given tokens score.
struct Pick {
  const float* logits;
  const std::uint32_t* mask;  // nullptr: all
  const std::int32_t* tokens;  // (count), to score
  float* scores;
  std::int32_t count;
  std::int32_t spare;
};
struct Picked {
  std::int32_t token;  // -1: the mask allows none
  float logit, next;   // -infinity: it allows no other
};
void choose(Device&, const Pick* picks, int count, int vocabulary, Picked* out);

}  // namespace sr::cuda
