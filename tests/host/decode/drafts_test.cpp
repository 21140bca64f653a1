// Guesses from earlier answers, and decoding with them: the answer, and what the sequence has read,
// are those of decoding without.
#include <gtest/gtest.h>

#include "host/decode/drafts.h"
#include "tests/host/decode/studio.h"

namespace sr::host::testing {
namespace {

class Guesses : public ::testing::Test {
 protected:
  void remember(const std::string& about, const std::string& text) {
    drafts_.remember(about, text, studio_.tokens(text));
  }
  std::string guess(const std::string& about) { return studio_.text(drafts_.guess(about)); }

  Studio studio_{[](TapeDeck& deck) { deck.words = {"status", "resolved"}; }};
  Drafts drafts_{studio_.backend()};
};

constexpr const char* kResolve2 = R"({"user_action":"resolve","alert_id":2})";
constexpr const char* kResolved2 = "UPDATE alerts SET status = 'resolved' WHERE id = 2";

TEST_F(Guesses, TheSameQuestionHasTheSameAnswer) {
  EXPECT_EQ(guess(kResolve2), "");
  remember(kResolve2, kResolved2);
  EXPECT_EQ(guess(kResolve2), kResolved2);
}

TEST_F(Guesses, WordsThatTheAnswerRepeatsAreExchanged) {
  remember(kResolve2, kResolved2);
  EXPECT_EQ(guess(R"({"user_action":"resolve","alert_id":1407})"),
            "UPDATE alerts SET status = 'resolved' WHERE id = 1407");
  remember(R"({"do":"assign","id":3,"to":"Ana"})", "SET owner = 'Ana' WHERE id = 3 AND rank = 33");
  EXPECT_EQ(guess(R"({"do":"assign","id":9,"to":"Kim"})"),
            "SET owner = 'Kim' WHERE id = 9 AND rank = 33");
  // Another number of words: one run of them is exchanged.
  EXPECT_EQ(guess(R"({"do":"assign","id":3,"to":"Kim Lee"})"),
            "SET owner = 'Kim Lee' WHERE id = 3 AND rank = 33");
}

TEST_F(Guesses, WhatTheAnswerDoesNotExplainIsNotGuessed) {
  remember(kResolve2, kResolved2);
  EXPECT_EQ(guess(R"({"user_action":"reopen","alert_id":2})"), "");
  EXPECT_EQ(guess(R"({"user_action":"resolve","alert_id":2,"note":"x"})"), "");
  EXPECT_EQ(guess(R"({"user_action":"resolve"})"), "");
  EXPECT_EQ(guess(""), "");
}

TEST_F(Guesses, AnAnswerThatMisledIsNotAskedAgain) {
  remember(R"({"do":"toggle","id":1})", "on 1");
  EXPECT_EQ(guess(R"({"do":"toggle","id":1})"), "on 1");
  remember(R"({"do":"toggle","id":1})", "off 1");
  EXPECT_EQ(guess(R"({"do":"toggle","id":1})"), "");
  remember(R"({"do":"toggle","id":1})", "on 1");
  EXPECT_EQ(guess(R"({"do":"toggle","id":1})"), "");
  remember(R"({"do":"toggle","id":1})", "on 1");
  EXPECT_EQ(guess(R"({"do":"toggle","id":1})"), "on 1") << "it does not change its mind any more";
  remember(R"({"do":"toggle","id":2})", "off 2");
  EXPECT_EQ(guess(R"({"do":"toggle","id":3})"), "off 3") << "what was guessed from 1 was wrong";
}

TEST_F(Guesses, OnlySoManyAreRemembered) {
  remember(kResolve2, kResolved2);
  for (int i = 0; i < 64; ++i) remember("other " + std::string(1, static_cast<char>(' ' + i)), "x");
  EXPECT_EQ(guess(kResolve2), "");
  remember(kResolve2, std::string(20000, 'x'));
  EXPECT_EQ(guess(kResolve2), "");
}

// An answer, what its sequence has read, and in how many forwards.
struct Asked {
  Result<Decoded> decoded;
  std::vector<std::int32_t> read;
  std::size_t forwards;
};

constexpr const char* kDone = R"({"kind":"sql","sql":"SET status = 'done' WHERE id = 12"})";
constexpr const char* kOpen = R"({"kind":"sql","sql":"SET status = 'open' WHERE id = 12"})";
constexpr const char* kSqlSchema =
    R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"}},)"
    R"("required":["kind","sql"],"additionalProperties":false})";

Studio studio() {
  return Studio([](TapeDeck& deck) {
    deck.words = {"SET ", "status", "kind", "sql"};
    deck.lines["done"] = kDone;
    deck.lines["open"] = kOpen;
    deck.lines["long"] = std::string(kDone).replace(std::string(kDone).find("12"), 2, "12 OR TRUE");
  });
}

Asked ask(Studio& s, const std::string& line, const std::string& about, float temperature = 0) {
  auto request = s.ask(line + ">", kSqlSchema);
  request.about = about;
  request.temperature = temperature;
  const auto sequence = request.sequence;
  const auto before = s.deck.forwards.size();
  Asked out{s.decode(std::move(request)), {}, 0};
  EXPECT_TRUE(s.loop.run(s.scheduler->length(sequence)).ok());  // the worker is done with it
  out.read = read_by(sequence);
  out.forwards = s.deck.forwards.size() - before;
  return out;
}

void expect_same(const Asked& drafted, const Asked& plain) {
  ASSERT_TRUE(drafted.decoded.ok()) << drafted.decoded.error().text();
  EXPECT_EQ(drafted.decoded->text, plain.decoded->text);
  EXPECT_EQ(drafted.decoded->tokens, plain.decoded->tokens);
  EXPECT_EQ(drafted.decoded->stats.sampled, plain.decoded->stats.sampled);
  EXPECT_EQ(drafted.decoded->stats.forced, plain.decoded->stats.forced);
  auto a = drafted.read, b = plain.read;  // with what is still to be read, the same sequence
  a.insert(a.end(), drafted.decoded->unread.begin(), drafted.decoded->unread.end());
  b.insert(b.end(), plain.decoded->unread.begin(), plain.decoded->unread.end());
  EXPECT_EQ(a, b);
}

TEST(Drafting, ARightGuessTakesTwoForwards) {
  auto s = studio();
  const auto plain = ask(s, "done", "x");
  const auto drafted = ask(s, "done", "x");
  expect_same(drafted, plain);
  EXPECT_GT(plain.forwards, 10U);
  EXPECT_EQ(drafted.forwards, 2U);  // the prompt, and everything from the first choice on
  EXPECT_EQ(plain.decoded->stats.ahead, 0U);
  EXPECT_GT(drafted.decoded->stats.ahead, plain.decoded->stats.sampled / 2);
  EXPECT_TRUE(drafted.decoded->unread.empty()) << "the draft's end was read";
}

TEST(Drafting, AWrongGuessIsForgottenAndTheModelGoesOn) {
  const std::pair<const char*, const char*> cases[] = {
      {"open", "done"}, {"long", "done"}, {"done", "long"}};
  for (const auto& [first, then] : cases) {
    SCOPED_TRACE(std::string(first) + ", then " + then);
    auto s = studio();
    const auto plain = ask(s, then, "");
    ask(s, first, "x");
    EXPECT_EQ(s.deck.kept.size(), 0U);
    const auto drafted = ask(s, then, "x");
    expect_same(drafted, plain);
    EXPECT_GT(drafted.decoded->stats.ahead, 0U);
    EXPECT_LT(drafted.forwards, plain.forwards);
    EXPECT_EQ(s.deck.kept.size(), 2U);  // the first only asks whether it can
  }
}

TEST(Drafting, ABackendThatCannotForgetIsNotGivenAny) {
  auto s = studio();
  s.deck.keeps = false;
  const auto plain = ask(s, "done", "x");
  for (int i = 0; i < 2; ++i) {
    const auto again = ask(s, "done", "x");
    expect_same(again, plain);
    EXPECT_EQ(again.forwards, plain.forwards);
  }
}

TEST(Drafting, OnlyWhatIsChosenGreedilyAndSaysWhatItIsAbout) {
  auto s = studio();
  const auto plain = ask(s, "done", "");
  EXPECT_EQ(ask(s, "done", "").forwards, plain.forwards);
  EXPECT_EQ(ask(s, "done", "x", 0.5F).forwards, plain.forwards);
  EXPECT_EQ(ask(s, "done", "x").forwards, plain.forwards) << "nothing was remembered so far";
  EXPECT_EQ(ask(s, "done", "x", 0.5F).forwards, plain.forwards);
  EXPECT_EQ(ask(s, "done", "x").forwards, 2U);
}

TEST(Drafting, ManySequencesAtOnceEachWithItsOwn) {
  auto s = studio();
  const auto done = ask(s, "done", ""), open = ask(s, "open", "");
  ask(s, "done", "a");
  ask(s, "done", "b");
  std::vector<DecodeRequest> requests;
  for (const char* about : {"a", "b", "none"}) {
    requests.push_back(
        s.ask(std::string(about == std::string("b") ? "open>" : "done>"), kSqlSchema));
    requests.back().about = about;
  }
  std::vector<SharedSequence> sequences;
  std::vector<std::shared_ptr<std::optional<Result<Decoded>>>> answers;
  s.deck.set(s.deck.hold, true);
  for (auto& request : requests) {
    sequences.push_back(request.sequence);
    answers.push_back(s.loop.start(s.scheduler->decode(request)));
  }
  s.loop.poll();
  s.deck.set(s.deck.hold, false);
  s.loop.finish();
  const Asked* const plain[] = {&done, &open, &done};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_TRUE(s.loop.run(s.scheduler->length(sequences[i])).ok());
    expect_same({std::move(**answers[i]), read_by(sequences[i]), 0}, *plain[i]);
  }
}

}  // namespace
}  // namespace sr::host::testing
