#include <algorithm>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Attention;

// Rotates the first dimensions of one head: dimension i with dimension i + half.
void rotate(const Attention& a, std::uint64_t position, float* head) {
  const auto half = a.frequencies.size();
  for (std::size_t i = 0; i < half; ++i) {
    const float angle = static_cast<float>(position) * a.frequencies[i];
    const float c = std::cos(angle) * a.rotated_scale, s = std::sin(angle) * a.rotated_scale;
    const float x = head[i], y = head[i + half];
    head[i] = x * c - y * s;
    head[i + half] = y * c + x * s;
  }
}

// One query head over the visible rows of the cache.
class Reader {
 public:
  Reader(const Attention& a, const Layout::Cache& cache, const State& state)
      : a_(a), cache_(cache), state_(state) {}

  // Positions [0, pinned) and [first, end) are visible.
  void read(const float* q, int kv_head, std::uint64_t pinned, std::uint64_t first,
            std::uint64_t end, float* out) {
    const auto head = static_cast<std::size_t>(kv_head);
    scores_.clear();
    const auto each = [&](std::size_t part, auto&& fn) {
      const auto rows = [&](const float* block, std::uint64_t row, std::uint64_t count) {
        const float* at = block + part + cache_.row(head, row);
        for (std::uint64_t i = 0; i < count; ++i, at += cache_.head_dim) fn(at);
      };
      state_.each_run(0, pinned, rows);
      state_.each_run(first, end, rows);
    };
    each(cache_.keys, [&](const float* key) {
      scores_.push_back(dot(q, key, a_.head_dim) * a_.scale);
    });
    softmax(scores_.data(), static_cast<int>(scores_.size()));
    std::fill_n(out, a_.head_dim, 0.0F);
    std::size_t i = 0;
    each(cache_.values, [&](const float* value) {
      const float weight = scores_[i++];
      for (int d = 0; d < a_.head_dim; ++d) out[d] += weight * value[d];
    });
  }

 private:
  const Attention& a_;
  const Layout::Cache& cache_;
  const State& state_;
  std::vector<float> scores_;
};

}  // namespace

void mix(const Batch& batch, const Attention& a, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& w = batch.weights;
  const auto& cache = batch.layout.caches[static_cast<std::size_t>(slot.cache)];
  const auto tokens = static_cast<std::size_t>(batch.tokens);
  const auto hidden = static_cast<std::size_t>(batch.hidden);
  const int q_dim = a.heads * a.head_dim, kv_dim = a.kv_heads * a.head_dim;
  const auto q_row = static_cast<std::size_t>(a.q.out), kv_row = static_cast<std::size_t>(kv_dim);
  const int q_step = a.gated ? 2 * a.head_dim : a.head_dim;  // a head's query, then its gate
  std::vector<float> q(tokens * q_row), k(tokens * kv_row), v(tokens * kv_row);
  std::vector<float> read(tokens * static_cast<std::size_t>(q_dim));
  linear(w, a.q, x, hidden, batch.tokens, q.data());
  linear(w, a.k, x, hidden, batch.tokens, k.data());
  linear(w, a.v, x, hidden, batch.tokens, v.data());

  for (const auto& span : batch.spans) {
    const auto& state = *span.state;
    for (int t = 0; t < span.count; ++t) {
      const auto row = static_cast<std::size_t>(span.first + t);
      const auto position = state.length + static_cast<std::uint64_t>(t);
      float* const block = state.block(position);
      for (int h = 0; h < a.kv_heads; ++h) {
        const auto offset = row * kv_row + static_cast<std::size_t>(h * a.head_dim);
        float* const head = k.data() + offset;
        for (int d = 0; d < a.head_dim; ++d) head[d] *= a.key_multiplier;
        if (a.k_norm) rms_norm(w, *a.k_norm, head, head);
        rotate(a, position, head);
        const auto at = cache.row(static_cast<std::size_t>(h), State::row(position));
        std::copy_n(head, a.head_dim, block + cache.keys + at);
        std::copy_n(v.data() + offset, a.head_dim, block + cache.values + at);
      }
      for (int h = 0; h < a.heads; ++h) {
        float* const head = q.data() + row * q_row + static_cast<std::size_t>(h * q_step);
        if (a.q_norm) rms_norm(w, *a.q_norm, head, head);
        rotate(a, position, head);
      }
    }

    Reader reader(a, cache, state);
    for (int t = 0; t < span.count; ++t) {
      const auto row = static_cast<std::size_t>(span.first + t);
      const auto end = state.length + static_cast<std::uint64_t>(t) + 1;
      std::uint64_t pinned = 0, from = 0;
      if (batch.layout.window.size != 0 && end > state.pinned + batch.layout.window.size) {
        pinned = state.pinned;
        from = end - batch.layout.window.size;
      }
      for (int h = 0; h < a.heads; ++h) {
        float* const out = read.data() + row * static_cast<std::size_t>(q_dim) +
                           static_cast<std::size_t>(h * a.head_dim);
        const float* const head = q.data() + row * q_row + static_cast<std::size_t>(h * q_step);
        reader.read(head, h / (a.heads / a.kv_heads), pinned, from, end, out);
        if (!a.gated) continue;
        for (int d = 0; d < a.head_dim; ++d) out[d] *= sigmoid(head[a.head_dim + d]);
      }
    }
  }
  linear(w, a.o, read.data(), static_cast<std::size_t>(q_dim), batch.tokens, y);
}

}  // namespace sr::cpu
