#include <algorithm>
#include <cmath>

#include "mixers.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

constexpr std::size_t kBlock = 16;  // channels; what kernels want a range to begin at

// Channels that one thread takes at once, when each costs `work` numbers.
std::size_t grain(std::size_t work) {
  constexpr std::size_t kWorth = 8192;
  return std::max(kBlock, kWorth / (work + 1) / kBlock * kBlock);
}

// Calls fn(first, last) for what [first, last) has of [begin, begin + size), counted from `begin`.
template <class Fn>
void within(std::size_t first, std::size_t last, std::size_t begin, std::size_t size,
            const Fn& fn) {
  first = std::max(first, begin);
  last = std::min(last, begin + size);
  if (first < last) fn(first - begin, last - begin);
}

}  // namespace

void convolve(const Batch& batch, const hybrid::Conv& conv, const Layout::Slot& slot,
              const float* x, std::size_t stride, float* y, std::size_t first, std::size_t last) {
  const auto& c = batch.compute;
  const auto channels = z(conv.channels);
  for (const auto& span : batch.spans) {
    c.kernels.convolve({.weight = c.weights.vector(conv.weight),
                        .bias = c.weights.vector(conv.bias),
                        .x = x + z(span.first) * stride,
                        .stride = stride,
                        .before = span.before + slot.conv,
                        .after = span.state->fixed.data() + slot.conv,
                        .y = y + z(span.first) * channels,
                        .channels = channels,
                        .kernel = z(conv.kernel),
                        .tokens = z(span.count),
                        .silu = conv.silu},
                       first, last);
  }
}

void convolve(const Batch& batch, const hybrid::Conv& conv, const Layout::Slot& slot,
              const float* x, std::size_t stride, float* y) {
  const auto work = z(batch.tokens) * z(conv.kernel);
  batch.compute.team.each(z(conv.channels), grain(work), [&](std::size_t first, std::size_t last) {
    convolve(batch, conv, slot, x, stride, y, first, last);
  });
}

// https://arxiv.org/abs/2312.00752, section 3: a diagonal state for each channel.
void mix(const Batch& batch, const hybrid::Mamba1& m, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), inner = z(m.inner), state = z(m.state), rank = z(m.dt_rank);
  const auto row = rank + 2 * state;
  float* const xz = c.work.take(tokens * 2 * inner);
  float* const u = c.work.take(tokens * inner);
  float* const dt = c.work.take(tokens * inner);
  float* const parts = c.work.take(tokens * row);  // dt, B, C
  linear(c, m.in, x, z(batch.hidden), batch.tokens, xz, [&](std::size_t first, std::size_t last) {
    within(first, last, 0, inner, [&](std::size_t begin, std::size_t end) {
      convolve(batch, m.conv, slot, xz, 2 * inner, u, begin, end);
    });
  });
  linear(c, m.x, u, inner, batch.tokens, parts);
  each_token(c, batch.tokens, row, [&](std::size_t t) {
    float* const part = parts + t * row;
    if (m.dt_norm) rms_norm(c, *m.dt_norm, part, part);
    if (m.b_norm) rms_norm(c, *m.b_norm, part + rank, part + rank);
    if (m.c_norm) rms_norm(c, *m.c_norm, part + rank + state, part + rank + state);
  });

  // A thread goes on from its rows of dt to the scan of the same channels.
  const auto input = prepare(c, m.dt, parts, row, batch.tokens);
  const auto work = tokens * (rank + 4 * state);
  c.team.each(inner, grain(work), [&](std::size_t first, std::size_t last) {
    const auto cells = (last - first) * state * sizeof(float);
    fetch(c.weights.vector(m.decay) + first * state, cells);
    for (const auto& span : batch.spans) {
      fetch(span.before + slot.recurrent + first * state, cells);
    }
    multiply(c, {m.dt, dt}, input, {first, last, half(c, m.out.weight, first >= inner / 2)});
    for (const auto& span : batch.spans) {
      const auto begin = z(span.first);
      const Scan1Args args{.dt = dt + begin * inner,
                           .u = u + begin * inner,
                           .gate = xz + begin * 2 * inner + inner,
                           .b = parts + begin * row + rank,
                           .c = parts + begin * row + rank + state,
                           .gate_stride = 2 * inner,
                           .bc_stride = row,
                           .decay = c.weights.vector(m.decay),
                           .skip = c.weights.vector(m.skip),
                           .before = span.before + slot.recurrent,
                           .after = span.state->fixed.data() + slot.recurrent,
                           .inner = inner,
                           .state = state,
                           .tokens = z(span.count)};
      c.kernels.scan1(args, first, last);
    }
  });
  linear(c, m.out, u, inner, batch.tokens, y);
}

namespace {

// y (inner) through the gate and the norm, in the order that the family wants.
void gate_and_norm(const Compute& c, const hybrid::Mamba2& m, const float* gate, float* y) {
  const auto inner = z(m.heads * m.head_dim);
  const auto gated = [&] { c.kernels.silu_multiply(gate, 1, y, inner, y); };
  if (!m.norm || !m.norm_before_gate) gated();
  if (!m.norm) return;
  const float* const weight = c.weights.vector(m.norm->weight);
  const auto size = inner / z(m.norm_groups);
  for (std::size_t first = 0; first < inner; first += size) {
    c.kernels.rms_norm(y + first, weight + first, size, m.norm->eps, y + first);
  }
  if (m.norm_before_gate) gated();
}

}  // namespace

// https://arxiv.org/abs/2405.21060, section 7: one decay for each head, B and C shared in groups.
void mix(const Batch& batch, const hybrid::Mamba2& m, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), inner = z(m.heads * m.head_dim), state = z(m.state);
  const auto group = z(m.groups) * state, channels = inner + 2 * group, row = z(m.in.out);
  const auto heads = z(m.heads), head_dim = z(m.head_dim);
  float* const in = c.work.take(tokens * row);
  float* const xbc = c.work.take(tokens * channels);
  float* const out = c.work.take(tokens * inner);
  float* const dt = c.work.take(heads * tokens);  // (heads, tokens)
  float* const keep = c.work.take(heads * tokens);
  const std::size_t sizes[] = {inner, inner, group, group, heads};
  linear(c, m.in, x, z(batch.hidden), batch.tokens, in, [&](std::size_t first, std::size_t last) {
    for (std::size_t part = 0, at = 0; part < 5; at += sizes[part++]) {
      if (m.multipliers[part] == 1) continue;
      within(first, last, at, sizes[part], [&](std::size_t begin, std::size_t end) {
        for (std::size_t t = 0; t < tokens; ++t) {
          c.kernels.scale(in + t * row + at + begin, m.multipliers[part], end - begin);
        }
      });
    }
    within(first, last, inner, channels, [&](std::size_t begin, std::size_t end) {
      convolve(batch, m.conv, slot, in + inner, row, xbc, begin, end);
    });
  });

  const float* const decay = c.weights.vector(m.decay);
  const float* const skip = c.weights.vector(m.skip);
  const float* const dt_bias = c.weights.vector(m.dt_bias);
  const auto work = tokens * head_dim * state;
  c.team.each(heads, std::max<std::size_t>(1, 16384 / work), [&](std::size_t first,
                                                                 std::size_t last) {
    for (auto h = first; h < last; ++h) {
      float* const steps = dt + h * tokens;
      float* const keeps = keep + h * tokens;
      for (std::size_t t = 0; t < tokens; ++t) {
        steps[t] = in[t * row + inner + channels + h] + dt_bias[h];
      }
      c.kernels.softplus(steps, tokens);
      for (std::size_t t = 0; t < tokens; ++t) {
        steps[t] = std::clamp(steps[t], m.dt_min, m.dt_max);
        keeps[t] = steps[t] * decay[h];
      }
      c.kernels.exponential(keeps, tokens);
      const auto cells = slot.recurrent + h * head_dim * state;
      for (const auto& span : batch.spans) {
        const auto begin = z(span.first);
        const float* const u = xbc + begin * channels;
        const float* const b = u + inner + h / (heads / z(m.groups)) * state;
        c.kernels.scan2({.u = u + h * head_dim,
                         .b = b,
                         .c = b + group,
                         .dt = steps + begin,
                         .keep = keeps + begin,
                         .u_stride = channels,
                         .out_stride = inner,
                         .skip = skip[h],
                         .before = span.before + cells,
                         .after = span.state->fixed.data() + cells,
                         .out = out + begin * inner + h * head_dim,
                         .head_dim = head_dim,
                         .state = state,
                         .tokens = z(span.count)});
      }
    }
  });
  each_token(c, batch.tokens, inner, [&](std::size_t t) {
    gate_and_norm(c, m, in + t * row, out + t * inner);
  });
  linear(c, m.out, out, inner, batch.tokens, y);
}

void mix(const Batch& batch, const hybrid::ShortConv& s, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), hidden = z(batch.hidden), row = 3 * hidden;
  float* const bcx = c.work.take(tokens * row);
  float* const u = c.work.take(tokens * hidden);
  float* const out = c.work.take(tokens * hidden);
  linear(c, s.in, x, hidden, batch.tokens, bcx);
  each_token(c, batch.tokens, hidden, [&](std::size_t t) {
    const float* const at = bcx + t * row;
    c.kernels.multiply(at, at + 2 * hidden, hidden, u + t * hidden);
  });
  convolve(batch, s.conv, slot, u, hidden, out);
  each_token(c, batch.tokens, hidden, [&](std::size_t t) {
    float* const at = out + t * hidden;
    c.kernels.multiply(at, bcx + t * row + hidden, hidden, at);
  });
  linear(c, s.out, out, hidden, batch.tokens, y);
}

}  // namespace sr::cpu
