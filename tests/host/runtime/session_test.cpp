// How clients come to sessions, leave them and come back.
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

TEST(Hello, MakesASessionAndPaintsItsFirstScreen) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.say({{"type", "hello"}});
  const auto welcome = tab.hear();
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["mode"], "snapshot");
  EXPECT_EQ(welcome["seq"], 0);
  const auto snapshot = tab.hear();
  EXPECT_EQ(snapshot["type"], "snapshot");
  EXPECT_EQ(snapshot["view"]["components"], Json::array());
  const auto patch = tab.hear();
  EXPECT_EQ(patch["type"], "patch");
  EXPECT_EQ(patch["cause"], "open");
  EXPECT_TRUE(patch.contains("timings"));
  EXPECT_EQ(tab.status_of(2), "open");
  EXPECT_EQ(stage.kinds(tab.view().session()), "app event manifest shown paint");
}

TEST(Hello, WithTheTokenShowsTheSameView) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  tab.say(click("c1", 2));
  tab.hear_outcome("c1");

  Tab again(stage);
  again.come_back(tab.view(), /*resume=*/false);
  EXPECT_EQ(again.hear()["mode"], "snapshot");
  again.hear_until("snapshot");
  EXPECT_EQ(again.view().view(), tab.view().view());
  EXPECT_EQ(again.view().seq(), tab.view().seq());
}

TEST(Hello, FindsTheSessionInTheLogOfAnotherHost) {
  const Facts facts;
  wire::ClientView before;
  {
    Stage stage(facts);
    Tab tab(stage);
    tab.open();
    tab.say(click("c1", 2));
    tab.hear_outcome("c1");
    before = tab.view();
  }
  Stage stage(facts);
  Tab tab(stage);
  tab.come_back(before, /*resume=*/true);
  EXPECT_EQ(tab.hear()["mode"], "resume");
  tab.say(click("c2", 2, "reopen_alert"));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  EXPECT_EQ(tab.hear_outcome("c2")["ops"].size(), 1U);
  EXPECT_EQ(tab.status_of(2), "open");
}

TEST(Hello, RepaintsWhatHasChangedWhileNobodyHeldTheSession) {
  const Facts facts;
  wire::ClientView before;
  {
    Stage stage(facts);
    Tab tab(stage);
    tab.open();
    before = tab.view();
  }
  OtherProgram(facts.file()).run("UPDATE alerts SET status = 'resolved' WHERE id = 1");
  Stage stage(facts);
  Tab tab(stage);
  tab.come_back(before, /*resume=*/true);
  EXPECT_EQ(tab.hear()["mode"], "resume");
  EXPECT_EQ(tab.hear_until("patch")["cause"], "");
  EXPECT_EQ(tab.status_of(1), "resolved");
}

TEST(Hello, TellsNeitherWhichTokenNorWhichSessionIsWrong) {
  const Facts facts;
  Stage stage(facts);
  Tab owner(stage);
  owner.open();
  std::vector<std::string> said;
  for (const auto& session : {owner.view().session(), std::string("0123456789abcdef")}) {
    for (const auto* token : {"wrong", ""}) {
      Tab stranger(stage);
      stranger.say({{"type", "hello"}, {"session", session}, {"token", token}});
      const auto error = stranger.hear();
      EXPECT_EQ(error["code"], "unknown_session");
      EXPECT_EQ(error["retryable"], false);
      said.push_back(error["message"].get<std::string>());
    }
  }
  EXPECT_EQ(std::set(said.begin(), said.end()).size(), 1U);
}

// Messages that follow a hello at once must not be taken before its token has been looked at.
TEST(Hello, AStrangersMessagesDoNotSlipInBehindAWrongToken) {
  const Facts facts;
  wire::ClientView view;
  {
    Stage stage(facts);
    Tab owner(stage);
    owner.open();
    view = owner.view();
  }
  const auto tell = [&](Tab& stranger) {
    stranger.say({{"type", "hello"}, {"session", view.session()}, {"token", "wrong"}});
    stranger.say({{"type", "resync"}, {"reason", "curious"}});
    stranger.say(click("theft", 2));
  };
  const auto hears_nothing = [&](Tab& stranger) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(stranger.hear()["type"], "error");
  };
  Stage stage(facts);
  Tab first(stage), owner(stage), second(stage), third(stage);
  {
    const auto held = stage.hold();  // the session is not in memory yet
    tell(first);
    owner.come_back(view, /*resume=*/false);
    tell(second);
  }
  hears_nothing(first);
  hears_nothing(second);
  owner.hear_until("snapshot");
  {
    const auto held = stage.hold();  // now it is
    tell(third);
  }
  hears_nothing(third);
  owner.say(command("mine", "show alerts"));
  EXPECT_EQ(owner.hear_outcome("mine")["type"], "patch");
  EXPECT_EQ(stage.rows("SELECT status FROM alerts WHERE id = 2"), Json::parse(R"([["open"]])"));
}

TEST(Hello, AnotherEpochOrAFutureSeqGetsASnapshot) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  auto other_epoch = hello_for(tab.view(), true);
  other_epoch["epoch"] = "elsewhere";
  auto future = hello_for(tab.view(), true);
  future["lastSeq"] = 1000;
  auto huge = hello_for(tab.view(), true);
  huge["lastSeq"] = ~std::uint64_t{0};
  for (const auto& hello : {other_epoch, future, huge}) {
    Tab again(stage);
    again.say(hello);
    EXPECT_EQ(again.hear()["mode"], "snapshot");
    again.hear_until("snapshot");
    EXPECT_EQ(again.view().view(), tab.view().view());
  }
}

TEST(Hello, TwiceOnOneConnectionSpeaksForTheLastOne) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  {
    const auto held = stage.hold();
    tab.say({{"type", "hello"}});
    tab.say({{"type", "hello"}});
  }
  tab.hear_outcome("open");
  tab.say(click("c1", 1));
  EXPECT_EQ(tab.hear()["type"], "ack");  // and no second welcome
  tab.hear_outcome("c1");
}

TEST(Resume, LosesNothingAndRepeatsNothingWhereverTheConnectionIsCut) {
  const Facts facts;
  Stage stage(facts);
  const std::vector<Json> conversation{click("1", 2), command("2", "show me database metrics"),
                                       command("3", "triage"), click("4", 2, "reopen_alert"),
                                       click("5", 1, "acknowledge_alert"),
                                       click("6", 1, "reopen_alert")};
  // Plays it and cuts the connection after `cut` messages; returns how many were heard.
  const auto play = [&](int cut) {
    int heard = 0;
    auto tab = std::make_unique<Tab>(stage);
    tab->say({{"type", "hello"}});
    std::set<std::string> acked, painted;
    const auto listen = [&](const std::string& id, const Json& event, bool wants_ack) {
      while (!painted.contains(id) || (wants_ack && !acked.contains(id))) {
        const auto message = tab->hear();
        if (message.is_null() || ::testing::Test::HasFailure()) return;
        if (message["type"] == "ack") acked.insert(message["id"].get<std::string>());
        if (message["type"] == "patch") {
          EXPECT_TRUE(painted.insert(message["cause"].get<std::string>()).second) << message.dump();
        }
        if (++heard != cut) continue;
        const auto view = tab->view();
        tab->leave();
        tab = std::make_unique<Tab>(stage);
        tab->come_back(view, /*resume=*/true);
        if (view.seq() == 0 && tab->hear_until("snapshot")["seq"] != 0) painted.insert("open");
        if (wants_ack && !acked.contains(id)) tab->say(event);
      }
    };
    listen("open", {}, false);
    for (const auto& event : conversation) {
      tab->say(event);
      listen(event["id"].get<std::string>(), event, true);
    }
    EXPECT_EQ(tab->status_of(1), "open");
    EXPECT_EQ(tab->status_of(2), "open");
    EXPECT_EQ(tab->view().view()["components"][0]["title"], "Triage");
    return heard;
  };
  const int all = play(-1);
  EXPECT_EQ(all, 3 + 2 * 6);
  for (int cut = 1; cut < all; ++cut) {
    SCOPED_TRACE("cut after message " + std::to_string(cut));
    play(cut);
    if (HasFailure()) return;
  }
}

TEST(Resume, WhileATurnRunsHearsItsPatchOnce) {
  const Facts facts;
  Stage stage(facts, {"backends.main.latency_us=50", "limits.event_burst=1000"});
  Tab first(stage);
  first.open();
  for (int round = 0; round < 40; ++round) {
    const auto id = "r" + std::to_string(round);
    const auto behind = first.view();
    first.say(click("a" + id, 2, round % 2 == 0 ? "resolve_alert" : "reopen_alert"));
    first.hear_outcome("a" + id);
    first.say(click(id, 3, round % 2 == 0 ? "resolve_alert" : "reopen_alert"));
    Tab second(stage);
    second.come_back(behind, /*resume=*/true);  // one patch behind, and one under way
    second.hear_outcome(id);
    first.hear_outcome(id);
    ASSERT_EQ(second.view().view(), first.view().view());
    second.leave();
    if (HasFailure()) return;
  }
}

TEST(Tabs, OfOneSessionBothGetThePatch) {
  const Facts facts;
  Stage stage(facts);
  Tab one(stage), two(stage);
  one.open();
  two.come_back(one.view(), false);
  two.hear_until("snapshot");
  one.say(click("c1", 2));
  EXPECT_EQ(one.hear()["type"], "ack");
  one.hear_outcome("c1");
  const auto patch = two.hear();  // no ack: it did not ask
  EXPECT_EQ(patch["type"], "patch");
  EXPECT_EQ(patch["cause"], "c1");
  EXPECT_EQ(one.view().view(), two.view().view());
}

TEST(Sessions, ThatShowATableAreRepaintedWhenAnotherChangesIt) {
  const Facts facts;
  Stage stage(facts);
  Tab one(stage), same(stage), other(stage);
  one.open();
  same.open();
  other.open();
  other.say(command("s", "settings"));
  other.hear_outcome("s");
  const auto entries = stage.log(other.view().session()).size();

  one.say(click("c1", 2));
  one.hear_outcome("c1");
  const auto patch = same.hear();
  EXPECT_EQ(patch["type"], "patch");
  EXPECT_EQ(patch["cause"], "");
  EXPECT_EQ(same.status_of(2), "resolved");
  EXPECT_EQ(stage.kinds(same.view().session()), "app event manifest shown paint shown paint");

  other.say(command("t", "settings"));
  EXPECT_EQ(other.hear()["type"], "ack");  // its own, with nothing before it
  other.hear_outcome("t");
  EXPECT_EQ(stage.log(other.view().session())[entries].kind, "event");
}

TEST(Sessions, ThatNobodyLooksAtAreRepaintedWhenSomebodyComes) {
  const Facts facts;
  Stage stage(facts);
  Tab one(stage), left(stage);
  one.open();
  left.open();
  const auto session = left.view().session();
  left.leave();
  one.say(click("c1", 2));
  one.hear_outcome("c1");
  one.say(click("c2", 3));
  one.hear_outcome("c2");
  EXPECT_EQ(stage.kinds(session), "app event manifest shown paint");

  Tab back(stage);
  back.carry(left.view());
  back.come_back(left.view(), /*resume=*/true);
  EXPECT_EQ(back.hear()["mode"], "resume");
  EXPECT_EQ(back.hear()["cause"], "");
  EXPECT_EQ(back.status_of(2), "resolved");
  EXPECT_EQ(back.status_of(3), "resolved");
  EXPECT_EQ(stage.kinds(session), "app event manifest shown paint shown paint");
}

TEST(Sessions, AreRepaintedWhenAnotherProgramChangesTheirTable) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.watch_interval=10ms"});
  Tab tab(stage);
  tab.open();
  OtherProgram(facts.file()).run("UPDATE alerts SET status = 'resolved' WHERE id = 3");
  EXPECT_EQ(tab.hear()["type"], "patch");
  EXPECT_EQ(tab.status_of(3), "resolved");
}

TEST(Sessions, OverTheLimitReplaceOnesThatNobodyLooksAt) {
  const Facts facts;
  Stage stage(facts, {"limits.sessions=1", "limits.event_burst=1000000"});
  Tab first(stage);
  first.open();
  Tab refused(stage);
  refused.say({{"type", "hello"}});
  const auto error = refused.hear();
  EXPECT_EQ(error["code"], "overloaded");
  EXPECT_EQ(error["retryable"], true);

  // A session whose last turn is not quite over is not let go of: ask again, as a client does.
  const auto ask = [](Tab& tab, const Json& hello) {
    for (;;) {
      tab.say(hello);
      auto answer = tab.hear();
      if (answer.value("code", "") != "overloaded") return answer;
    }
  };
  const auto view = first.view();
  first.leave();
  Tab second(stage);
  EXPECT_EQ(ask(second, {{"type", "hello"}})["mode"], "snapshot");  // in the place of the first
  second.hear_outcome("open");
  second.leave();
  Tab back(stage);
  back.carry(view);
  EXPECT_EQ(ask(back, hello_for(view, /*resume=*/true))["mode"], "resume");  // it is in the log
}

TEST(Sessions, ThatComeAtOnceAreCountedBeforeTheyAreMade) {
  const Facts facts;
  Stage stage(facts, {"limits.sessions=2"});
  std::vector<std::unique_ptr<Tab>> tabs;
  for (int i = 0; i < 5; ++i) tabs.push_back(std::make_unique<Tab>(stage));
  {
    const auto held = stage.hold();
    for (auto& tab : tabs) tab->say({{"type", "hello"}});
  }
  int welcome = 0, overloaded = 0;
  for (auto& tab : tabs) {
    const auto message = tab->hear();
    welcome += message["type"] == "welcome" ? 1 : 0;
    overloaded += message.value("code", "") == "overloaded" ? 1 : 0;
  }
  EXPECT_EQ(welcome, 2);
  EXPECT_EQ(overloaded, 3);
}

TEST(Sessions, TakenByAnotherHostAreLetGoOf) {
  const Facts facts;
  Stage here(facts);
  Tab tab(here);
  tab.open();
  Stage there(facts);
  Tab moved(there);
  moved.come_back(tab.view(), false);
  moved.hear_until("snapshot");

  tab.say(click("late", 2));
  const auto error = tab.hear();
  EXPECT_EQ(error["type"], "error");
  EXPECT_EQ(error["retryable"], true);
  EXPECT_TRUE(tab.hears_end());
  EXPECT_EQ(here.rows("SELECT status FROM alerts WHERE id = 2"), Json::parse(R"([["open"]])"));
  moved.say(click("late", 2));
  EXPECT_EQ(moved.hear()["status"], "accepted");
}

TEST(Resync, SendsASnapshot) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  tab.say({{"type", "resync"}, {"reason", "the hash differs"}});
  const auto snapshot = tab.hear();
  EXPECT_EQ(snapshot["type"], "snapshot");
  EXPECT_EQ(snapshot["seq"], tab.view().seq());
}

}  // namespace
}  // namespace sr::host::test
