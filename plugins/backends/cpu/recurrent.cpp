#include <algorithm>

#include "mixers.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

}  // namespace

void convolve(const Batch& batch, const hybrid::Conv& conv, const Layout::Slot& slot,
              const float* x, std::size_t stride, float* y) {
  const auto channels = z(conv.channels), past = z(conv.kernel - 1);
  const float* const weight = batch.weights.vector(conv.weight);  // (channels, kernel)
  const float* const bias = batch.weights.vector(conv.bias);
  std::vector<float> rows;  // the last tokens of before, then the new ones
  for (const auto& span : batch.spans) {
    float* const state = span.state->fixed.data() + slot.conv;  // (kernel - 1, channels)
    rows.assign(state, state + past * channels);
    for (int t = 0; t < span.count; ++t) {
      const float* const row = x + z(span.first + t) * stride;
      rows.insert(rows.end(), row, row + channels);
    }
    for (int t = 0; t < span.count; ++t) {
      float* const out = y + z(span.first + t) * channels;
      const float* const in = rows.data() + z(t) * channels;
      for (std::size_t c = 0; c < channels; ++c) {
        float sum = bias == nullptr ? 0 : bias[c];
        for (std::size_t k = 0; k <= past; ++k) {
          sum += weight[c * (past + 1) + k] * in[k * channels + c];
        }
        out[c] = conv.silu ? silu(sum) : sum;
      }
    }
    std::copy(rows.end() - static_cast<std::ptrdiff_t>(past * channels), rows.end(), state);
  }
}

// https://arxiv.org/abs/2312.00752, section 3: a diagonal state for each channel.
void mix(const Batch& batch, const hybrid::Mamba1& m, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& w = batch.weights;
  const auto tokens = z(batch.tokens), inner = z(m.inner), state = z(m.state), rank = z(m.dt_rank);
  const auto parts_row = rank + 2 * state;
  std::vector<float> xz(tokens * 2 * inner), u(tokens * inner), dt(tokens * inner);
  std::vector<float> parts(tokens * parts_row);  // dt, B, C
  linear(w, m.in, x, z(batch.hidden), batch.tokens, xz.data());
  convolve(batch, m.conv, slot, xz.data(), 2 * inner, u.data());
  linear(w, m.x, u.data(), inner, batch.tokens, parts.data());
  for (std::size_t t = 0; t < tokens; ++t) {
    float* const row = parts.data() + t * parts_row;
    if (m.dt_norm) rms_norm(w, *m.dt_norm, row, row);
    if (m.b_norm) rms_norm(w, *m.b_norm, row + rank, row + rank);
    if (m.c_norm) rms_norm(w, *m.c_norm, row + rank + state, row + rank + state);
  }
  linear(w, m.dt, parts.data(), parts_row, batch.tokens, dt.data());

  const float* const decay = w.vector(m.decay);  // (inner, state)
  const float* const skip = w.vector(m.skip);    // (inner)
  for (const auto& span : batch.spans) {
    float* const h = span.state->fixed.data() + slot.recurrent;  // (inner, state)
    for (std::size_t t = z(span.first); t < z(span.first + span.count); ++t) {
      const float* const b = parts.data() + t * parts_row + rank;
      const float* const c = b + state;
      for (std::size_t i = 0; i < inner; ++i) {
        const float step = softplus(dt[t * inner + i]), in = u[t * inner + i];
        float out = 0;
        for (std::size_t s = 0; s < state; ++s) {
          const auto at = i * state + s;
          h[at] = std::exp(step * decay[at]) * h[at] + step * in * b[s];
          out += h[at] * c[s];
        }
        u[t * inner + i] = (out + skip[i] * in) * silu(xz[t * 2 * inner + inner + i]);
      }
    }
  }
  linear(w, m.out, u.data(), inner, batch.tokens, y);
}

namespace {

// y (inner) through the gate and the norm, in the order that the family wants.
void gate_and_norm(const Weights& w, const hybrid::Mamba2& m, const float* gate, float* y) {
  const auto inner = z(m.heads * m.head_dim);
  const auto gated = [&] {
    for (std::size_t i = 0; i < inner; ++i) y[i] *= silu(gate[i]);
  };
  if (!m.norm || !m.norm_before_gate) gated();
  if (!m.norm) return;
  const float* const weight = w.vector(m.norm->weight);
  const auto size = inner / z(m.norm_groups);
  for (std::size_t first = 0; first < inner; first += size) {
    const float mean = dot(y + first, y + first, static_cast<int>(size)) / static_cast<float>(size);
    const float scale = 1 / std::sqrt(mean + m.norm->eps);
    for (std::size_t i = first; i < first + size; ++i) y[i] *= scale * weight[i];
  }
  if (m.norm_before_gate) gated();
}

}  // namespace

// https://arxiv.org/abs/2405.21060, section 7: one decay for each head, B and C shared in groups.
void mix(const Batch& batch, const hybrid::Mamba2& m, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& w = batch.weights;
  const auto tokens = z(batch.tokens), inner = z(m.heads * m.head_dim), state = z(m.state);
  const auto group = z(m.groups) * state, channels = inner + 2 * group, row = z(m.in.out);
  const auto heads = z(m.heads), head_dim = z(m.head_dim);
  std::vector<float> in(tokens * row), xbc(tokens * channels), out(tokens * inner);
  linear(w, m.in, x, z(batch.hidden), batch.tokens, in.data());
  for (std::size_t t = 0; t < tokens; ++t) {
    float* at = in.data() + t * row;
    const std::size_t sizes[] = {inner, inner, group, group, heads};
    for (std::size_t part = 0; part < 5; ++part) {
      for (std::size_t i = 0; i < sizes[part]; ++i) *at++ *= m.multipliers[part];
    }
  }
  convolve(batch, m.conv, slot, in.data() + inner, row, xbc.data());

  const float* const decay = w.vector(m.decay);
  const float* const skip = w.vector(m.skip);
  const float* const dt_bias = w.vector(m.dt_bias);
  for (const auto& span : batch.spans) {
    float* const states = span.state->fixed.data() + slot.recurrent;  // (heads, head_dim, state)
    for (std::size_t t = z(span.first); t < z(span.first + span.count); ++t) {
      const float* const u = xbc.data() + t * channels;
      for (std::size_t h = 0; h < heads; ++h) {
        const float raw = in[t * row + inner + channels + h] + dt_bias[h];
        const float dt = std::clamp(softplus(raw), m.dt_min, m.dt_max);
        const float keep = std::exp(dt * decay[h]);
        const float* const b = u + inner + h / (heads / z(m.groups)) * state;
        const float* const c = b + group;
        for (std::size_t p = 0; p < head_dim; ++p) {
          const auto channel = h * head_dim + p;
          float* const cells = states + channel * state;
          const float add = dt * u[channel];
          for (std::size_t s = 0; s < state; ++s) cells[s] = keep * cells[s] + add * b[s];
          out[t * inner + channel] = dot(cells, c, m.state) + skip[h] * u[channel];
        }
      }
      gate_and_norm(w, m, in.data() + t * row, out.data() + t * inner);
    }
  }
  linear(w, m.out, out.data(), inner, batch.tokens, y);
}

void mix(const Batch& batch, const hybrid::ShortConv& s, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto tokens = z(batch.tokens), hidden = z(batch.hidden);
  std::vector<float> bcx(tokens * 3 * hidden), u(tokens * hidden), out(tokens * hidden);
  linear(batch.weights, s.in, x, hidden, batch.tokens, bcx.data());
  for (std::size_t t = 0; t < tokens; ++t) {
    const float* const row = bcx.data() + t * 3 * hidden;
    for (std::size_t i = 0; i < hidden; ++i) u[t * hidden + i] = row[i] * row[2 * hidden + i];
  }
  convolve(batch, s.conv, slot, u.data(), hidden, out.data());
  for (std::size_t t = 0; t < tokens; ++t) {
    const float* const c = bcx.data() + t * 3 * hidden + hidden;
    for (std::size_t i = 0; i < hidden; ++i) out[t * hidden + i] *= c[i];
  }
  linear(batch.weights, s.out, out.data(), hidden, batch.tokens, y);
}

}  // namespace sr::cpu
