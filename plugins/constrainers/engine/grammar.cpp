#include "engine/grammar.h"

#include <algorithm>

namespace sr::constrain {

CompiledGrammar::CompiledGrammar(std::shared_ptr<const Program> program,
                                 std::shared_ptr<const Vocabulary> vocabulary, std::size_t budget,
                                 std::shared_ptr<SlotCache> slots)
    : program_(std::move(program)), vocabulary_(std::move(vocabulary)), budget_(budget),
      slots_(std::move(slots)) {}

std::shared_ptr<Engine> CompiledGrammar::engine() {
  const std::lock_guard lock(mutex_);
  if (engine_ == nullptr || engine_->memory() > budget_) {
    engine_ = std::make_shared<Engine>(program_, vocabulary_);
  }
  return engine_;
}

std::shared_ptr<Opening> CompiledGrammar::open(std::shared_ptr<Engine> engine,
                                               std::span<const sr_slot_texts> given) {
  const auto& specs = program_->slots();
  if (specs.empty()) return nullptr;
  SlotMachine::Texts texts;
  std::vector<bool> available;
  bool all = true;
  for (const auto& spec : specs) {
    std::vector<std::string_view> of_name;
    for (const auto& slot : given) {
      if (view(slot.name) != spec.name) continue;
      for (std::size_t i = 0; i < slot.count; ++i) of_name.push_back(view(slot.texts[i]));
    }
    texts.push_back(of_name.empty() ? nullptr : slots_->find(spec, of_name));
    available.push_back(texts.back() != nullptr);
    all = all && available.back();
  }
  auto live = all ? nullptr : live_with(available);
  return std::make_shared<Opening>(std::move(engine), std::move(texts), std::move(live));
}

std::shared_ptr<const Conditions::Items> CompiledGrammar::live_with(
    const std::vector<bool>& available) {
  {
    const std::lock_guard lock(mutex_);
    for (auto at = live_.begin(); at != live_.end(); ++at) {
      if (at->first != available) continue;
      live_.splice(live_.begin(), live_, at);
      return at->second;
    }
  }
  auto made = std::make_shared<const Conditions::Items>(
      program_->conditions()->complete(available));
  const std::lock_guard lock(mutex_);
  live_.emplace_front(available, made);
  if (live_.size() > kLiveKept) live_.pop_back();
  return made;
}

std::unique_ptr<Matcher> SharedGrammar::open_with(std::span<const sr_slot_texts> texts) {
  auto engine = grammar_->engine();
  auto opening = grammar_->open(engine, texts);
  return std::make_unique<EngineMatcher>(std::move(engine), std::move(opening));
}

EngineMatcher::EngineMatcher(std::shared_ptr<Engine> engine, std::shared_ptr<Opening> opening)
    : engine_(std::move(engine)), opening_(std::move(opening)), now_(engine_->start()) {}

std::unique_ptr<Matcher> EngineMatcher::fork() const {
  return std::make_unique<EngineMatcher>(*this);
}

void EngineMatcher::fill_mask(std::span<std::uint32_t> mask) {
  if (mask.size() != engine_->vocabulary().words()) {
    throw Failure(SR_INVALID_ARGUMENT, "a mask of " + std::to_string(mask.size()) +
                                           " words was given; this vocabulary needs " +
                                           std::to_string(engine_->vocabulary().words()));
  }
  if (opening_ != nullptr) return opening_->fill_mask(now_, mask);
  engine_->fill_mask(now_, mask);
}

void EngineMatcher::accept(std::int32_t token) {
  const auto* next =
      opening_ != nullptr ? opening_->accept(now_, token) : engine_->accept(now_, token);
  if (next == nullptr) refuse(token);
  before_.push_back(now_);
  now_ = next;
}

void EngineMatcher::refuse(std::int32_t token) {
  std::string name = "token " + std::to_string(token);
  if (token < 0 || token >= engine_->vocabulary().size()) {
    name += " (not in the vocabulary)";
  } else if (const auto bytes = engine_->vocabulary().bytes(token); !bytes.empty()) {
    name += " (" + quoted({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + ")";
  }
  throw Failure(SR_INVALID_ARGUMENT, name + " may not come next: " + explain());
}

std::size_t EngineMatcher::forced(std::span<std::uint8_t> bytes) {
  if (opening_ != nullptr) return opening_->forced(now_, bytes);
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
  const bool done = opening_ != nullptr ? opening_->done(now_) : engine_->done(now_);
  return done ? SR_MATCH_DONE : SR_MATCH_MAY_END;
}

std::string EngineMatcher::explain() {
  return opening_ != nullptr ? opening_->explain(now_) : engine_->explain(now_);
}

}  // namespace sr::constrain
