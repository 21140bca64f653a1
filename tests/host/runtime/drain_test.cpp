// How a host ends: told to by a signal, or because its transports have nothing more to carry.
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

TEST(Drain, FinishesWhatWaitsRefusesWhatComesAndEnds) {
  const Facts facts;
  Stage stage(facts, {"backends.main.latency_us=20"});
  Tab tab(stage);
  tab.open();
  {
    const auto held = stage.hold();
    tab.say(click("c1", 1));
    tab.say(click("c2", 2));
    stage.runtime().drain();
    tab.say(click("late", 3));
    tab.say({{"type", "hello"}});
  }
  const auto drain = tab.hear_until("drain");
  EXPECT_GT(drain["afterMs"], 0);
  auto error = tab.hear_until("error");
  EXPECT_EQ(error["code"], "draining");
  EXPECT_EQ(error["id"], "late");
  EXPECT_EQ(error["retryable"], true);
  EXPECT_EQ(tab.hear_until("error")["code"], "draining");
  tab.hear_outcome("c1");
  tab.hear_outcome("c2");
  EXPECT_TRUE(tab.hears_end());
  stage.join();
  EXPECT_EQ(stage.rows("SELECT status FROM alerts ORDER BY id"),
            Json::parse(R"([["resolved"],["resolved"],["open"]])"));
}

TEST(Drain, WhatTheStoreCannotTakeAnyMoreIsAskedForAgainElsewhere) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.lock_timeout=20ms"});
  Tab tab(stage);
  tab.open();
  OtherProgram other(facts.file());
  other.run("BEGIN IMMEDIATE");
  {
    const auto held = stage.hold();
    tab.say(click("c1", 2));
    stage.runtime().drain();
  }
  const auto error = tab.hear_until("error");
  EXPECT_EQ(error["id"], "c1");
  EXPECT_EQ(error["code"], "draining");
  EXPECT_EQ(error["retryable"], true);
  EXPECT_TRUE(tab.hears_end());
  stage.join();
  other.run("ROLLBACK");
}

TEST(Drain, OfATransportThatHasEndedFinishesEverythingWithoutAWord) {
  const Facts facts;
  Stage stage(facts, {"backends.main.latency_us=20"});
  Tab tab(stage);
  {
    const auto held = stage.hold();
    tab.say({{"type", "hello"}});
    tab.say(click("c1", 1));
    tab.say(click("c2", 2));
    stage.loopback().finish();
  }
  std::vector<std::string> heard;
  for (auto message = tab.hear(); !message.is_null(); message = tab.hear()) {
    heard.push_back(message["type"].get<std::string>());
  }
  EXPECT_EQ(heard, (std::vector<std::string>{"welcome", "snapshot", "patch", "ack", "patch", "ack",
                                             "patch"}));
  stage.join();
}

TEST(Stop, InTheMiddleOfATurnLeavesNothingHalfDone) {
  const Facts facts;
  wire::ClientView view;
  {
    Stage stage(facts, {"backends.main.misbehave=stall", "backends.main.misbehave_on=resolve"});
    Tab tab(stage);
    tab.open();
    view = tab.view();
    tab.say(click("c1", 2));
    tab.say(click("c2", 1));
  }
  Stage stage(facts);
  EXPECT_EQ(stage.kinds(view.session()), "app event manifest shown paint");
  Tab tab(stage);
  tab.come_back(view, true);
  EXPECT_EQ(tab.hear()["mode"], "resume");
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
}

// A store thread may still be in its transaction when the host is told to stop.
TEST(Stop, WaitsForATransactionThatHasBegun) {
  const Facts facts;
  wire::ClientView view;
  OtherProgram other(facts.file());
  {
    Stage stage(facts, {"stores.facts.lock_timeout=1s"});
    Tab tab(stage);
    tab.open();
    view = tab.view();
    other.run("BEGIN IMMEDIATE");
    tab.say(click("c1", 2));
    tab.say(click("c2", 2));
    Tab second(stage);
    second.say({{"type", "hello"}});
  }
  other.run("ROLLBACK");
  Stage stage(facts);
  EXPECT_EQ(stage.rows("SELECT status FROM alerts WHERE id = 2"), Json::parse(R"([["open"]])"));
}

}  // namespace
}  // namespace sr::host::test
