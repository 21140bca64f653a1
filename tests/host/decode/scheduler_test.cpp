// Reads and decodes that go well: batches, forced runs, what a sequence has read afterwards, and
// which thread makes the calls.
#include <gtest/gtest.h>

#include "tests/host/decode/studio.h"

namespace sr::host::testing {
namespace {

// The scripted backend, whose rule for "resolve" says this.
struct Script {
  explicit Script(const std::string& says)
      : scheduler(scripted({{"rules", folder.write("rules.yaml",
                                                   "version: 1\nrules:\n  - when: { "
                                                   "user_action: resolve }\n" +
                                                       says)}})) {}
  Result<Decoded> decode(const Branch& branch = {}) {
    DecodeRequest request;
    request.prompt = prompt();
    request.grammar = *json_schema().compile({"json_schema", kSay, {}}, backend().vocabulary());
    request.sequence = sequence = *loop.run(scheduler.open());
    request.branch = branch;
    request.progress = [this](std::string_view text) { progress = text; };
    return loop.run(scheduler.decode(request));
  }
  std::vector<std::int32_t> prompt() {
    return *backend().tokenize("event {\"user_action\":\"resolve\"}\nemit ", false);
  }
  LoadedBackend& backend() { return scheduler.backend(); }
  // Everything was read but what the last answer says is not.
  void expect_read(const Decoded& decoded) {
    EXPECT_EQ(backend().length(sequence->get()) + decoded.unread.size(),
              prompt().size() + decoded.tokens.size());
  }

  Folder folder;
  Loop loop;
  Scheduler scheduler;
  SharedSequence sequence;
  std::string progress;
};

TEST(Scheduler, TheScriptedBackendSpeaksThroughItsGrammar) {
  Script script(R"(    say: { say: "Done, \"truly\"." })");
  const auto decoded = script.decode();
  ASSERT_EQ(said(decoded), R"({"say":"Done, \"truly\"."})");
  EXPECT_EQ(script.progress, decoded->text);
  EXPECT_EQ(decoded->stats.forced, std::string_view(R"({"say":"})").size() - 1 + 1 /* the brace */);
  EXPECT_EQ(decoded->stats.forced + decoded->stats.sampled, decoded->tokens.size());
  script.expect_read(*decoded);
}

// From a place where the backend was in doubt: the answer up to there, and not on as the first
// time.
TEST(Scheduler, AnAnswerGoesOnAnotherWay) {
  Script script("    say: { say: Done. }\n    or: { say: Doubtful. }");
  const auto first = script.decode();
  ASSERT_EQ(said(first), R"({"say":"Done."})");
  ASSERT_EQ(first->doubts.size(), 1U);
  const auto at = first->doubts[0].at;
  EXPECT_EQ(at, std::string_view(R"({"say":"Do)").size());
  EXPECT_FLOAT_EQ(first->doubts[0].margin, first->margin);

  const auto there = first->tokens.begin() + static_cast<std::ptrdiff_t>(at);
  const auto other = script.decode({{first->tokens.begin(), there}, *there});
  ASSERT_EQ(said(other), R"({"say":"Doubtful."})");
  script.expect_read(*other);

  // What the grammar does not allow cannot be begun with.
  const auto wrong = script.decode({*script.backend().tokenize(R"({"say":5)", false), -1});
  EXPECT_TRUE(said(wrong).starts_with("failed: ")) << said(wrong);
}

TEST(Scheduler, OneForwardCarriesEverySequenceThatWaits) {
  Studio s([](TapeDeck& deck) {
    for (const char* name : {"first", "a", "b", "c"}) {
      deck.lines[name] = std::string(R"({"say":"I am )") + name + "\"}";
    }
  });
  auto first = s.ask("first>");
  std::map<std::string, DecodeRequest> requests;
  for (const char* name : {"a", "b", "c"}) requests[name] = s.ask(std::string(name) + ">");

  s.deck.set(s.deck.hold, true);
  std::map<std::string, std::shared_ptr<std::optional<Result<Decoded>>>> answers;
  answers["first"] = s.loop.start(s.scheduler->decode(first));
  s.loop.poll();
  s.deck.wait_until([&] { return s.deck.held == 1; });  // the worker is busy with the first one
  for (auto& [name, request] : requests) answers[name] = s.loop.start(s.scheduler->decode(request));
  s.loop.poll();
  s.deck.set(s.deck.hold, false);
  s.loop.finish();

  for (const auto& [name, answer] : answers) {
    EXPECT_EQ(said(**answer), "{\"say\":\"I am " + name + "\"}");
  }
  ASSERT_GE(s.deck.forwards.size(), 2U);
  EXPECT_EQ(s.deck.forwards[0].size(), 1U);
  EXPECT_EQ(s.deck.forwards[1].size(), 4U);
  EXPECT_EQ(*std::max_element(s.deck.samples.begin(), s.deck.samples.end()), 4U);
  // As many calls as the longest needs, not as all of them together.
  EXPECT_EQ(s.deck.forwards.size(), s.deck.samples.size());
}

TEST(Scheduler, WhatIsToStayInSightIsPinnedBeforeItIsRead) {
  Studio s([](TapeDeck&) {});
  EXPECT_TRUE(s.loop.run(s.scheduler->open()).ok());
  EXPECT_TRUE(s.deck.pins.empty());
  EXPECT_TRUE(s.loop.run(s.scheduler->open(7)).ok());
  EXPECT_EQ(s.deck.pins, std::vector<std::uint64_t>{7});
  EXPECT_EQ(s.deck.threads.size(), 1U);
  const auto refused = s.loop.run(s.scheduler->open(1001));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, SR_EXHAUSTED);
}

TEST(Scheduler, ForcedTokensAreNotSampled) {
  Studio s([](TapeDeck& deck) {
    deck.words = {"say", "yes"};
    deck.lines["a"] = R"({"say":"yes"})";
  });
  const auto decoded = s.decode(s.ask("a>"));
  ASSERT_EQ(said(decoded), R"({"say":"yes"})");
  EXPECT_EQ(decoded->stats.sampled, 2U);  // `yes` and the quote after it
  EXPECT_EQ(decoded->stats.forced, 7U);   // { " say " : " … }: all but those two
  EXPECT_EQ(s.deck.samples.size(), 2U);
}

// The tokens must be those that the model would have chosen alone, one at a time.
TEST(Scheduler, ForcedRunsChangeNothingInWhatIsWritten) {
  const std::string line = R"({"kind":"sql","sql":"UPDATE alerts SET status = 'open'"})";
  const std::string schema =
      R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"}},)"
      R"("required":["kind","sql"],"additionalProperties":false})";
  const std::vector<std::vector<std::string>> vocabularies = {
      {},
      {R"({")", R"(":")", R"(","sql":"UPDATE)", R"("})"},
      {R"({"k)", "ind", R"(:"sql)", R"(":"UP)", "DATE ", R"('"})"},
      {R"({"kind":"sql","sql":"U)"},
      {R"(l":")", R"("UPDATE alerts)", "sq", "sql", R"("s)"},
  };
  for (const auto& words : vocabularies) {
    Studio s([&](TapeDeck& deck) {
      deck.words = words;
      deck.lines["a"] = line;
    });
    auto request = s.ask("a>", schema);
    auto grammar = request.grammar;
    const auto decoded = s.decode(request);
    ASSERT_EQ(said(decoded), line);

    std::vector<std::int32_t> alone;
    std::string rest = line;
    auto matcher = grammar->open();
    const auto size = static_cast<std::size_t>(s.backend().vocabulary().size);
    std::vector<std::uint32_t> mask((size + 31) / 32);
    while (!rest.empty()) {
      ASSERT_TRUE(matcher->fill_mask(mask).ok());
      std::int32_t best = -1;
      for (std::size_t i = 0; i < size; ++i) {
        const auto bytes = token_bytes(s.backend().vocabulary(), static_cast<std::int32_t>(i));
        const bool allowed = (mask[i / 32] >> (i % 32) & 1) != 0;
        if (!allowed || bytes.empty() || !rest.starts_with(bytes)) continue;
        if (best < 0 || bytes.size() > token_bytes(s.backend().vocabulary(), best).size()) {
          best = static_cast<std::int32_t>(i);
        }
      }
      ASSERT_GE(best, 0) << rest;
      ASSERT_TRUE(matcher->accept(best).ok());
      alone.push_back(best);
      rest.erase(0, token_bytes(s.backend().vocabulary(), best).size());
    }
    EXPECT_EQ(decoded->tokens, alone);
  }
}

TEST(Scheduler, WhatASequenceHasReadAndWhatIsUnreadIsEverything) {
  Studio s([](TapeDeck& deck) {
    deck.words = {"\"}"};
    deck.lines["a"] = R"({"say":"one two"})";
  });
  auto request = s.ask("before a>");
  const auto sequence = request.sequence;
  auto expected = request.prompt;
  const auto decoded = s.decode(request);
  ASSERT_EQ(said(decoded), R"({"say":"one two"})");
  expected.insert(expected.end(), decoded->tokens.begin(), decoded->tokens.end());
  auto known = read_by(sequence);
  EXPECT_FALSE(decoded->unread.empty());
  known.insert(known.end(), decoded->unread.begin(), decoded->unread.end());
  EXPECT_EQ(s.text(known), s.text(expected));
  EXPECT_EQ(known, expected);
}

TEST(Scheduler, ALongReadGoesDownInPiecesBesideAShortOne) {
  Studio s([](TapeDeck& deck) { deck.lines["a"] = R"({"say":"x"})"; });
  ReadRequest read{s.open(), s.tokens(std::string(1000, 'r')), 20000};
  const auto sequence = read.sequence;
  auto click = s.ask("a>");
  s.deck.set(s.deck.hold, true);
  auto reading = s.loop.start(s.scheduler->read(read));
  s.loop.poll();
  s.deck.wait_until([&] { return s.deck.held == 1; });
  auto clicked = s.loop.start(s.scheduler->decode(click));
  s.loop.poll();
  s.deck.set(s.deck.hold, false);
  s.loop.finish();
  EXPECT_TRUE((*reading)->ok());
  EXPECT_EQ(said(**clicked), R"({"say":"x"})");
  ASSERT_GE(s.deck.forwards.size(), 4U);
  EXPECT_EQ(s.deck.forwards[0], (std::vector<std::size_t>{256}));
  EXPECT_EQ(s.deck.forwards[1].size(), 2U);  // the click joined after the first piece
  EXPECT_EQ(s.text(read_by(sequence)), std::string(1000, 'r'));
}

TEST(Scheduler, AForkGoesItsOwnWay) {
  Studio s([](TapeDeck& deck) { deck.lines["a"] = R"({"say":"x"})"; });
  ReadRequest read{s.open(), s.tokens("common "), 20000};
  const auto trunk = read.sequence;
  ASSERT_TRUE(s.loop.run(s.scheduler->read(read)).ok());
  const auto fork = s.loop.run(s.scheduler->fork(trunk));
  ASSERT_TRUE(fork.ok());
  auto request = s.ask("a>");
  request.sequence = *fork;
  EXPECT_EQ(said(s.decode(request)), R"({"say":"x"})");
  EXPECT_EQ(s.text(read_by(trunk)), "common ");
  EXPECT_TRUE(s.text(read_by(*fork)).starts_with("common a>"));
}

TEST(Scheduler, NothingToReadIsReadAtOnce) {
  Studio s;
  ReadRequest read{s.open(), {}, 20000};
  EXPECT_TRUE(s.loop.run(s.scheduler->read(read)).ok());
  EXPECT_TRUE(s.deck.forwards.empty());
}

TEST(Scheduler, EveryCallComesFromTheWorkerAndIdleSequencesAreClosedThere) {
  Studio s([](TapeDeck& deck) { deck.lines["a"] = R"({"say":"x"})"; });
  auto sequence = s.open();
  auto fork = *s.loop.run(s.scheduler->fork(sequence));
  EXPECT_EQ(said(s.decode(s.ask("a>"))), R"({"say":"x"})");
  sequence.reset();
  fork.reset();
  s.deck.wait_until([&] { return s.deck.alive == 0; });  // although nobody asks for anything
  EXPECT_EQ(s.deck.threads.size(), 1U);
  EXPECT_FALSE(s.deck.threads.contains(std::this_thread::get_id()));
}

TEST(Scheduler, ASequenceMayOutliveTheScheduler) {
  Studio s;
  auto sequence = s.open();
  s.scheduler.reset();
  EXPECT_EQ(s.deck.alive, 1);
  sequence.reset();
  EXPECT_EQ(s.deck.alive, 0);
}

}  // namespace
}  // namespace sr::host::testing
