#include "echo.h"

#include <cctype>
#include <cmath>
#include <limits>

namespace echo {
namespace {

constexpr std::string_view kEndText = "<|end|>";
constexpr std::string_view kFingerprint = "echo-1";

bool allowed(const sr_pick& pick, std::int32_t token) {
  if (pick.mask == nullptr) return true;
  return (pick.mask[token / 32] >> (token % 32) & 1u) != 0;
}

}  // namespace

Echo::Echo(sr::Host host, const sr::Config& config)
    : context_(static_cast<std::uint64_t>(config.integer("context"))),
      case_(config.string("case")) {
  if (context_ % 16 != 0) {  // a rule that the option table cannot say
    throw sr::BadOption("context", "must be a multiple of 16, not " + std::to_string(context_));
  }
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    bytes_[i] = static_cast<std::uint8_t>(i);
    offsets_[i] = static_cast<std::uint32_t>(i);
  }
  offsets_[kEnd] = offsets_[kEnd + 1] = 256;  // special tokens have no bytes
  end_ = {kEnd, sr::str(kEndText)};
  vocabulary_ = {sizeof(sr_vocabulary), kSize, bytes_.data(),        offsets_.data(), kEnd, 1,
                 &end_,                 sr::str(kFingerprint)};
  host.log(SR_LOG_INFO, "echo: ready");
}

sr_backend_info Echo::describe() const noexcept {
  return {.struct_size = sizeof(sr_backend_info),
          .max_batch = 0,
          .family = sr::str("echo"),
          .fingerprint = sr::str(kFingerprint),
          .session_bytes = sizeof(Text),
          .token_bytes = sizeof(std::int32_t),
          .context_limit = context_};
}

std::vector<std::int32_t> Echo::tokenize(std::string_view text, bool specials) const {
  std::vector<std::int32_t> out;
  while (!text.empty()) {
    if (specials && text.starts_with(kEndText)) {
      out.push_back(kEnd);
      text.remove_prefix(kEndText.size());
    } else {
      out.push_back(static_cast<std::uint8_t>(text[0]));
      text.remove_prefix(1);
    }
  }
  return out;
}

std::unique_ptr<sr::Sequence> Echo::fork(const sr::Sequence& from) {
  return std::make_unique<Text>(static_cast<const Text&>(from));
}

std::uint64_t Echo::length(const sr::Sequence& s) const noexcept {
  return static_cast<const Text&>(s).tokens.size();
}

void Echo::forward(std::span<sr_forward_item* const> items) {
  sr::each_item(items, [&](sr_forward_item& item) {
    auto& text = sr::sequence_of<Text>(item.sequence);
    const std::span tokens(item.tokens, item.count);
    if (text.tokens.size() + tokens.size() > context_) {  // checked first: all or nothing
      throw sr::Failure(SR_EXHAUSTED, "the session has more than " + std::to_string(context_) +
                                          " tokens; raise `context`");
    }
    for (const auto token : tokens) {
      if (token < 0 || token >= kSize) {
        throw std::invalid_argument("there is no token " + std::to_string(token));
      }
    }
    text.last_forward = text.tokens.size();
    text.tokens.insert(text.tokens.end(), tokens.begin(), tokens.end());
    text.first_logits = item.logits == SR_LOGITS_ALL    ? text.last_forward
                        : item.logits == SR_LOGITS_LAST ? text.tokens.size() - 1
                                                        : text.tokens.size();
  });
}

std::int32_t Echo::wanted(const Text& text, std::size_t position) const {
  const auto at = text.first_logits + position;
  if (at >= text.tokens.size()) {
    throw std::invalid_argument("no logits were kept for position " + std::to_string(position));
  }
  const auto token = text.tokens[at];
  if (token >= 128 || case_ == "keep") return token;
  return case_ == "upper" ? std::toupper(token) : std::tolower(token);
}

void Echo::sample(std::span<sr_pick* const> picks) {
  sr::each_item(picks, [&](sr_pick& pick) {
    const auto first = wanted(sr::sequence_of<Text>(pick.sequence), pick.position);
    pick.token = -1;
    if (pick.score_count != 0) {
      for (std::size_t i = 0; i < pick.score_count; ++i) {
        const bool certain = pick.score_tokens[i] == first;
        pick.scores[i] = certain ? 0.0F : -std::numeric_limits<float>::infinity();
      }
      return;
    }
    for (std::int32_t i = 0; i < kSize && pick.token < 0; ++i) {
      const auto token = (first + i) % kSize;
      if (allowed(pick, token)) pick.token = token;
    }
    if (pick.token < 0) throw std::invalid_argument("the mask allows no token");
  });
}

void Echo::keep(sr::Sequence& s, std::size_t count) {
  auto& text = static_cast<Text&>(s);
  if (text.last_forward + count > text.tokens.size()) {
    throw std::invalid_argument("the last forward had fewer tokens than " + std::to_string(count));
  }
  text.tokens.resize(text.last_forward + count);
}

// Written: the fingerprint, the number of tokens, the tokens.
void Echo::save(const sr::Sequence& s, const sr_writer& to) const {
  const auto& tokens = static_cast<const Text&>(s).tokens;
  const std::uint64_t count = tokens.size();
  if (to.write(to.context, kFingerprint.data(), kFingerprint.size()) != 0 ||
      to.write(to.context, &count, sizeof count) != 0 ||
      to.write(to.context, tokens.data(), tokens.size() * sizeof(std::int32_t)) != 0) {
    throw sr::Failure(SR_UNAVAILABLE, "the host could not take the sequence");
  }
}

std::unique_ptr<sr::Sequence> Echo::load(const sr_reader& from) {
  auto out = std::make_unique<Text>();
  std::string fingerprint(kFingerprint.size(), '\0');
  std::uint64_t count = 0;
  if (from.read(from.context, fingerprint.data(), fingerprint.size()) != 0 ||
      fingerprint != kFingerprint || from.read(from.context, &count, sizeof count) != 0 ||
      count > context_) {
    throw sr::Failure(SR_CORRUPT, "these bytes are not a sequence of this backend");
  }
  out->tokens.resize(count);
  if (from.read(from.context, out->tokens.data(), count * sizeof(std::int32_t)) != 0) {
    throw sr::Failure(SR_CORRUPT, "the saved sequence is cut off");
  }
  out->last_forward = out->first_logits = count;
  return out;
}

}  // namespace echo
