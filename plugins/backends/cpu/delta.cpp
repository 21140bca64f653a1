#include <algorithm>

#include "mixers.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

void unit_length(float* x, int size, float scale) {
  const float factor = scale / std::sqrt(dot(x, x, size) + 1e-6F);
  for (int i = 0; i < size; ++i) x[i] *= factor;
}

// One token and one head. state (key_dim, value_dim): decays, then what the key reads from it is
// moved towards the value by beta.
void step(const hybrid::GatedDelta& d, float keep, float beta, const float* q, const float* k,
          const float* v, float* state, float* delta, float* out) {
  const auto keys = z(d.key_dim), values = z(d.value_dim);
  for (std::size_t j = 0; j < values; ++j) delta[j] = out[j] = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    for (std::size_t j = 0; j < values; ++j) {
      state[i * values + j] *= keep;
      delta[j] += state[i * values + j] * k[i];
    }
  }
  for (std::size_t j = 0; j < values; ++j) delta[j] = (v[j] - delta[j]) * beta;
  for (std::size_t i = 0; i < keys; ++i) {
    for (std::size_t j = 0; j < values; ++j) {
      state[i * values + j] += k[i] * delta[j];
      out[j] += state[i * values + j] * q[i];
    }
  }
}

}  // namespace

// https://arxiv.org/abs/2412.06464
void mix(const Batch& batch, const hybrid::GatedDelta& d, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& w = batch.weights;
  const auto tokens = z(batch.tokens), key_dim = z(d.key_dim), value_dim = z(d.value_dim);
  const auto ratio = z(d.value_heads / d.key_heads);
  const auto keys = z(d.key_heads) * key_dim, values = z(d.value_heads) * value_dim;
  const auto channels = 2 * keys + values, row = z(d.qkvz.out), ba_row = z(d.ba.out);
  const auto part = 2 * key_dim + 2 * ratio * value_dim;  // of one key head: q, k, v, gate
  std::vector<float> qkvz(tokens * row), ba(tokens * ba_row), qkv(tokens * channels);
  std::vector<float> mixed(tokens * channels), out(tokens * values), delta(value_dim);
  linear(w, d.qkvz, x, z(batch.hidden), batch.tokens, qkvz.data());
  linear(w, d.ba, x, z(batch.hidden), batch.tokens, ba.data());
  for (std::size_t t = 0; t < tokens; ++t) {
    float* const to = qkv.data() + t * channels;
    for (std::size_t h = 0; h < z(d.key_heads); ++h) {
      const float* const from = qkvz.data() + t * row + h * part;
      std::copy_n(from, key_dim, to + h * key_dim);
      std::copy_n(from + key_dim, key_dim, to + keys + h * key_dim);
      std::copy_n(from + 2 * key_dim, ratio * value_dim, to + 2 * keys + h * ratio * value_dim);
    }
  }
  convolve(batch, d.conv, slot, qkv.data(), channels, mixed.data());

  const float* const decay = w.vector(d.decay);
  const float* const dt_bias = w.vector(d.dt_bias);
  const float query_scale = 1 / std::sqrt(static_cast<float>(d.key_dim));
  for (const auto& span : batch.spans) {
    float* const states = span.state->fixed.data() + slot.recurrent;
    for (std::size_t t = z(span.first); t < z(span.first + span.count); ++t) {
      float* const q = mixed.data() + t * channels;
      float* const k = q + keys;
      for (std::size_t h = 0; h < z(d.key_heads); ++h) {
        unit_length(q + h * key_dim, d.key_dim, query_scale);
        unit_length(k + h * key_dim, d.key_dim, 1);
      }
      for (std::size_t h = 0; h < z(d.value_heads); ++h) {
        const auto of = h / ratio, within = h % ratio;
        const float* const head_ba = ba.data() + t * ba_row + of * 2 * ratio;
        const float keep = std::exp(decay[h] * softplus(head_ba[ratio + within] + dt_bias[h]));
        float* const to = out.data() + t * values + h * value_dim;
        step(d, keep, sigmoid(head_ba[within]), q + of * key_dim, k + of * key_dim,
             k + keys + h * value_dim, states + h * key_dim * value_dim, delta.data(), to);
        rms_norm(w, d.norm, to, to);
        const float* const gate = qkvz.data() + t * row + of * part + 2 * key_dim +
                                  (ratio + within) * value_dim;
        for (std::size_t j = 0; j < value_dim; ++j) to[j] *= silu(gate[j]);
      }
    }
  }
  linear(w, d.out, out.data(), values, batch.tokens, y);
}

}  // namespace sr::cpu
