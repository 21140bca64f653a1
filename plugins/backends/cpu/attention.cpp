#include <algorithm>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Attention;

// Rotates the first dimensions of one head: dimension i with dimension i + half.
void rotate(const std::vector<float>& frequencies, std::uint64_t position, float* head) {
  const auto half = frequencies.size();
  for (std::size_t i = 0; i < half; ++i) {
    const float angle = static_cast<float>(position) * frequencies[i];
    const float c = std::cos(angle), s = std::sin(angle);
    const float a = head[i], b = head[i + half];
    head[i] = a * c - b * s;
    head[i + half] = b * c + a * s;
  }
}

// One query head over the visible rows of the cache.
class Reader {
 public:
  Reader(const Attention& a, const Cache& cache) : a_(a), cache_(cache) {}

  // Rows [0, pinned) and [first, end) are visible.
  void read(const float* q, int kv_head, std::size_t pinned, std::size_t first, std::size_t end,
            float* out) {
    const auto width = static_cast<std::size_t>(a_.kv_heads * a_.head_dim);
    const auto offset = static_cast<std::size_t>(kv_head * a_.head_dim);
    scores_.clear();
    const auto each = [&](auto&& fn) {
      for (std::size_t row = 0; row < pinned; ++row) fn(row * width + offset);
      for (std::size_t row = first; row < end; ++row) fn(row * width + offset);
    };
    each([&](std::size_t at) {
      scores_.push_back(dot(q, cache_.keys.data() + at, a_.head_dim) * a_.scale);
    });
    softmax(scores_.data(), static_cast<int>(scores_.size()));
    std::fill_n(out, a_.head_dim, 0.0F);
    std::size_t i = 0;
    each([&](std::size_t at) {
      const float weight = scores_[i++];
      const float* const value = cache_.values.data() + at;
      for (int d = 0; d < a_.head_dim; ++d) out[d] += weight * value[d];
    });
  }

 private:
  const Attention& a_;
  const Cache& cache_;
  std::vector<float> scores_;
};

}  // namespace

void mix(const Batch& batch, const Attention& a, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& w = batch.weights;
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
    auto& cache = span.state->caches[static_cast<std::size_t>(slot.cache)];
    for (int t = 0; t < span.count; ++t) {
      const auto row = static_cast<std::size_t>(span.first + t);
      const auto position = span.state->length + static_cast<std::uint64_t>(t);
      for (int h = 0; h < a.kv_heads; ++h) {
        float* const head = k.data() + row * kv_row + static_cast<std::size_t>(h * a.head_dim);
        for (int d = 0; d < a.head_dim; ++d) head[d] *= a.key_multiplier;
        if (a.k_norm) rms_norm(w, *a.k_norm, head, head);
        rotate(a.frequencies, position, head);
      }
      for (int h = 0; h < a.heads; ++h) {
        float* const head = q.data() + row * q_row + static_cast<std::size_t>(h * q_step);
        if (a.q_norm) rms_norm(w, *a.q_norm, head, head);
        rotate(a.frequencies, position, head);
      }
    }
    const auto first = static_cast<std::size_t>(span.first) * kv_row;
    const auto last = first + static_cast<std::size_t>(span.count) * kv_row;
    const auto begin = static_cast<std::ptrdiff_t>(first), end = static_cast<std::ptrdiff_t>(last);
    cache.keys.insert(cache.keys.end(), k.begin() + begin, k.begin() + end);
    cache.values.insert(cache.values.end(), v.begin() + begin, v.begin() + end);

    Reader reader(a, cache);
    for (int t = 0; t < span.count; ++t) {
      const auto row = static_cast<std::size_t>(span.first + t);
      const auto visible = span.state->rows() + static_cast<std::uint64_t>(t) + 1;
      std::uint64_t pinned = 0, from = 0;
      if (batch.window.size != 0 && visible > batch.window.pinned + batch.window.size) {
        pinned = batch.window.pinned;
        from = visible - batch.window.size;
      }
      for (int h = 0; h < a.heads; ++h) {
        float* const out = read.data() + row * static_cast<std::size_t>(q_dim) +
                           static_cast<std::size_t>(h * a.head_dim);
        const float* const head = q.data() + row * q_row + static_cast<std::size_t>(h * q_step);
        reader.read(head, h / (a.heads / a.kv_heads), pinned, from, visible, out);
        if (!a.gated) continue;
        for (int d = 0; d < a.head_dim; ++d) out[d] *= sigmoid(head[a.head_dim + d]);
      }
    }
  }
  linear(w, a.o, read.data(), static_cast<std::size_t>(q_dim), batch.tokens, y);
}

}  // namespace sr::cpu
