// mixers.h - the mixers over a batch of sequences.
//
// x (tokens, hidden) holds the sequences' new tokens one after another, as `spans` says, and each
// state has reserved room for them. A mixer brings the states up to date and writes
// y (tokens, hidden). Matrices are read once a call, whatever the number of tokens. One call at a
// time.
#pragma once

#include <span>

#include "ops.h"
#include "state.h"

namespace sr::cpu {

using hybrid::kBlockTokens;
using hybrid::Layout;
using hybrid::State;

struct Span {
  State* state;
  const float* before;  // what state->fixed follows from; may be the same place
  int first, count;     // its rows of x
};

struct Batch {
  const Compute& compute;
  std::span<const Span> spans;
  int tokens, hidden;
  const Layout& layout;
};

void mix(const Batch&, const hybrid::Attention&, const Layout::Slot&, const float* x, float* y);
void mix(const Batch&, const hybrid::Mamba1&, const Layout::Slot&, const float* x, float* y);
void mix(const Batch&, const hybrid::Mamba2&, const Layout::Slot&, const float* x, float* y);
void mix(const Batch&, const hybrid::GatedDelta&, const Layout::Slot&, const float* x, float* y);
void mix(const Batch&, const hybrid::ShortConv&, const Layout::Slot&, const float* x, float* y);

// A causal convolution over x (tokens, stride), of which the first `channels` are read, into
// y (tokens, channels): channels [first, last), any thread.
void convolve(const Batch&, const hybrid::Conv&, const Layout::Slot&, const float* x,
              std::size_t stride, float* y, std::size_t first, std::size_t last);
// All of them, by the team.
void convolve(const Batch&, const hybrid::Conv&, const Layout::Slot&, const float* x,
              std::size_t stride, float* y);

void feed_forward(const Compute&, const hybrid::Mlp&, const float* x, int tokens, float* y);
void feed_forward(const Compute&, const hybrid::Moe&, const float* x, int tokens, float* y);

}  // namespace sr::cpu
