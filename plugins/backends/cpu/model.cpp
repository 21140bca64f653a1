#include "model.h"

#include <algorithm>
#include <cstdio>

#include "config_file.h"
#include "hash.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

std::string fingerprint_of(const std::string& folder, const hybrid::Description& description,
                           Format format, const Window& window) {
  Hash hash;
  const auto config = hybrid::read_text(folder + "/config.json", 16U << 20);
  hash.add(config.data(), config.size());
  for (const auto& weight : description.weights) {
    hash.add(weight.data, weight.count() * hybrid::bytes_of(weight.type));
  }
  auto out = "cpu/1 " + description.family + " " + hash.hex();
  out += format == Format::kF32 ? " f32" : " bf16";
  if (window.size != 0) {
    out += " window " + std::to_string(window.pinned) + "+" + std::to_string(window.size);
  }
  return out;
}

}  // namespace

std::string Hash::hex() const {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value()));
  return text;
}

std::unique_ptr<const Model> Model::load(const std::string& folder, Format format, Window window) {
  return std::unique_ptr<const Model>(
      new Model(folder, hybrid::Checkpoint::open(folder), format, window));
}

Model::Model(const std::string& folder, hybrid::Checkpoint checkpoint, Format format,
             Window window)
    : checkpoint_(std::move(checkpoint)),
      description_(hybrid::describe(folder, checkpoint_)),
      weights_(description_, format),
      layout_(description_, window),
      fingerprint_(fingerprint_of(folder, description_, format, window)) {}

bool Model::forward(std::span<Run> runs, const std::atomic<bool>& stop) const {
  const auto& d = description_;
  const auto hidden = z(d.hidden), vocabulary = z(d.vocabulary);
  std::vector<Span> spans;
  int tokens = 0;
  for (auto& run : runs) {
    run.state->reserve(layout_, run.tokens.size());
    spans.push_back({run.state, tokens, static_cast<int>(run.tokens.size())});
    tokens += static_cast<int>(run.tokens.size());
  }
  const Batch batch{weights_, spans, tokens, d.hidden, layout_};

  std::vector<float> h(z(tokens) * hidden), x(h.size()), y(h.size()), sum(h.size());
  float* row = h.data();
  for (const auto& run : runs) {
    for (const auto token : run.tokens) {
      embed(weights_.matrix(d.embedding), token, d.embedding_multiplier, row);
      row += hidden;
    }
  }
  const auto normalise = [&](const hybrid::Norm& norm) {
    for (std::size_t t = 0; t < h.size(); t += hidden) {
      rms_norm(weights_, norm, h.data() + t, x.data() + t);
    }
  };
  for (std::size_t l = 0; l < d.layers.size(); ++l) {
    if (stop.load(std::memory_order_relaxed)) return false;
    const auto& layer = d.layers[l];
    if (!layer.branches.empty()) {
      normalise(layer.norm);
      std::ranges::fill(sum, 0.0F);
    }
    for (std::size_t b = 0; b < layer.branches.size(); ++b) {
      const auto& branch = layer.branches[b];
      for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] * branch.in_multiplier;
      std::vector<float> out(h.size());
      std::visit([&](const auto& m) { mix(batch, m, layout_.slots[l][b], y.data(), out.data()); },
                 branch.mixer);
      for (std::size_t i = 0; i < out.size(); ++i) sum[i] += out[i] * branch.out_multiplier;
    }
    if (!layer.branches.empty()) {
      for (std::size_t i = 0; i < h.size(); ++i) h[i] += sum[i] * layer.residual_multiplier;
    }
    if (std::holds_alternative<std::monostate>(layer.feed_forward)) continue;
    normalise(layer.feed_norm);
    if (const auto* mlp = std::get_if<hybrid::Mlp>(&layer.feed_forward)) {
      feed_forward(weights_, *mlp, x.data(), tokens, y.data());
    } else {
      feed_forward(weights_, std::get<hybrid::Moe>(layer.feed_forward), x.data(), tokens, y.data());
    }
    for (std::size_t i = 0; i < h.size(); ++i) h[i] += y[i] * layer.residual_multiplier;
  }
  normalise(d.final_norm);

  // The head is read once for all sequences.
  std::vector<float> wanted;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].wanted == Logits::kNone) continue;
    const int kept = runs[i].wanted == Logits::kAll ? spans[i].count : 1;
    const auto* const end = x.data() + z(spans[i].first + spans[i].count) * hidden;
    wanted.insert(wanted.end(), end - z(kept) * hidden, end);
  }
  const auto rows = wanted.size() / hidden;
  std::vector<float> logits(rows * vocabulary);
  linear(weights_, d.head, wanted.data(), hidden, static_cast<int>(rows), logits.data());
  for (auto& value : logits) value *= d.logit_multiplier;
  auto from = logits.begin();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto kept = runs[i].wanted == Logits::kNone  ? 0
                      : runs[i].wanted == Logits::kAll ? z(spans[i].count)
                                                       : std::size_t{1};
    const auto to = from + static_cast<std::ptrdiff_t>(kept * vocabulary);
    runs[i].logits.assign(from, to);
    from = to;
    runs[i].state->length += static_cast<std::uint64_t>(spans[i].count);
  }
  return true;
}

}  // namespace sr::cpu
