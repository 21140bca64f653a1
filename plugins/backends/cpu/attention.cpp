#include <algorithm>
#include <cmath>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Attention;

std::size_t z(int i) { return static_cast<std::size_t>(i); }

// Rotates the first dimensions of one head, dimension i with dimension i + size, by angles whose
// `size` cosines lie before their sines.
void rotate(const float* angles, std::size_t size, float* head) {
  const float* const sines = angles + size;
  for (std::size_t i = 0; i < size; ++i) {
    const float x = head[i], y = head[i + size];
    head[i] = x * angles[i] - y * sines[i];
    head[i + size] = y * angles[i] + x * sines[i];
  }
}

void fill_angles(const Attention& a, std::uint64_t position, float* angles) {
  const auto size = a.frequencies.size();
  for (std::size_t i = 0; i < size; ++i) {
    const float angle = static_cast<float>(position) * a.frequencies[i];
    angles[i] = std::cos(angle) * a.rotated_scale;
    angles[size + i] = std::sin(angle) * a.rotated_scale;
  }
}

// What one layer projected for the tokens of a call.
struct Projected {
  float *q, *k, *v;    // (tokens, q_row), (tokens, kv_row)
  std::size_t q_row, kv_row;
  std::size_t q_step;  // from one head's query to the next; a gate may lie between
};

// Norms and rotates one token's queries and keys, and stores its keys and values.
void store(const Batch& batch, const Attention& a, const Layout::Cache& cache, const Projected& p,
           const State& state, std::uint64_t position, std::size_t token, float* angles) {
  const auto& c = batch.compute;
  const auto turned = a.frequencies.size();
  fill_angles(a, position, angles);
  float* const block = state.block(position);
  for (std::size_t h = 0; h < cache.heads; ++h) {
    float* const key = p.k + token * p.kv_row + h * cache.head_dim;
    if (a.key_multiplier != 1) c.kernels.scale(key, a.key_multiplier, cache.head_dim);
    if (a.k_norm) rms_norm(c, *a.k_norm, key, key);
    rotate(angles, turned, key);
    const auto at = cache.row(h, State::row(position));
    std::copy_n(key, cache.head_dim, block + cache.keys + at);
    std::copy_n(p.v + token * p.kv_row + h * cache.head_dim, cache.head_dim,
                block + cache.values + at);
  }
  for (std::size_t h = 0; h < z(a.heads); ++h) {
    float* const query = p.q + token * p.q_row + h * p.q_step;
    if (a.q_norm) rms_norm(c, *a.q_norm, query, query);
    rotate(angles, turned, query);
  }
}

// One query head over what it sees: positions [0, pinned) and [first, end).
void read(const Compute& c, const Attention& a, const Layout::Cache& cache, const State& state,
          const float* query, std::size_t kv_head, std::uint64_t window, std::uint64_t end,
          float* out) {
  std::fill_n(out, cache.head_dim, 0.0F);
  Attended so_far{-INFINITY, 0, out};
  const auto rows = [&](const float* block, std::uint64_t row, std::uint64_t count) {
    const auto at = cache.row(kv_head, row);
    c.kernels.attend({.q = query,
                      .keys = block + cache.keys + at,
                      .values = block + cache.values + at,
                      .rows = count,
                      .head_dim = cache.head_dim,
                      .scale = a.scale},
                     so_far);
  };
  if (window != 0 && end > state.pinned + window) {
    state.each_run(0, state.pinned, rows);
    state.each_run(end - window, end, rows);
  } else {
    state.each_run(0, end, rows);
  }
  c.kernels.scale(out, 1 / so_far.sum, cache.head_dim);
}

}  // namespace

void mix(const Batch& batch, const Attention& a, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const auto& cache = batch.layout.caches[z(slot.cache)];
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), heads = z(a.heads), dim = cache.head_dim;
  const Projected p{.q = c.work.take(tokens * z(a.q.out)),
                    .k = c.work.take(tokens * cache.heads * dim),
                    .v = c.work.take(tokens * cache.heads * dim),
                    .q_row = z(a.q.out),
                    .kv_row = cache.heads * dim,
                    .q_step = a.gated ? 2 * dim : dim};
  float* const out = c.work.take(tokens * heads * dim);
  float* const angles = c.work.take(tokens * 2 * a.frequencies.size());
  linear(c, {{a.q, p.q}, {a.k, p.k}, {a.v, p.v}}, x, z(batch.hidden), batch.tokens);

  const auto group = heads / cache.heads;
  for (const auto& span : batch.spans) {
    const auto& state = *span.state;
    const auto first = z(span.first);
    each_token(c, span.count, p.q_row, [&](std::size_t t) {
      store(batch, a, cache, p, state, state.length + t, first + t,
            angles + (first + t) * 2 * a.frequencies.size());
    });
    const auto seen = std::min(state.length + z(span.count),
                               batch.layout.window.size == 0
                                   ? UINT64_MAX
                                   : state.pinned + batch.layout.window.size);
    constexpr std::size_t kWorth = 16384;
    const auto grain = std::max<std::size_t>(1, kWorth / (seen * dim + 1));
    c.team.each(z(span.count) * heads, grain, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) {
        const auto t = i / heads, h = i % heads, token = first + t;
        float* const to = out + (token * heads + h) * dim;
        const float* const query = p.q + token * p.q_row + h * p.q_step;
        read(c, a, cache, state, query, h / group, batch.layout.window.size, state.length + t + 1,
             to);
        if (!a.gated) continue;
        for (std::size_t d = 0; d < dim; ++d) to[d] *= sigmoid(query[dim + d]);
      }
    });
  }
  linear(c, a.o, out, heads * dim, batch.tokens, y);
}

}  // namespace sr::cpu
