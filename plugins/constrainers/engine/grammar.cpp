#include "engine/grammar.h"

#include <algorithm>

namespace sr::constrain {

CompiledGrammar::CompiledGrammar(std::shared_ptr<const Program> program,
                                 std::shared_ptr<const Vocabulary> vocabulary, std::size_t budget)
    : program_(std::move(program)), vocabulary_(std::move(vocabulary)), budget_(budget) {}

std::shared_ptr<Engine> CompiledGrammar::engine() {
  const std::lock_guard lock(mutex_);
  if (engine_ == nullptr || engine_->memory() > budget_) {
    engine_ = std::make_shared<Engine>(program_, vocabulary_);
  }
  return engine_;
}

std::unique_ptr<Matcher> SharedGrammar::open() {
  return std::make_unique<EngineMatcher>(grammar_->engine());
}

EngineMatcher::EngineMatcher(std::shared_ptr<Engine> engine)
    : engine_(std::move(engine)), now_(engine_->start()) {}

std::unique_ptr<Matcher> EngineMatcher::fork() const {
  return std::make_unique<EngineMatcher>(*this);
}

void EngineMatcher::fill_mask(std::span<std::uint32_t> mask) {
  if (mask.size() != engine_->vocabulary().words()) {
    throw Failure(SR_INVALID_ARGUMENT, "a mask of " + std::to_string(mask.size()) +
                                           " words was given; this vocabulary needs " +
                                           std::to_string(engine_->vocabulary().words()));
  }
  engine_->fill_mask(now_, mask);
}

void EngineMatcher::accept(std::int32_t token) {
  const auto* next = engine_->accept(now_, token);
  if (next == nullptr) refuse(token);
  before_.push_back(now_);
  now_ = next;
}

void EngineMatcher::refuse(std::int32_t token) const {
  std::string name = "token " + std::to_string(token);
  if (token < 0 || token >= engine_->vocabulary().size()) {
    name += " (not in the vocabulary)";
  } else if (const auto bytes = engine_->vocabulary().bytes(token); !bytes.empty()) {
    name += " (" + quoted({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + ")";
  }
  throw Failure(SR_INVALID_ARGUMENT, name + " may not come next: " + engine_->explain(now_));
}

std::size_t EngineMatcher::forced(std::span<std::uint8_t> bytes) {
  std::size_t written = 0;
  const auto* at = now_;
  while (written < bytes.size()) {
    const auto& run = engine_->forced(at);
    const auto count = std::min(run.bytes.size(), bytes.size() - written);
    std::copy_n(run.bytes.begin(), count, bytes.begin() + static_cast<std::ptrdiff_t>(written));
    written += count;
    if (run.bytes.size() < ForcedRun::kLongest) break;
    at = run.after;
  }
  return written;
}

void EngineMatcher::rollback(std::size_t count) {
  if (count > before_.size()) {
    throw Failure(SR_INVALID_ARGUMENT, "cannot take back " + std::to_string(count) +
                                           " tokens: only " + std::to_string(before_.size()) +
                                           " were accepted");
  }
  if (count == 0) return;
  now_ = before_[before_.size() - count];
  before_.resize(before_.size() - count);
}

std::int32_t EngineMatcher::status() {
  if (now_ == engine_->ended()) return SR_MATCH_DONE;
  if (!now_->may_end) return SR_MATCH_OPEN;
  return engine_->done(now_) ? SR_MATCH_DONE : SR_MATCH_MAY_END;
}

std::string EngineMatcher::explain() { return engine_->explain(now_); }

}  // namespace sr::constrain
