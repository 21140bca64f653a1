#include "backend.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "snapshot.h"

namespace sr::scripted {

namespace {

constexpr const char* kMisbehaviours[] = {"none",           "wrong_output", "nonsense", "stall",
                                          "crash_sequence", "hesitate",     nullptr};

constexpr auto kRules = option({.name = "rules",
                                .type = SR_PATH,
                                .flags = SR_REQUIRED,
                                .doc = "The rules file: which event is answered with what.",
                                .example = "apps/alerts/scripted.yaml"});
constexpr auto kContext =
    option({.name = "context",
            .type = SR_INT,
            .fallback = "0",
            .min = "0",
            .doc = "Most tokens in one sequence, as a model has a limit; 0 for none."});
constexpr auto kLatency =
    option({.name = "latency_us",
            .type = SR_INT,
            .fallback = "0",
            .min = "0",
            .max = "1000000",
            .doc = "Microseconds that reading a token takes; sequences in one batch share them."});
constexpr auto kMisbehave = option(
    {.name = "misbehave",
     .type = SR_ENUM,
     .flags = SR_ADVANCED,
     .fallback = "none",
     .choices = kMisbehaviours,
     .doc = "Go wrong on purpose: say something else, say random bytes and never close a string, "
            "block, or fail the sequence."});
constexpr auto kOn = option(
    {.name = "misbehave_on",
     .type = SR_STRING,
     .flags = SR_ADVANCED,
     .doc = "A regular expression (plain, /…/ or /…/i) on the event's JSON; only events in which "
            "it finds something go wrong.",
     .example = "resolve_alert"});
constexpr auto kTimes =
    option({.name = "misbehave_times",
            .type = SR_INT,
            .flags = SR_ADVANCED,
            .fallback = "0",
            .min = "0",
            .doc = "After so many attempts that went wrong, all go well; 0 for no end."});
constexpr auto kSay = option(
    {.name = "misbehave_say",
     .type = SR_STRING,
     .flags = SR_ADVANCED,
     .doc = "What wrong_output says.",
     .example = R"({"kind":"sql","sql":"UPDATE settings SET value = '0' WHERE name = 'paging'"})"});
constexpr auto kStallFor = option({.name = "stall_for",
                                   .type = SR_DURATION,
                                   .flags = SR_ADVANCED,
                                   .fallback = "0ms",
                                   .doc = "How long a stall lasts; 0ms until it is interrupted."});

// Tokens 0..255 are the bytes; the end token is empty.
constexpr auto kBytes = [] {
  std::array<std::uint8_t, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}();
constexpr auto kOffsets = [] {
  std::array<std::uint32_t, kVocabulary + 1> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint32_t>(std::min<std::size_t>(i, kBytes.size()));
  }
  return out;
}();
constexpr float kHesitation = 0.01F;  // natural logarithm
constexpr std::string_view kVocabularyFingerprint = "bytes-257/1";

const TextSequence& text_of(const Sequence& s) { return static_cast<const TextSequence&>(s); }
TextSequence& text_of(Sequence& s) { return static_cast<TextSequence&>(s); }

void stop_if_interrupted(const Gate& gate) {
  if (gate.interrupted()) throw Failure(SR_CANCELLED, "interrupted");
}

}  // namespace

const sr_option* const ScriptedBackend::kOptions[] = {
    &kRules, &kContext, &kLatency, &kMisbehave, &kOn, &kTimes, &kSay, &kStallFor, nullptr};

ScriptedBackend::ScriptedBackend(Host host, const Config& config)
    : host_(host),
      rules_(Rules::load(config.string("rules"))),
      conduct_(config),
      context_(static_cast<std::uint64_t>(config.integer("context"))),
      latency_(config.integer("latency_us")),
      speechless_(rules_.answer("").says) {
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx",
                static_cast<unsigned long long>(checksum(rules_.text())));
  fingerprint_ = "scripted/1 " + std::string(kVocabularyFingerprint) + " " + hash;
  host.log(SR_LOG_DEBUG, "scripted: " + std::to_string(rules_.size()) + " rules");
  if (conduct_.enabled()) {
    host.log(SR_LOG_WARN,
             "scripted: goes wrong on purpose (misbehave: " + config.string("misbehave") + ")");
  }
}

sr_backend_info ScriptedBackend::describe() const noexcept {
  return {.struct_size = sizeof(sr_backend_info),
          .max_batch = 0,
          .family = str("scripted"),
          .fingerprint = str(fingerprint_),
          .session_bytes = sizeof(TextSequence),
          .token_bytes = 0,  // text before the last event is forgotten
          .context_limit = context_};
}

const sr_vocabulary& ScriptedBackend::vocabulary() const noexcept {
  static const sr_vocabulary kTable{.struct_size = sizeof(sr_vocabulary),
                                    .size = kVocabulary,
                                    .bytes = kBytes.data(),
                                    .offsets = kOffsets.data(),
                                    .end_token = kEnd,
                                    .special_count = 0,
                                    .specials = nullptr,
                                    .fingerprint = str(kVocabularyFingerprint)};
  return kTable;
}

std::vector<std::int32_t> ScriptedBackend::tokenize(std::string_view text, bool) const {
  std::vector<std::int32_t> out;
  out.reserve(text.size());
  for (const char c : text) out.push_back(static_cast<unsigned char>(c));
  return out;
}

std::unique_ptr<Sequence> ScriptedBackend::open() { return std::make_unique<TextSequence>(); }

std::unique_ptr<Sequence> ScriptedBackend::fork(const Sequence& from) {
  return std::make_unique<TextSequence>(text_of(from));
}

std::uint64_t ScriptedBackend::length(const Sequence& s) const noexcept {
  return text_of(s).now().length();
}

void ScriptedBackend::forward(std::span<sr_forward_item* const> items) {
  const Gate::Call call(gate_);
  std::size_t longest = 0;
  for (const auto* item : items) longest = std::max(longest, item->count);
  if (latency_.count() > 0) gate_.wait(latency_ * longest);
  for (std::size_t i = 0; i < items.size(); ++i) {
    detail::guarded(items[i]->error, [&] {
      stop_if_interrupted(gate_);
      for (const auto* earlier : items.first(i)) {
        if (earlier->sequence == items[i]->sequence) {
          throw Failure(SR_INVALID_ARGUMENT, "the sequence is in this call already");
        }
      }
      read(*items[i]);
    });
  }
}

void ScriptedBackend::read(const sr_forward_item& item) {
  if (item.sequence == nullptr || item.tokens == nullptr || item.count == 0) {
    throw Failure(SR_INVALID_ARGUMENT, "an item needs a sequence and at least one token");
  }
  if (item.logits > SR_LOGITS_ALL) {
    throw Failure(SR_INVALID_ARGUMENT, "logits must be none, last or all");
  }
  auto& sequence = sequence_of<TextSequence>(item.sequence);
  const auto length = sequence.now().length() + item.count;
  if (context_ != 0 && length > context_) {
    throw Failure(SR_EXHAUSTED, "the sequence would hold " + std::to_string(length) +
                                    " tokens and the limit is " + std::to_string(context_) +
                                    "; go on in a fresh one");
  }
  const std::span tokens(item.tokens, item.count);
  auto next = sequence.extended(tokens);
  if (next.said()) conduct_.meet(next, gate_);
  sequence.commit(std::move(next), tokens, item.logits);
}

void ScriptedBackend::sample(std::span<sr_pick* const> picks) {
  const Gate::Call call(gate_);
  each_item(picks, [&](sr_pick& pick) {
    pick.token = -1;
    stop_if_interrupted(gate_);
    choose(pick);
  });
}

void ScriptedBackend::choose(sr_pick& pick) {
  if (pick.sequence == nullptr) throw Failure(SR_INVALID_ARGUMENT, "a pick needs a sequence");
  const auto reading = sequence_of<TextSequence>(pick.sequence).at(pick.position);
  const Allowed allowed(pick.mask);
  if (allowed.count() == 0) throw Failure(SR_INVALID_ARGUMENT, "the mask allows no token");
  for (std::size_t i = 0; i < pick.score_count; ++i) {
    if (pick.score_tokens[i] < 0 || pick.score_tokens[i] >= kVocabulary) {
      throw Failure(SR_INVALID_ARGUMENT, "token " + std::to_string(pick.score_tokens[i]) +
                                             " is not in the vocabulary of 257 tokens");
    }
  }
  if (reading.said()) conduct_.meet(reading, gate_);
  const auto best = favourite(reading, allowed);
  for (std::size_t i = 0; i < pick.score_count; ++i) {
    pick.scores[i] = score(allowed, best, pick.score_tokens[i]);
  }
  if (pick.score_count == 0) {
    pick.token = drawn(allowed, best, pick.sampling, reading.length());
    const bool doubtful = conduct_.hesitates(reading) || other(reading, allowed, pick.token);
    if (SR_HAS(&pick, margin) && doubtful) pick.margin = kHesitation;
  }
}

const std::string& ScriptedBackend::script(const Reading& reading) {
  if (const auto* wrong = conduct_.wrong_output(reading)) return *wrong;
  Event* event = reading.event();
  if (event != nullptr && event->answers.empty()) {
    auto answer = rules_.answer(event->json);
    if (!answer.gap.empty()) host_.log(SR_LOG_WARN, "scripted: " + answer.gap);
    event->answers = std::move(answer.says);
    event->others = std::move(answer.others);
  }
  const auto& answers = event != nullptr ? event->answers : speechless_;
  const auto& first = answers[std::min<std::size_t>(reading.refusals(), answers.size() - 1)];
  if (event == nullptr || first.starts_with(*reading.said())) return first;
  const auto& others = event->others;
  const auto goes_on = [&](const auto& text) { return text.starts_with(*reading.said()); };
  const auto other = std::find_if(others.begin(), others.end(), goes_on);
  return other == others.end() ? first : *other;
}

std::int32_t ScriptedBackend::favourite(const Reading& reading, const Allowed& allowed) {
  const auto said = reading.said();
  if (!said) return finishing(allowed, {}, 0);
  if (conduct_.babbles(reading)) {
    return babbling(allowed, mixed(checksum(reading.event()->json), reading.length()));
  }
  const auto& script = this->script(reading);
  const auto same =
      static_cast<std::size_t>(std::ranges::mismatch(script, *said).in2 - said->begin());
  const bool astray = same < said->size();
  if (!astray) {
    const std::int32_t next =
        same < script.size() ? static_cast<unsigned char>(script[same]) : kEnd;
    if (allowed.has(next)) return next;
  }
  if (const auto next = other(reading, allowed, kEnd)) return *next;
  const auto best = finishing(allowed, *said, said->size() - same);
  const auto other = astray ? static_cast<unsigned char>((*said)[same]) : best;
  if (changes_number(script, same, other)) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "a number that the rule says is not allowed here as it is, and any other is "
                  "another number; the rule says " +
                      script);
  }
  return best;
}

// What follows in another text that the rule has for this event, if any goes on like that, but with
// another token.
std::optional<std::int32_t> ScriptedBackend::other(const Reading& reading, const Allowed& allowed,
                                                   std::int32_t than) const {
  const auto said = reading.said();
  if (!said || reading.event() == nullptr) return std::nullopt;
  for (const auto& text : reading.event()->others) {
    if (text.size() <= said->size() || !text.starts_with(*said)) continue;
    const std::int32_t next = static_cast<unsigned char>(text[said->size()]);
    if (next != than && allowed.has(next)) return next;
  }
  return std::nullopt;
}

void ScriptedBackend::keep(Sequence& s, std::size_t count) { text_of(s).keep(count); }

void ScriptedBackend::save(const Sequence& s, const sr_writer& to) const {
  scripted::save(text_of(s).now(), fingerprint_, to);
}

std::unique_ptr<Sequence> ScriptedBackend::load(const sr_reader& from) {
  return std::make_unique<TextSequence>(scripted::load(fingerprint_, from));
}

void ScriptedBackend::interrupt() noexcept { gate_.interrupt(); }

}  // namespace sr::scripted
