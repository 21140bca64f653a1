#include "model.h"

#include <algorithm>

#include "fingerprint.h"

namespace sr::cpu {

namespace {

std::size_t z(int i) { return static_cast<std::size_t>(i); }

constexpr int kSlice = 64;  // tokens that go through the layers together

// About what a slice needs, so that the first one finds it there.
std::size_t workspace_bytes(const hybrid::Description& d) {
  std::size_t widest = 0;
  for (std::size_t i = 0; i < d.weights.size(); ++i) {
    const auto& weight = d.weights[i];
    if (weight.role != hybrid::Role::kMatrix || weight.rows == d.vocabulary) continue;
    widest = std::max({widest, static_cast<std::size_t>(weight.rows),
                       static_cast<std::size_t>(weight.columns)});
  }
  return z(kSlice) * (8 * z(d.hidden) + 4 * widest) * sizeof(float);
}

}  // namespace

std::unique_ptr<const Model> Model::load(const std::string& folder, Format format, Window window,
                                         const Machine& machine,
                                         const hybrid::Progress::Say& say) {
  return std::unique_ptr<const Model>(
      new Model(folder, hybrid::Checkpoint::open(folder), format, window, machine, say));
}

Model::Model(const std::string& folder, hybrid::Checkpoint checkpoint, Format format,
             Window window, const Machine& machine, const hybrid::Progress::Say& say)
    : checkpoint_(std::move(checkpoint)),
      description_(hybrid::describe(folder, checkpoint_)),
      kernels_(*machine.kernels),
      team_(std::make_unique<Team>(machine.threads)),
      weights_(description_, format, kernels_, *team_, say),
      layout_(description_, window),
      work_(std::make_unique<Workspace>(workspace_bytes(description_))),
      fingerprint_(hybrid::fingerprint_of(folder, description_, format, window, say)) {}

bool Model::forward(std::span<Run> runs, const std::atomic<bool>& stop) const {
  for (auto& run : runs) {
    run.state->reserve(layout_, run.tokens.size());
    const auto kept = run.wanted == Logits::kNone  ? 0
                      : run.wanted == Logits::kAll ? run.tokens.size()
                                                   : 1;
    run.logits.resize(kept * z(description_.vocabulary));
  }
  const Workspace::Scope scope(*work_);
  auto* const rows = work_->take<Row>(runs.size());
  std::size_t used = 0;
  int room = kSlice;
  for (auto& run : runs) {
    const auto count = static_cast<int>(run.tokens.size());
    for (int first = 0; first < count;) {
      const int size = std::min(room, count - first);
      rows[used++] = {&run, first, size};
      first += size;
      room -= size;
      if (room > 0) continue;
      if (!forward_slice({rows, used}, stop)) return false;
      used = 0;
      room = kSlice;
    }
  }
  return used == 0 || forward_slice({rows, used}, stop);
}

bool Model::forward_slice(std::span<const Row> rows, const std::atomic<bool>& stop) const {
  const auto& d = description_;
  const auto hidden = z(d.hidden);
  const Workspace::Scope scope(*work_);
  const Compute c{weights_, kernels_, *team_, *work_};
  auto* const spans = work_->take<Span>(rows.size());
  auto* const ids = work_->take<std::int32_t>(kSlice);
  int tokens = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& run = *rows[i].run;
    const bool elsewhere = rows[i].first == 0 && run.before != nullptr;
    spans[i] = {run.state, elsewhere ? run.before : run.state->fixed.data(), tokens, rows[i].count};
    std::copy_n(run.tokens.begin() + rows[i].first, rows[i].count, ids + tokens);
    tokens += rows[i].count;
  }
  const Batch batch{c, {spans, rows.size()}, tokens, d.hidden, layout_};

  const auto size = z(tokens) * hidden;
  float* const h = work_->take(size);
  float* const x = work_->take(size);
  float* const y = work_->take(size);
  each_token(c, tokens, hidden, [&](std::size_t t) {
    embed(c, d.embedding, ids[t], d.embedding_multiplier, h + t * hidden);
  });
  const auto normalise = [&](const hybrid::Norm& norm) {
    each_token(c, tokens, hidden, [&](std::size_t t) {
      rms_norm(c, norm, h + t * hidden, x + t * hidden);
    });
  };
  const auto add = [&](float scale) {
    each_token(c, tokens, hidden, [&](std::size_t t) {
      kernels_.add_scaled(h + t * hidden, y + t * hidden, scale, hidden);
    });
  };
  for (std::size_t l = 0; l < d.layers.size(); ++l) {
    if (stop.load(std::memory_order_relaxed)) return false;
    const auto& layer = d.layers[l];
    if (!layer.branches.empty()) normalise(layer.norm);
    for (std::size_t b = 0; b < layer.branches.size(); ++b) {
      const auto& branch = layer.branches[b];
      const float* in = x;
      const Workspace::Scope branch_scope(*work_);
      if (branch.in_multiplier != 1) {
        float* const scaled = work_->take(size);
        std::copy_n(x, size, scaled);
        kernels_.scale(scaled, branch.in_multiplier, size);
        in = scaled;
      }
      std::visit([&](const auto& m) { mix(batch, m, layout_.slots[l][b], in, y); }, branch.mixer);
      add(branch.out_multiplier * layer.residual_multiplier);
    }
    if (std::holds_alternative<std::monostate>(layer.feed_forward)) continue;
    normalise(layer.feed_norm);
    if (const auto* mlp = std::get_if<hybrid::Mlp>(&layer.feed_forward)) {
      feed_forward(c, *mlp, x, tokens, y);
    } else {
      feed_forward(c, std::get<hybrid::Moe>(layer.feed_forward), x, tokens, y);
    }
    add(layer.residual_multiplier);
  }
  normalise(d.final_norm);
  write_logits(c, rows, x);
  for (const auto& row : rows) row.run->state->length += static_cast<std::uint64_t>(row.count);
  return true;
}

// The head is read once for all sequences.
void Model::write_logits(const Compute& c, std::span<const Row> rows, const float* x) const {
  const auto hidden = z(description_.hidden), vocabulary = z(description_.vocabulary);
  float* const wanted = work_->take(z(kSlice) * hidden);
  const auto kept = [](const Row& row) -> std::size_t {
    const bool last = z(row.first + row.count) == row.run->tokens.size();
    if (row.run->wanted == Logits::kAll) return z(row.count);
    return row.run->wanted == Logits::kLast && last ? 1 : 0;
  };
  std::size_t count = 0;
  for (const auto& row : rows) {
    x += z(row.count) * hidden;
    std::copy_n(x - kept(row) * hidden, kept(row) * hidden, wanted + count * hidden);
    count += kept(row);
  }
  if (count == 0) return;
  float* logits = work_->take(count * vocabulary);
  linear(c, description_.head, wanted, hidden, static_cast<int>(count), logits);
  if (description_.logit_multiplier != 1) {
    kernels_.scale(logits, description_.logit_multiplier, count * vocabulary);
  }
  for (const auto& row : rows) {
    const auto at = row.run->wanted == Logits::kAll ? z(row.first) : 0;
    std::copy_n(logits, kept(row) * vocabulary, row.run->logits.begin() +
                                                    static_cast<std::ptrdiff_t>(at * vocabulary));
    logits += kept(row) * vocabulary;
  }
}

}  // namespace sr::cpu
