// Reads and decodes that go wrong: who is told what, and that nobody else is disturbed.
#include <gtest/gtest.h>

#include "state_runtime/constrainer.hpp"
#include "tests/host/decode/studio.h"

namespace sr::host::testing {
namespace {

// A scheduler over the scripted backend, which goes wrong for events that hold "bad".
struct Scripted {
  explicit Scripted(Given given) {
    given["rules"] = folder.write("rules.yaml", "version: 1\nrules:\n  - say: { say: fine }\n");
    given["misbehave_on"] = "bad";
    scheduler.emplace(scripted(given));
    grammar = *json_schema().compile({"json_schema", kSay, {}}, scheduler->backend().vocabulary());
  }
  DecodeRequest ask(const std::string& event, std::uint64_t timeout_ms = 60000) {
    DecodeRequest out;
    out.sequence = *loop.run(scheduler->open());
    out.prompt = *scheduler->backend().tokenize("event {\"e\":\"" + event + "\"}\nemit ", false);
    out.grammar = grammar;
    out.timeout_ms = timeout_ms;
    return out;
  }
  Folder folder;
  Loop loop;
  std::optional<Scheduler> scheduler;
  std::shared_ptr<GrammarRef> grammar;
};

TEST(SchedulerFailures, AStalledDecodeIsAnsweredAndTheOthersGoOn) {
  Scripted s(Given{{"misbehave", "stall"}});
  auto bad = s.ask("bad", 30);
  auto good = s.ask("good");
  auto stalled = s.loop.start(s.scheduler->decode(bad));
  auto other = s.loop.start(s.scheduler->decode(good));
  s.loop.finish();
  EXPECT_EQ(said(**stalled), "failed: [backend main] the model was not done after 30 ms");
  EXPECT_EQ((**stalled).error().code, SR_DEADLINE);
  EXPECT_EQ(said(**other), R"({"say":"fine"})");
}

TEST(SchedulerFailures, StoppingEndsAStall) {
  Scripted s(Given{{"misbehave", "stall"}});
  auto bad = s.ask("bad");
  auto stalled = s.loop.start(s.scheduler->decode(bad));
  s.loop.poll();
  s.scheduler.reset();
  s.loop.poll();
  ASSERT_TRUE(stalled->has_value());
  EXPECT_EQ(said(**stalled), "failed: [backend main] the host is shutting down");
  EXPECT_EQ((**stalled).error().code, SR_CANCELLED);
}

TEST(SchedulerFailures, ACrashedSequenceDoesNotDisturbTheOthers) {
  Scripted s(Given{{"misbehave", "crash_sequence"}});
  auto bad = s.ask("bad");
  auto good = s.ask("good");
  auto crashed = s.loop.start(s.scheduler->decode(bad));
  auto other = s.loop.start(s.scheduler->decode(good));
  s.loop.finish();
  EXPECT_EQ(said(**crashed),
            "failed: [backend main] the sequence crashed on purpose "
            "(misbehave: crash_sequence)");
  EXPECT_EQ(said(**other), R"({"say":"fine"})");
}

// An interrupt that comes just before the backend's call begins is lost: it is repeated.
TEST(SchedulerFailures, AStallThatBeginsAfterItsInterruptIsEndedToo) {
  Studio s([](TapeDeck& deck) { deck.lines["b"] = R"({"say":"b"})"; });
  s.deck.set(s.deck.deaf, true);
  s.deck.set(s.deck.hold, true);
  s.deck.set(s.deck.stall, true);
  auto late = s.ask("a>");
  late.timeout_ms = 1;
  auto answer = s.loop.start(s.scheduler->decode(late));
  s.loop.poll();
  s.deck.wait_until([&] { return s.deck.held == 1; });
  while (!answer->has_value()) s.loop.poll();  // answered while the call has not even begun
  EXPECT_EQ((**answer).error().code, SR_DEADLINE);
  s.deck.set(s.deck.hold, false);  // now it begins, and stalls
  s.loop.finish();                 // until the worker is free
  s.deck.set(s.deck.stall, false);
  EXPECT_EQ(said(s.decode(s.ask("b>"))), R"({"say":"b"})");
}

TEST(SchedulerFailures, WhatIsInterruptedForAnotherIsReadOnceOnly) {
  Studio s([](TapeDeck& deck) { deck.lines["b"] = R"({"say":"b"})"; });
  auto late = s.ask("a>");
  late.timeout_ms = 30;
  auto good = s.ask("b>");
  const auto sequence = good.sequence;
  s.deck.set(s.deck.hold, true);
  auto timed_out = s.loop.start(s.scheduler->decode(late));
  auto other = s.loop.start(s.scheduler->decode(good));
  s.loop.poll();
  while (!timed_out->has_value()) s.loop.poll();
  s.deck.set(s.deck.hold, false);
  s.loop.finish();
  EXPECT_EQ((**timed_out).error().code, SR_DEADLINE);
  ASSERT_EQ(said(**other), R"({"say":"b"})");
  auto known = read_by(sequence);
  known.insert(known.end(), (**other)->unread.begin(), (**other)->unread.end());
  EXPECT_EQ(s.text(known), R"(b>{"say":"b"})");
}

TEST(SchedulerFailures, TooManyTokens) {
  Studio s([](TapeDeck& deck) { deck.lines["a"] = R"({"say":")" + std::string(100, 'x') + "\"}"; });
  auto request = s.ask("a>");
  request.max_tokens = 20;
  const auto decoded = s.decode(request);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, SR_EXHAUSTED);
  EXPECT_EQ(decoded.error().text(),
            "[decode] the model wrote 20 tokens without coming to an end "
            "(max_tokens of the route)");
}

// A constrainer whose matchers are stuck from the start.
struct StuckMatcher final : sr::Matcher {
  std::unique_ptr<sr::Matcher> fork() const override { return std::make_unique<StuckMatcher>(); }
  void fill_mask(std::span<std::uint32_t> mask) override { std::fill(mask.begin(), mask.end(), 0); }
  void accept(std::int32_t) override { throw sr::Failure(SR_INVALID_ARGUMENT, "stuck"); }
  std::size_t forced(std::span<std::uint8_t>) override { return 0; }
  void rollback(std::size_t) override {}
  std::int32_t status() override { return SR_MATCH_OPEN; }
  std::string explain() override { return "at the start, x may come next"; }
};
struct StuckGrammar final : sr::Grammar {
  std::unique_ptr<sr::Matcher> open() override { return std::make_unique<StuckMatcher>(); }
};
struct StuckConstrainer final : sr::Constrainer {
  using Interface = sr::Constrainer;
  static constexpr const char* kType = "stuck";
  static constexpr const char* kSummary = "Allows nothing.";
  static constexpr const sr_option* kOptions[] = {nullptr};
  StuckConstrainer(sr::Host, const sr::Config&) {}
  std::unique_ptr<sr::Grammar> compile(const sr_grammar_source&, const sr_vocabulary&) override {
    return std::make_unique<StuckGrammar>();
  }
};

TEST(SchedulerFailures, WhereNoTokenCanFollowTheMatcherSaysWhy) {
  Studio s;
  LoadedConstrainer stuck(create(sr::component<StuckConstrainer>, {}, "constrainer stuck"));
  auto request = s.ask("a>");
  request.grammar = *stuck.compile({"grammar", "", {}}, s.backend().vocabulary());
  const auto decoded = s.decode(request);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, SR_INTERNAL);
  EXPECT_EQ(decoded.error().text(), "[decode] no token can follow: at the start, x may come next");
  EXPECT_TRUE(s.deck.samples.empty());
}

TEST(SchedulerFailures, ABackendThatIgnoresTheMaskIsFoundOut) {
  for (const bool ends : {false, true}) {
    std::int32_t end = 0;
    Studio s([&](TapeDeck& deck) {
      deck.lines["a"] = R"({"say":"x"})";
      deck.on_pick = [&, ends](std::int32_t& token) { token = ends ? end : '\n'; };
    });
    end = s.backend().vocabulary().end_token;  // in the middle of a string
    const auto decoded = s.decode(s.ask("a>"));
    ASSERT_FALSE(decoded.ok());
    EXPECT_TRUE(decoded.error().text().starts_with(
        "[decode] the backend chose a token that the grammar forbids: "))
        << said(decoded);
  }
}

TEST(SchedulerFailures, StoppingAnswersWhatWaits) {
  Studio s([](TapeDeck& deck) { deck.lines["a"] = R"({"say":"x"})"; });
  auto running = s.ask("a>");
  auto waiting = s.ask("a>");
  ReadRequest read{s.open(), s.tokens("abc"), 20000};
  s.deck.set(s.deck.hold, true);
  auto first = s.loop.start(s.scheduler->decode(running));
  s.loop.poll();
  s.deck.wait_until([&] { return s.deck.held == 1; });
  auto second = s.loop.start(s.scheduler->decode(waiting));
  auto third = s.loop.start(s.scheduler->read(read));
  auto fourth = s.loop.start(s.scheduler->open());
  s.loop.poll();
  s.scheduler.reset();
  s.loop.poll();
  for (const auto& answer : {first, second}) {
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((**answer).error().code, SR_CANCELLED);
  }
  EXPECT_EQ((*third)->error().code, SR_CANCELLED);
  EXPECT_EQ((**fourth).error().code, SR_CANCELLED);
  EXPECT_EQ(s.deck.alive, 0);  // none of the sequences is lost
}

}  // namespace
}  // namespace sr::host::testing
