#include "sequence.h"

namespace sr::scripted {

Reading TextSequence::extended(std::span<const std::int32_t> tokens) const {
  Reading next = now_;
  for (const auto token : tokens) {
    if (token < 0 || token >= kVocabulary) {
      throw Failure(SR_INVALID_ARGUMENT, "token " + std::to_string(token) +
                                             " is not in the vocabulary of 257 tokens");
    }
    next.append(token);
  }
  return next;
}

void TextSequence::commit(Reading next, std::span<const std::int32_t> tokens,
                          std::uint32_t logits) {
  auto last = std::make_shared<Last>();
  last->tokens.assign(tokens.begin(), tokens.end());
  last->logits = logits;
  last->before = std::move(now_);
  last_ = std::move(last);
  now_ = std::move(next);
  kept_ = tokens.size();
}

Reading TextSequence::replayed(std::size_t count) const {
  Reading out = last_->before;
  for (std::size_t i = 0; i < count; ++i) out.append(last_->tokens[i]);
  out.share_event(now_);
  return out;
}

void TextSequence::keep(std::size_t count) {
  if (count > kept_) {
    throw Failure(SR_INVALID_ARGUMENT, "cannot keep " + std::to_string(count) +
                                           " tokens: the last forward left " +
                                           std::to_string(kept_));
  }
  if (count == kept_) return;
  now_ = replayed(count);
  kept_ = count;
}

Reading TextSequence::at(std::size_t position) const {
  const auto logits = last_ ? last_->logits : std::uint32_t{SR_LOGITS_NONE};
  const bool last_one = logits == SR_LOGITS_LAST && position == 0 && kept_ == last_->tokens.size();
  if (last_one || (logits == SR_LOGITS_ALL && position + 1 == kept_)) return now_;
  if (logits == SR_LOGITS_ALL && position < kept_) return replayed(position + 1);
  throw Failure(SR_INVALID_ARGUMENT,
                "position " + std::to_string(position) +
                    " has no logits: the sequence's last forward did not keep them");
}

}  // namespace sr::scripted
