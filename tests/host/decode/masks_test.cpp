// When masks are made: between the forward that asks for logits and the sample that uses them, for
// all sequences of a batch.
#include <gtest/gtest.h>

#include "state_runtime/constrainer.hpp"
#include "tests/host/decode/studio.h"

namespace sr::host::testing {
namespace {

// How often forward and sample had been called when each mask was made.
struct Watch {
  TapeDeck* deck = nullptr;
  std::mutex mutex;
  std::vector<std::pair<std::size_t, std::size_t>> calls;

  void note() {
    std::pair<std::size_t, std::size_t> now;
    {
      const std::lock_guard lock(deck->mutex);
      now = {deck->forwards.size(), deck->samples.size()};
    }
    const std::lock_guard lock(mutex);
    calls.push_back(now);
  }
};
Watch* watch = nullptr;  // of the test that runs

constexpr int kTokens = 3;

// Three tokens of any kind.
struct CountingMatcher final : sr::Matcher {
  std::unique_ptr<sr::Matcher> fork() const override {
    return std::make_unique<CountingMatcher>(*this);
  }
  void fill_mask(std::span<std::uint32_t> mask) override {
    watch->note();
    std::fill(mask.begin(), mask.end(), 0xFFU);
  }
  void accept(std::int32_t) override { ++taken; }
  std::size_t forced(std::span<std::uint8_t>) override { return 0; }
  void rollback(std::size_t count) override { taken -= static_cast<int>(count); }
  std::int32_t status() override { return taken == kTokens ? SR_MATCH_DONE : SR_MATCH_OPEN; }
  std::string explain() override { return "anything"; }
  int taken = 0;
};
struct CountingGrammar final : sr::Grammar {
  std::unique_ptr<sr::Matcher> open() override { return std::make_unique<CountingMatcher>(); }
};
struct CountingConstrainer final : sr::Constrainer {
  using Interface = sr::Constrainer;
  static constexpr const char* kType = "counting";
  static constexpr const char* kSummary = "Allows three tokens.";
  static constexpr const sr_option* kOptions[] = {nullptr};
  CountingConstrainer(sr::Host, const sr::Config&) {}
  std::unique_ptr<sr::Grammar> compile(const sr_grammar_source&, const sr_vocabulary&) override {
    return std::make_unique<CountingGrammar>();
  }
};

TEST(Masks, AreMadeBetweenForwardAndSample) {
  Studio s;
  Watch seen{&s.deck, {}, {}};
  watch = &seen;
  LoadedConstrainer counting(
      create(sr::component<CountingConstrainer>, {}, "constrainer counting"));
  const auto grammar = *counting.compile({"any", "", {}}, s.backend().vocabulary());
  auto a = s.ask("a>");
  auto b = s.ask("b>");
  a.grammar = b.grammar = grammar;
  s.deck.set(s.deck.hold, true);
  auto first = s.loop.start(s.scheduler->decode(a));
  auto second = s.loop.start(s.scheduler->decode(b));
  s.loop.poll();
  s.deck.set(s.deck.hold, false);
  s.loop.finish();
  ASSERT_TRUE((*first)->ok() && (*second)->ok());
  EXPECT_EQ((**first)->tokens.size(), static_cast<std::size_t>(kTokens));
  ASSERT_EQ(seen.calls.size(), 2U * kTokens);
  for (const auto& [forwards, samples] : seen.calls) EXPECT_EQ(forwards, samples + 1);
}

}  // namespace
}  // namespace sr::host::testing
