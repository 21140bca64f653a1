#include "backend.h"

#include <algorithm>

#include "loading.h"
#include "sampling.h"
#include "snapshot.h"
#include "tools.h"

namespace sr::cpu {

namespace {

constexpr const char* kFormats[] = {"f32", "bf16", "int8", "int4", nullptr};

constexpr auto kModel = option({.name = "model", .type = SR_PATH, .flags = SR_REQUIRED,
    .doc = "The folder of the model as downloaded: config.json, *.safetensors, tokenizer.json.",
    .example = "../models/alerts"});
constexpr auto kWeights = option({.name = "weights", .type = SR_ENUM, .fallback = "bf16",
    .choices = kFormats,
    .doc = "What matrices are held in. Norms, convolutions and the recurrence stay float32."});
constexpr auto kThreads = option({.name = "threads", .type = SR_INT, .fallback = "0", .min = "0",
    .max = "64", .doc = "Threads that share a forward; 0 for one for each core that may be used, "
    "at most 8."});
constexpr auto kContext = option({.name = "max_context", .type = SR_INT, .fallback = "0",
    .min = "0", .doc = "Most tokens in one sequence; 0 for what the model was made for, which is "
    "no limit where nothing but the recurrence carries the past."});
constexpr auto kWindow = option({.name = "attention_window", .type = SR_INT, .fallback = "0",
    .min = "0", .doc = "Attention sees the last so many tokens and the pinned ones; 0 for all."});
constexpr auto kPinned = option({.name = "attention_pinned", .type = SR_INT, .fallback = "0",
    .min = "0", .doc = "The first so many tokens of a sequence stay visible to attention whatever "
    "attention_window is: the length of the app's preamble."});

constexpr std::size_t kSpare = 16;  // of what is kept for the forwards to come

const HybridSequence& hybrid_of(const Sequence& s) { return static_cast<const HybridSequence&>(s); }

class Running {
 public:
  Running(std::atomic<bool>& running, std::atomic<bool>& stop) : running_(running) {
    stop = false;
    running_ = true;
  }
  ~Running() { running_ = false; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::atomic<bool>& running_;
};

}  // namespace

const sr_option* const CpuBackend::kOptions[] = {&kModel,  &kWeights, &kThreads, &kContext,
                                                 &kWindow, &kPinned,  nullptr};

CpuBackend::CpuBackend(Host host, const Config& config) {
  spare_undos_.reserve(kSpare);
  spare_logits_.reserve(kSpare);
  model_ = load_model(host, config);
  const auto& description = model_->description();
  tokenizer_ = load_tokenizer(config.string("model"), description);
  vocabulary_ = tokenizer_->vocabulary(
      description.end_token < tokenizer_->size() ? description.end_token : -1);
  // Without attention, or with a window, nothing that grows with the sequence is looked at.
  const bool bounded = model_->layout().caches.empty() || model_->layout().window.size != 0;
  context_ = static_cast<std::uint64_t>(config.integer("max_context"));
  if (context_ == 0 && !bounded) context_ = static_cast<std::uint64_t>(description.context);
  host.log(SR_LOG_INFO, "cpu: " + model_->fingerprint() + ", " +
                            std::to_string(description.layers.size()) + " layers, " +
                            std::to_string(hybrid::parameters(description)) + " parameters, " +
                            std::to_string(model_->weight_bytes()) + " bytes of weights, " +
                            std::to_string(describe().session_bytes) + " bytes a session and " +
                            std::to_string(describe().token_bytes) + " a token");
}

const void* CpuBackend::extension(std::string_view id) noexcept {
  return id == SR_MODEL_TOOLS_ID ? &model_tools<ModelTools> : nullptr;
}

sr_backend_info CpuBackend::describe() const noexcept {
  return {.struct_size = sizeof(sr_backend_info),
          .max_batch = 0,
          .family = str(model_->description().family),
          .fingerprint = str(model_->fingerprint()),
          .session_bytes = model_->layout().fixed_floats * sizeof(float),
          .token_bytes = model_->layout().token_bytes(),
          .context_limit = context_};
}

std::vector<std::int32_t> CpuBackend::tokenize(std::string_view text, bool specials) const {
  return tokenizer_->encode(text, {.specials = specials, .continues = true});
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

void CpuBackend::check(const sr_forward_item& item,
                       std::span<sr_forward_item* const> earlier) const {
  const auto bad = [](const std::string& why) { throw Failure(SR_INVALID_ARGUMENT, why); };
  if (item.sequence == nullptr || item.tokens == nullptr || item.count == 0 ||
      item.count > (1U << 20)) {
    bad("an item needs a sequence and 1 to 1048576 tokens");
  }
  if (item.logits > SR_LOGITS_ALL) bad("logits must be none, last or all");
  for (const auto* other : earlier) {
    if (other->sequence == item.sequence) bad("the sequence is in this call already");
  }
  const auto vocabulary = model_->description().vocabulary;
  for (const auto token : std::span(item.tokens, item.count)) {
    if (token < 0 || token >= vocabulary) {
      bad("token " + std::to_string(token) + " is not in the vocabulary of " +
          std::to_string(vocabulary) + " tokens");
    }
  }
  const auto length = sequence_of<HybridSequence>(item.sequence).state.length + item.count;
  if (context_ != 0 && length > context_) {
    throw Failure(SR_EXHAUSTED, "the sequence would hold " + std::to_string(length) +
                                    " tokens and the limit is " + std::to_string(context_) +
                                    "; go on in a fresh one");
  }
}

void CpuBackend::forward(std::span<sr_forward_item* const> items) {
  const Running running(running_, stop_);
  std::vector<sr_forward_item*> good;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto code =
        detail::guarded(items[i]->error, [&] { check(*items[i], items.first(i)); });
    if (code == SR_OK) good.push_back(items[i]);
  }
  if (good.empty()) return;
  sr_error error{};
  error.struct_size = sizeof error;
  if (detail::guarded(&error, [&] { run(good); }) == SR_OK) return;
  for (auto* item : good) detail::fail(item->error, error.code, error.option, error.message);
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
    if (!model_->forward(runs, stop_)) throw Failure(SR_CANCELLED, "interrupted");
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
  if (count > sequence.last_tokens.size()) {
    throw Failure(SR_INVALID_ARGUMENT, "the last forward read " +
                                           std::to_string(sequence.last_tokens.size()) +
                                           " tokens; " + std::to_string(count) + " cannot be kept");
  }
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
  if (pick.position >= rows) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "position " + std::to_string(pick.position) + " has no logits; the last forward "
                  "kept them for " + std::to_string(rows) + " positions");
  }
  // An embedding may be longer than the vocabulary: what has no token is never chosen.
  const std::span<const float> logits(sequence.logits.data() + pick.position * row,
                                      static_cast<std::size_t>(vocabulary_.size));
  sr::cpu::choose(logits, sequence.state.length + pick.position, pick);
}

void CpuBackend::save(const Sequence& s, const sr_writer& to) const {
  sr::cpu::save(*model_, hybrid_of(s).state, to);
}

std::unique_ptr<Sequence> CpuBackend::load(const sr_reader& from) {
  return std::make_unique<HybridSequence>(sr::cpu::load(*model_, from));
}

void CpuBackend::pin(Sequence& base, std::uint64_t count) {
  if (static_cast<HybridSequence&>(base).state.pin(count)) return;
  throw Failure(SR_INVALID_ARGUMENT, "it is too late to pin " + std::to_string(count) +
                                         " tokens: some may be out of sight already");
}

void CpuBackend::interrupt() noexcept {
  if (running_) stop_ = true;
}

}  // namespace sr::cpu
