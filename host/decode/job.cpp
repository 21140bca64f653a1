#include "host/decode/job.h"

#include <algorithm>

namespace sr::host {

void Job::append(std::span<const std::int32_t> tokens, const sr_vocabulary& vocabulary) {
  for (const auto token : tokens) result_.text += token_bytes(vocabulary, token);
  result_.tokens.insert(result_.tokens.end(), tokens.begin(), tokens.end());
}

Status Job::begin(ForcedRuns& runs) {
  result_.stats.wait_ms = ms_since(submitted_);
  if (!request_.grammar) return {};
  auto matcher = request_.grammar->open(request_.slots);
  if (!matcher) {
    auto error = std::move(matcher).error();
    // Its slots need what was not given.
    if (error.code == SR_INVALID_ARGUMENT && !request_.slots.empty()) error.code = SR_NOT_FOUND;
    return error;
  }
  matcher_.emplace(std::move(*matcher));
  const auto start = Clock::now();
  for (const auto token : request_.branch.begins) {
    if (auto accepted = matcher_->accept(token); !accepted) return accepted;
  }
  add(request_.branch.begins, runs.vocabulary());
  auto run = runs.take(*matcher_);
  if (!run) return std::move(run).error();
  add(*run, runs.vocabulary());
  result_.stats.mask_ms += ms_since(start);
  complete_ = matcher_->status() == SR_MATCH_DONE;
  return {};
}

// What the model has no choice about.
void Job::add(std::span<const std::int32_t> tokens, const sr_vocabulary& vocabulary) {
  append(tokens, vocabulary);
  pending_.insert(pending_.end(), tokens.begin(), tokens.end());
  result_.stats.forced += static_cast<std::uint32_t>(tokens.size());
}

void Job::chose(float margin) {
  result_.margin = std::min(result_.margin, margin);
  if (margin < Doubt::kMost) result_.doubts.push_back({result_.tokens.size(), margin});
}

std::span<const std::int32_t> Job::next_chunk(std::size_t limit) {
  chunk_start_ = next_;
  next_ = std::min(pending_.size(), next_ + limit);
  return std::span<const std::int32_t>(pending_).subspan(chunk_start_, next_ - chunk_start_);
}

std::uint32_t Job::logits() const {
  if (!wants_token()) return SR_LOGITS_NONE;
  return ahead_.empty() ? SR_LOGITS_LAST : SR_LOGITS_ALL;
}

void Job::forwarded(double ms) {
  ++result_.stats.steps;
  (prompt_read_ ? result_.stats.forward_ms : result_.stats.read_ms) += ms;
  last_size_ = next_ - chunk_start_;
  all_logits_ = !ahead_.empty();
  if (idle()) {
    prompt_read_ = true;
    pending_.clear();
    next_ = 0;
  }
}

Status Job::fill_mask(std::span<std::uint32_t> mask) {
  const auto start = Clock::now();
  auto filled = matcher_->fill_mask(mask);
  result_.stats.mask_ms += ms_since(start);
  if (!filled) return filled;
  const auto never = request_.branch.not_next;
  if (never >= 0 && result_.tokens.size() == request_.branch.begins.size()) {
    mask[static_cast<std::size_t>(never) / 32] &= ~(1U << (never % 32));
  }
  if (std::all_of(mask.begin(), mask.end(), [](std::uint32_t word) { return word == 0; })) {
    return Error{SR_INTERNAL, "decode", "no token can follow: " + matcher_->explain(), {}};
  }
  return {};
}

Status Job::take(std::int32_t token, const sr_vocabulary& vocabulary, ForcedRuns& runs) {
  const auto start = Clock::now();
  ++result_.stats.sampled;
  if (token == vocabulary.end_token && matcher_->status() != SR_MATCH_OPEN) {
    complete_ = true;
    wrong_ = ahead_.size();
    ahead_.clear();
    return {};
  }
  if (auto accepted = matcher_->accept(token); !accepted) {
    return Error{SR_INVALID_ARGUMENT,
                 "decode",
                 "the backend chose a token that the grammar forbids: " + accepted.error().what,
                 {}};
  }
  pending_.assign(1, token);
  auto run = runs.take(*matcher_);
  if (!run) return std::move(run).error();
  pending_.insert(pending_.end(), run->begin(), run->end());
  append(pending_, vocabulary);
  result_.stats.forced += static_cast<std::uint32_t>(run->size());
  complete_ = matcher_->status() == SR_MATCH_DONE;
  compare_with_draft();
  if (!complete_) read_ahead();
  result_.stats.mask_ms += ms_since(start);
  if (!complete_ && result_.tokens.size() >= request_.max_tokens) {
    return Error{SR_EXHAUSTED,
                 "decode",
                 "the model wrote " + std::to_string(result_.tokens.size()) +
                     " tokens without coming to an end (max_tokens of the route)",
                 {}};
  }
  if (request_.progress) request_.progress(result_.text);
  return {};
}

// What was just added to the answer is in pending_; the sequence may have read some of it.
void Job::compare_with_draft() {
  const auto [fresh, guessed] = std::ranges::mismatch(pending_, ahead_);
  const auto same = fresh - pending_.begin();
  result_.stats.ahead += static_cast<std::uint32_t>(same);
  pending_.erase(pending_.begin(), fresh);
  ahead_.erase(ahead_.begin(), guessed);
  if (pending_.empty() && !complete_) return;  // so far so good
  wrong_ = ahead_.size();
  ahead_.clear();
}

// Adds what the draft says next to what is forwarded, when the answer has begun like it.
void Job::read_ahead() {
  constexpr std::size_t kMost = 64;  // tokens, so that all go down in one forward
  const auto written = result_.tokens.size();
  if (!ahead_.empty() || pending_.empty() || draft_.size() <= written || pending_.size() > kMost ||
      !std::equal(result_.tokens.begin(), result_.tokens.end(), draft_.begin())) {
    return;
  }
  const auto from = draft_.begin() + static_cast<std::ptrdiff_t>(written);
  ahead_.assign(from, from + static_cast<std::ptrdiff_t>(std::min(kMost, draft_.size() - written)));
  pending_.insert(pending_.end(), ahead_.begin(), ahead_.end());
}

void Job::succeed() {
  if (finished_.exchange(true)) return;
  result_.unread.assign(pending_.begin() + static_cast<std::ptrdiff_t>(next_), pending_.end());
  done_(std::move(result_));
}

void Job::fail(Error error) {
  if (finished_.exchange(true)) return;
  done_(std::move(error));
}

}  // namespace sr::host
