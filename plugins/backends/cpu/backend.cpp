#include "backend.h"

#include <algorithm>

#include "loading.h"
#include "options.h"
#include "sampling.h"
#include "snapshot.h"
#include "tools.h"

namespace sr::cpu {

namespace {

constexpr auto kThreads = option({.name = "threads", .type = SR_INT, .fallback = "0", .min = "0",
    .max = "64", .doc = "Threads that share a forward; 0 for one for each core that may be used, "
    "at most 8."});
constexpr std::size_t kSpare = 16;  // of what is kept for the forwards to come

const HybridSequence& hybrid_of(const Sequence& s) { return static_cast<const HybridSequence&>(s); }

}  // namespace

const sr_option* const CpuBackend::kOptions[] = {
    &hybrid::kModel,  &hybrid::kWeights, &kThreads, &hybrid::kContext,
    &hybrid::kWindow, &hybrid::kPinned,  nullptr};

CpuBackend::CpuBackend(Host host, const Config& config) {
  spare_undos_.reserve(kSpare);
  spare_logits_.reserve(kSpare);
  model_ = load_model(host, config);
  start(host, config, kType, model_->facts());
}

const void* CpuBackend::extension(std::string_view id) noexcept {
  return id == SR_MODEL_TOOLS_ID ? &model_tools<ModelTools> : nullptr;
}

std::unique_ptr<Sequence> CpuBackend::open() {
  return std::make_unique<HybridSequence>(State(model_->layout()));
}

std::unique_ptr<Sequence> CpuBackend::fork(const Sequence& from) {
  return std::make_unique<HybridSequence>(hybrid_of(from));
}

std::uint64_t CpuBackend::length(const Sequence& s) const noexcept {
  return hybrid_of(s).state.length;
}

void CpuBackend::run(std::span<sr_forward_item* const> items) {
  std::vector<Run> runs;
  std::vector<std::shared_ptr<Undo>> undos;
  for (const auto* item : items) {
    auto& state = sequence_of<HybridSequence>(item->sequence).state;
    undos.push_back(prepared_undo(state));
    runs.push_back({&state, {item->tokens, item->count}, static_cast<Logits>(item->logits), {}});
    if (spare_logits_.empty()) continue;
    runs.back().logits = std::move(spare_logits_.back());
    spare_logits_.pop_back();
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    undos[i]->take(*runs[i].state);
    runs[i].before = undos[i]->fixed.data();
  }
  const auto restore = [&] {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      undos[i]->restore(*runs[i].state);
    }
  };
  try {
    if (!model_->forward(runs, stop())) throw Failure(SR_CANCELLED, "interrupted");
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto& sequence = sequence_of<HybridSequence>(items[i]->sequence);
      sequence.last_tokens.reserve(items[i]->count);  // so that nothing fails half way
    }
  } catch (...) {
    restore();
    throw;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto& sequence = sequence_of<HybridSequence>(items[i]->sequence);
    sequence.last_tokens.assign(runs[i].tokens.begin(), runs[i].tokens.end());
    std::swap(sequence.undo, undos[i]);
    sequence.kept = runs[i].wanted;
    std::swap(sequence.logits, runs[i].logits);
    if (undos[i].use_count() == 1 && spare_undos_.size() < kSpare) {
      spare_undos_.push_back(std::move(undos[i]));
    }
    if (spare_logits_.size() < kSpare) spare_logits_.push_back(std::move(runs[i].logits));
  }
}

// In memory that was one before.
std::shared_ptr<Undo> CpuBackend::prepared_undo(const State& state) {
  auto out = spare_undos_.empty() ? std::make_shared<Undo>() : std::move(spare_undos_.back());
  if (!spare_undos_.empty()) spare_undos_.pop_back();
  out->prepare(state);
  return out;
}

void CpuBackend::keep(Sequence& base, std::size_t count) {
  auto& sequence = static_cast<HybridSequence&>(base);
  check_kept(count, sequence.last_tokens.size());
  if (count == sequence.last_tokens.size()) return;
  State kept = sequence.state;
  sequence.undo->restore(kept);
  if (count > 0) {
    // The same tokens give the same state to the last bit, so the logits that stay are true of it.
    const std::atomic<bool> never = false;
    Run again{&kept, std::span(sequence.last_tokens).first(count), Logits::kNone, {}};
    model_->forward({&again, 1}, never);
  }
  sequence.state = std::move(kept);
  sequence.last_tokens.resize(count);
  const auto rows = sequence.kept == Logits::kAll ? count : 0;
  sequence.logits.resize(rows * static_cast<std::size_t>(model_->description().vocabulary));
}

void CpuBackend::sample(std::span<sr_pick* const> picks) {
  each_item(picks, [&](sr_pick& pick) { choose(pick); });
}

void CpuBackend::choose(sr_pick& pick) const {
  pick.token = -1;
  if (pick.sequence == nullptr) throw Failure(SR_INVALID_ARGUMENT, "a pick needs a sequence");
  const auto& sequence = sequence_of<HybridSequence>(pick.sequence);
  const auto row = static_cast<std::size_t>(model_->description().vocabulary);
  const auto rows = sequence.logits.size() / row;
  check_pick(pick, rows);
  // An embedding may be longer than the vocabulary: what has no token is never chosen.
  const std::span<const float> logits(sequence.logits.data() + pick.position * row,
                                      static_cast<std::size_t>(vocabulary().size));
  hybrid::choose(logits, sequence.state.length + pick.position, pick);
}

void CpuBackend::save(const Sequence& s, const sr_writer& to) const {
  hybrid::save(model_->fingerprint(), model_->layout(), hybrid_of(s).state, to);
}

std::unique_ptr<Sequence> CpuBackend::load(const sr_reader& from) {
  return std::make_unique<HybridSequence>(
      hybrid::load(model_->fingerprint(), model_->layout(), from));
}

void CpuBackend::pin(Sequence& base, std::uint64_t count) {
  if (static_cast<HybridSequence&>(base).state.pin(count)) return;
  refuse_pin(count);
}

}  // namespace sr::cpu
