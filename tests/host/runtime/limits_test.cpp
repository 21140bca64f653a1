// How much one visitor, and all of them together, may have in memory.
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

std::uint64_t sequence_bytes(Stage& stage) {
  const auto text = stage.metrics();
  const std::string name = "\nstate_runtime_sequence_bytes ";
  return std::stoull(text.substr(text.find(name) + name.size()));
}

TEST(Limits, SessionsThatOnlySaidHelloHaveNoSequence) {
  const Facts facts;
  Stage stage(facts, {"limits.event_burst=1000000"});
  std::vector<std::unique_ptr<Tab>> tabs;
  for (int i = 0; i < 30; ++i) {
    tabs.push_back(std::make_unique<Tab>(stage));
    tabs.back()->open();
  }
  EXPECT_EQ(sequence_bytes(stage), 0U);
  tabs[7]->say(click("c1", 2));
  EXPECT_EQ(tabs[7]->hear_until("ack")["status"], "accepted");
  tabs[7]->hear_outcome("c1");
  std::uint64_t one = 0;
  while ((one = sequence_bytes(stage)) == 0) {
  }
  for (std::size_t i = 0; i < tabs.size(); ++i) {
    if (i == 7) continue;
    EXPECT_EQ(tabs[i]->hear_until("patch")["cause"], "");
  }
  EXPECT_EQ(sequence_bytes(stage), one);  // whoever only looks on goes on borrowing
}

TEST(Limits, OfMemoryLetGoOfWhatCanBeReadAgain) {
  const Facts facts;
  Stage stage(facts, {"limits.memory=1", "limits.event_burst=1000000"});
  Tab one(stage), two(stage);
  one.open();
  two.open();
  for (int i = 0; i < 3; ++i) {
    for (auto* tab : {&one, &two}) {
      const auto id = "c" + std::to_string(i);
      tab->say(click(id, 2, i % 2 == 0 ? "resolve_alert" : "reopen_alert"));
      EXPECT_EQ(tab->hear_until("ack")["status"], "accepted");
      EXPECT_EQ(tab->hear_outcome(id)["type"], "patch");
    }
  }
  while (sequence_bytes(stage) != 0) {
  }
  EXPECT_EQ(one.status_of(2), "resolved");
}

TEST(Limits, SessionsOfOnePeer) {
  const Facts facts;
  Stage stage(facts, {"limits.sessions_per_peer=2", "limits.event_burst=1000000"});
  Tab a(stage, "192.0.2.1:1"), b(stage, "192.0.2.1:2"), c(stage, "192.0.2.1:3");
  a.open();
  b.open();
  c.say({{"type", "hello"}});
  const auto error = c.hear();
  EXPECT_EQ(error["code"], "overloaded");
  EXPECT_EQ(error["retryable"], true);
  EXPECT_NE(error["message"].get<std::string>().find("limits.sessions_per_peer"), std::string::npos);
  Tab other(stage, "[2001:db8::1]:3");
  other.open();
  Tab inside(stage);  // has no address
  inside.open();
  // A connection that asks for another session gives up the one in which nothing was done.
  const auto ask_until_welcome = [](Tab& tab) {
    for (;;) {
      tab.say({{"type", "hello"}});
      const auto answer = tab.hear();
      if (answer["type"] == "welcome") break;
      ASSERT_EQ(answer["code"], "overloaded");  // a session has not come to rest yet
    }
  };
  ask_until_welcome(a);
  // Those that nobody looks at are let go of for their own peer's next ones.
  b.leave();
  ask_until_welcome(c);
}

TEST(Limits, SessionsAreKeptForSoLongAfterTheirLastEntry) {
  const Facts facts;
  std::string old;
  {
    Stage stage(facts);
    Tab tab(stage);
    tab.open();
    old = tab.view().session();
  }
  Stage stage(facts, {"limits.keep=1ms"});
  Tab tab(stage);
  tab.open();
  const auto kept = [&](const std::string& session) {
    return stage.store().begin(false)->session_get(session).ok();
  };
  EXPECT_TRUE(kept(old));
  while (kept(old)) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(kept(tab.view().session()));  // it is in memory
  Tab late(stage);
  late.say({{"type", "hello"}, {"session", old}, {"token", "t"}});
  EXPECT_EQ(late.hear()["code"], "unknown_session");
}

TEST(Ready, TellsOfAnExecutorThatHangs) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  const auto ready = [&] { return Json::parse(stage.runtime().health().report().body.dump()); };
  while (ready()["status"] != "ready") {
  }
  {
    const auto held = stage.hold();
    while (ready()["checks"]["executor"]["ok"] == true) {
    }
    EXPECT_EQ(ready()["status"], "not ready");
  }
  while (ready()["status"] != "ready") {
  }
}

}  // namespace
}  // namespace sr::host::test
