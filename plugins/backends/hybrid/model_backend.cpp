#include "model_backend.h"

#include "model_folder.h"

namespace sr::hybrid {

namespace {

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

void ModelBackend::start(Host host, const Config& config, const char* name, const Loaded& model) {
  model_ = std::make_unique<const Loaded>(model);
  warn_of_guesses(host, config.string("model"), model.description);
  tokenizer_ = load_tokenizer(config.string("model"), model.description);
  const auto end = model.description.end_token;
  vocabulary_ = tokenizer_->vocabulary(end < tokenizer_->size() ? end : -1);
  // Without attention, or with a window, nothing that grows with the sequence is looked at.
  const bool bounded = model.layout.caches.empty() || model.layout.window.size != 0;
  context_ = static_cast<std::uint64_t>(config.integer("max_context"));
  if (context_ == 0 && !bounded) context_ = static_cast<std::uint64_t>(model.description.context);
  host.log(SR_LOG_INFO, std::string(name) + ": " + model.fingerprint + ", " +
                            std::to_string(model.description.layers.size()) + " layers, " +
                            std::to_string(parameters(model.description)) + " parameters, " +
                            std::to_string(model.weight_bytes) + " bytes of weights, " +
                            std::to_string(describe().session_bytes) + " bytes a session and " +
                            std::to_string(describe().token_bytes) + " a token");
}

sr_backend_info ModelBackend::describe() const noexcept {
  return {.struct_size = sizeof(sr_backend_info),
          .max_batch = 0,
          .family = str(model_->description.family),
          .fingerprint = str(model_->fingerprint),
          .session_bytes = model_->layout.fixed_floats * sizeof(float),
          .token_bytes = model_->layout.token_bytes(),
          .context_limit = context_};
}

std::vector<std::int32_t> ModelBackend::tokenize(std::string_view text, bool specials) const {
  return tokenizer_->encode(text, {.specials = specials, .continues = true});
}

void ModelBackend::check(const sr_forward_item& item,
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
  const auto vocabulary = model_->description.vocabulary;
  for (const auto token : std::span(item.tokens, item.count)) {
    if (token < 0 || token >= vocabulary) {
      bad("token " + std::to_string(token) + " is not in the vocabulary of " +
          std::to_string(vocabulary) + " tokens");
    }
  }
  const auto length = this->length(sequence_of<>(item.sequence)) + item.count;
  if (context_ != 0 && length > context_) {
    throw Failure(SR_EXHAUSTED, "the sequence would hold " + std::to_string(length) +
                                    " tokens and the limit is " + std::to_string(context_) +
                                    "; go on in a fresh one");
  }
}

void ModelBackend::forward(std::span<sr_forward_item* const> items) {
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

void ModelBackend::check_kept(std::size_t count, std::size_t read) {
  if (count <= read) return;
  throw Failure(SR_INVALID_ARGUMENT, "the last forward read " + std::to_string(read) +
                                         " tokens; " + std::to_string(count) +
                                         " cannot be kept");
}

void ModelBackend::check_pick(const sr_pick& pick, std::size_t positions) {
  if (pick.position < positions) return;
  throw Failure(SR_INVALID_ARGUMENT,
                "position " + std::to_string(pick.position) + " has no logits; the last forward "
                "kept them for " + std::to_string(positions) + " positions");
}

void ModelBackend::refuse_pin(std::uint64_t count) {
  throw Failure(SR_INVALID_ARGUMENT, "it is too late to pin " + std::to_string(count) +
                                         " tokens: some may be out of sight already");
}

void ModelBackend::interrupt() noexcept {
  if (running_) stop_ = true;
}

}  // namespace sr::hybrid
