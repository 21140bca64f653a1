#include "tests/host/decode/tape.h"

#include <algorithm>

#include "tests/host/decode/linked_plugins.h"

namespace sr::host::testing {
namespace {

TapeDeck* inserted = nullptr;  // what the next backend plays

class TapeBackend final : public sr::Backend {
 public:
  using Interface = sr::Backend;
  static constexpr const char* kType = "tape";
  static constexpr const char* kSummary = "Remembers every token and every call.";
  static constexpr const sr_option* kOptions[] = {nullptr};

  TapeBackend(sr::Host, const sr::Config&) : deck_(*inserted) {
    for (int byte = 0; byte < 256; ++byte) {
      const auto c = static_cast<char>(byte);
      add(std::string(1, c));
    }
    for (const auto& word : deck_.words) add(word);
    end_ = static_cast<std::int32_t>(tokens_.size());
    add("");
    for (const auto& special : deck_.specials) {
      specials_.push_back({static_cast<std::int32_t>(tokens_.size()), sr::str(special)});
      add("");
    }
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    vocabulary_ = {sizeof(sr_vocabulary), static_cast<std::int32_t>(tokens_.size()),
                   reinterpret_cast<const std::uint8_t*>(bytes_.data()), offsets_.data(), end_,
                   static_cast<std::uint32_t>(specials_.size()), specials_.data(),
                   sr::str(fingerprint_)};
  }

  sr_backend_info describe() const noexcept override {
    return {sizeof(sr_backend_info), 0, sr::str("tape"), sr::str("tape"), 0, 4, 0};
  }
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override {
    std::vector<std::int32_t> out;
    while (!text.empty()) {
      if (const auto* special = specials ? special_at(text) : nullptr; special != nullptr) {
        out.push_back(special->id);
        text.remove_prefix(special->text.len);
        continue;
      }
      const auto token = longest(text, nullptr);
      if (token < 0) throw sr::Failure(SR_INVALID_ARGUMENT, "no token begins like this");
      out.push_back(token);
      text.remove_prefix(tokens_[static_cast<std::size_t>(token)].size());
    }
    return out;
  }
  std::unique_ptr<sr::Sequence> open() override { return std::make_unique<TapeSequence>(deck_); }
  std::unique_ptr<sr::Sequence> fork(const sr::Sequence& from) override {
    return std::make_unique<TapeSequence>(static_cast<const TapeSequence&>(from));
  }
  std::uint64_t length(const sr::Sequence& s) const noexcept override {
    return static_cast<const TapeSequence&>(s).tokens.size();
  }

  void forward(std::span<sr_forward_item* const> items) override {
    deck_.on_worker();
    std::unique_lock lock(deck_.mutex);
    deck_.running = !deck_.deaf;
    deck_.interrupted = false;
    ++deck_.held;
    deck_.changed.notify_all();
    deck_.changed.wait(lock, [&] { return !deck_.hold || deck_.interrupted; });
    --deck_.held;
    deck_.running = true;
    if (deck_.stall) deck_.changed.wait(lock, [&] { return deck_.interrupted; });
    deck_.running = false;
    const bool cancelled = std::exchange(deck_.interrupted, false);
    auto& sizes = deck_.forwards.emplace_back();
    for (const auto* item : items) sizes.push_back(item->count);
    const bool fails = deck_.forwards.size() == deck_.fail_forward;
    lock.unlock();
    sr::each_item(items, [&](sr_forward_item& item) {
      if (cancelled) throw sr::Failure(SR_CANCELLED, "interrupted");
      if (fails) throw sr::Failure(SR_INTERNAL, "the tape is torn");
      auto& sequence = sr::sequence_of<TapeSequence>(item.sequence);
      sequence.tokens.insert(sequence.tokens.end(), item.tokens, item.tokens + item.count);
      sequence.last = sequence.kept = item.count;
      sequence.logits = item.logits;
    });
  }

  void sample(std::span<sr_pick* const> picks) override {
    deck_.on_worker();
    {
      std::lock_guard lock(deck_.mutex);
      deck_.samples.push_back(picks.size());
    }
    sr::each_item(picks, [&](sr_pick& pick) {
      const auto& sequence = sr::sequence_of<TapeSequence>(pick.sequence);
      const bool all = sequence.logits == SR_LOGITS_ALL;
      if (sequence.logits == SR_LOGITS_NONE || pick.position >= (all ? sequence.kept : 1)) {
        throw sr::Failure(SR_INVALID_ARGUMENT, "position " + std::to_string(pick.position) +
                                                   " has no logits");
      }
      const auto unseen = all ? sequence.kept - pick.position - 1 : 0;
      pick.token = favourite(std::span(sequence.tokens).first(sequence.tokens.size() - unseen),
                             pick.mask);
      if (deck_.on_pick) deck_.on_pick(pick.token);
    });
  }

  void keep(sr::Sequence& s, std::size_t count) override {
    deck_.on_worker();
    auto& sequence = static_cast<TapeSequence&>(s);
    const std::lock_guard lock(deck_.mutex);
    if (!deck_.keeps) throw sr::Failure(SR_UNSUPPORTED, "a tape runs one way");
    if (count > sequence.kept) throw sr::Failure(SR_INVALID_ARGUMENT, "so many are not there");
    deck_.kept.push_back(count);
    sequence.tokens.resize(sequence.tokens.size() - (sequence.kept - count));
    sequence.kept = count;
  }
  void pin(sr::Sequence&, std::uint64_t count) override {
    deck_.on_worker();
    if (count > 1000) throw sr::Failure(SR_EXHAUSTED, "so many tokens are not pinned");
    std::lock_guard lock(deck_.mutex);
    deck_.pins.push_back(count);
  }
  void interrupt() noexcept override {
    std::lock_guard lock(deck_.mutex);
    if (!deck_.running) return;
    deck_.interrupted = true;
    deck_.changed.notify_all();
  }

 private:
  const sr_special_token* special_at(std::string_view text) const {
    for (const auto& special : specials_) {
      if (text.starts_with(sr::view(special.text))) return &special;
    }
    return nullptr;
  }
  void add(const std::string& token) {
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_ += token;
    tokens_.push_back(token);
  }
  static bool allows(const std::uint32_t* mask, std::size_t token) {
    return mask == nullptr || (mask[token / 32] >> (token % 32) & 1) != 0;
  }
  std::int32_t longest(std::string_view text, const std::uint32_t* mask) const {
    std::int32_t best = -1;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].empty() || !text.starts_with(tokens_[i]) || !allows(mask, i)) continue;
      if (best < 0 || tokens_[i].size() > tokens_[static_cast<std::size_t>(best)].size()) {
        best = static_cast<std::int32_t>(i);
      }
    }
    return best;
  }
  std::int32_t favourite(std::span<const std::int32_t> read, const std::uint32_t* mask) const {
    std::string text;
    for (const auto token : read) text += tokens_[static_cast<std::size_t>(token)];
    const auto opened = text.rfind('>');
    const auto begin = text.find_last_of("> ", opened - 1);
    const auto name = text.substr(begin + 1, opened - begin - 1);
    const auto said = text.size() - opened - 1;
    const auto line = deck_.lines.find(name);
    if (line != deck_.lines.end() && said < line->second.size()) {
      const auto token = longest(std::string_view(line->second).substr(said), mask);
      if (token >= 0) return token;
    }
    if (allows(mask, static_cast<std::size_t>(end_))) return end_;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (allows(mask, i)) return static_cast<std::int32_t>(i);
    }
    throw sr::Failure(SR_INVALID_ARGUMENT, "the mask allows nothing");
  }

  TapeDeck& deck_;
  std::vector<std::string> tokens_;
  std::string bytes_;
  std::string fingerprint_ = "tape";
  std::vector<std::uint32_t> offsets_;
  std::vector<sr_special_token> specials_;
  std::int32_t end_ = -1;
  sr_vocabulary vocabulary_{};
};

}  // namespace

LoadedBackend tape(TapeDeck& deck) {
  inserted = &deck;
  return LoadedBackend(create(sr::component<TapeBackend>, {}, "backend tape"));
}

const std::vector<std::int32_t>& read_by(const SharedSequence& sequence) {
  return sr::sequence_of<TapeSequence>(sequence->get()).tokens;
}

}  // namespace sr::host::testing
