#include <algorithm>
#include <cmath>

#include "mixers.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

void unit_length(const Compute& c, float* x, int size, float scale) {
  const auto n = z(size);
  c.kernels.scale(x, scale / std::sqrt(c.kernels.dot(x, x, n) + 1e-6F), n);
}

}  // namespace

// https://arxiv.org/abs/2412.06464
void mix(const Batch& batch, const hybrid::GatedDelta& d, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), key_dim = z(d.key_dim), value_dim = z(d.value_dim);
  const auto ratio = z(d.value_heads / d.key_heads);
  const auto keys = z(d.key_heads) * key_dim, values = z(d.value_heads) * value_dim;
  const auto channels = 2 * keys + values, row = z(d.qkvz.out), ba_row = z(d.ba.out);
  const auto part = 2 * key_dim + 2 * ratio * value_dim;  // of one key head: q, k, v, gate
  float* const qkvz = c.work.take(tokens * row);
  float* const ba = c.work.take(tokens * ba_row);
  float* const qkv = c.work.take(tokens * channels);
  float* const mixed = c.work.take(tokens * channels);
  float* const out = c.work.take(tokens * values);
  linear(c, {{d.qkvz, qkvz}, {d.ba, ba}}, x, z(batch.hidden), batch.tokens);
  each_token(c, batch.tokens, channels, [&](std::size_t t) {
    float* const to = qkv + t * channels;
    for (std::size_t h = 0; h < z(d.key_heads); ++h) {
      const float* const from = qkvz + t * row + h * part;
      std::copy_n(from, key_dim, to + h * key_dim);
      std::copy_n(from + key_dim, key_dim, to + keys + h * key_dim);
      std::copy_n(from + 2 * key_dim, ratio * value_dim, to + 2 * keys + h * ratio * value_dim);
    }
  });
  convolve(batch, d.conv, slot, qkv, channels, mixed);

  const float query_scale = 1 / std::sqrt(static_cast<float>(d.key_dim));
  each_token(c, batch.tokens, 2 * keys, [&](std::size_t t) {
    float* const q = mixed + t * channels;
    for (std::size_t h = 0; h < z(d.key_heads); ++h) {
      unit_length(c, q + h * key_dim, d.key_dim, query_scale);
      unit_length(c, q + keys + h * key_dim, d.key_dim, 1);
    }
  });

  const float* const decay = c.weights.vector(d.decay);
  const float* const dt_bias = c.weights.vector(d.dt_bias);
  const auto step = [&](const float* before, float* after, std::size_t h, std::size_t t) {
    const auto of = h / ratio, within = h % ratio;
    const float* const q = mixed + t * channels + of * key_dim;
    const float* const head_ba = ba + t * ba_row + of * 2 * ratio;
    float pace = head_ba[ratio + within] + dt_bias[h];
    c.kernels.softplus(&pace, 1);
    float* const to = out + t * values + h * value_dim;
    c.kernels.delta({.keep = std::exp(decay[h] * pace),
                     .beta = sigmoid(head_ba[within]),
                     .q = q,
                     .k = q + keys,
                     .v = mixed + t * channels + 2 * keys + h * value_dim,
                     .before = before,
                     .after = after,
                     .out = to,
                     .key_dim = key_dim,
                     .value_dim = value_dim});
    rms_norm(c, d.norm, to, to);
    const float* const gate =
        qkvz + t * row + of * part + 2 * key_dim + (ratio + within) * value_dim;
    c.kernels.silu_multiply(gate, 1, to, value_dim, to);
  };
  c.team.each(z(d.value_heads), 1, [&](std::size_t first, std::size_t last) {
    for (auto h = first; h < last; ++h) {
      for (const auto& span : batch.spans) {
        const auto cells = slot.recurrent + h * key_dim * value_dim;
        float* const after = span.state->fixed.data() + cells;
        for (int t = 0; t < span.count; ++t) {
          step(t == 0 ? span.before + cells : after, after, h, z(span.first + t));
        }
      }
    }
  });
  linear(c, d.out, out, values, batch.tokens, y);
}

}  // namespace sr::cpu
