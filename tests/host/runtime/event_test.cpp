// What clients say: taken once, refused with a code, or held back.
#include <fstream>

#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

const Json kOpen = Json::parse(R"([["open"]])");
const Json kResolved = Json::parse(R"([["resolved"]])");
constexpr const char* kStatusOfTwo = "SELECT status FROM alerts WHERE id = 2";

// tests/cases/runtime/bad_messages.json: what is said, the error's code and a part of its sentence.
TEST(BadMessages, AreAnsweredWithACodeAndASentence) {
  const Facts facts;
  Stage stage(facts, {"limits.event_burst=1000"});
  Tab tab(stage);
  tab.open();
  std::ifstream file(SR_SOURCE_DIR "/tests/cases/runtime/bad_messages.json");
  const Json cases = Json::parse(file);
  ASSERT_GT(cases.size(), 15U);
  for (const auto& c : cases) {
    const auto text = c["say"].is_string() ? c["say"].get<std::string>() : c["say"].dump();
    SCOPED_TRACE(text);
    tab.say_text(text);
    const auto error = tab.hear();
    ASSERT_EQ(error["type"], "error") << error.dump();
    EXPECT_EQ(error["code"], c["code"]);
    EXPECT_EQ(error["retryable"], false);
    EXPECT_EQ(error.value("id", Json()), c.value("id", Json()));
    EXPECT_NE(error["message"].get<std::string>().find(c["message"].get<std::string>()),
              std::string::npos)
        << error["message"];
  }
  tab.say(click("fine", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
}

TEST(BadMessages, ThatAreTooDeepOrTooLongAreNotRead) {
  const Facts facts;
  Stage stage(facts, {"limits.message_size=4096"});
  Tab tab(stage);
  tab.say_text(std::string(4000, '['));
  EXPECT_NE(tab.hear()["message"].get<std::string>().find("deeper than 64"), std::string::npos);
  tab.say_text(R"({"command":")" + std::string(5000, 'a') + R"("})");
  const auto error = tab.hear();
  EXPECT_EQ(error["code"], "bad_message");
  EXPECT_NE(error["message"].get<std::string>().find("at most 4096"), std::string::npos);
  tab.open();
}

TEST(BadMessages, AnEventBeforeHelloIsRefused) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["code"], "bad_message");
  tab.say({{"type", "resync"}, {"reason", "?"}});
  EXPECT_EQ(tab.hear()["code"], "bad_message");
  tab.open();
}

TEST(Events, TheBareMessagesOfTheOriginalOpenASession) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.say_text(R"({"user_action":"resolve_alert","alert_id":2})");
  EXPECT_EQ(tab.hear()["type"], "welcome");
  EXPECT_EQ(tab.hear()["type"], "snapshot");
  EXPECT_EQ(tab.hear()["cause"], "open");
  EXPECT_EQ(tab.hear()["status"], "accepted");
  const auto patch = tab.hear();
  EXPECT_EQ(patch["ops"], Json::parse(R"([{"op":"replace","path":"/components/0/rows/1/status",
                                           "value":"resolved"}])"));
}

TEST(Events, MayHaveTheIdThatTheFirstOneHasOnTheWire) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  for (const char* status : {"accepted", "duplicate"}) {
    tab.say(click("open", 2));
    const auto ack = tab.hear_until("ack");
    EXPECT_EQ(ack["id"], "open");
    EXPECT_EQ(ack["status"], status);
    if (ack["status"] == "accepted") tab.hear_outcome("open");
  }
  EXPECT_EQ(stage.rows("SELECT status FROM alerts WHERE id = 2"), Json::parse(R"([["resolved"]])"));
}

TEST(Events, ThatChangeNothingOnScreenEndWithAnEmptyPatch) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  const auto seq = tab.view().seq();
  tab.say(click("c1", 2, "reopen_alert"));  // it is open
  EXPECT_EQ(tab.hear()["status"], "accepted");
  const auto patch = tab.hear();
  EXPECT_EQ(patch["ops"], Json::array());
  EXPECT_EQ(patch["seq"], seq);
}

TEST(Events, ThatTheModelRefusesAreAcceptedAndToldWhy) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  tab.say(command("c1", "sing"));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  const auto error = tab.hear();
  EXPECT_EQ(error["code"], "refused");
  EXPECT_EQ(error["id"], "c1");
  EXPECT_EQ(error["retryable"], false);
  EXPECT_EQ(stage.kinds(tab.view().session()), "app event manifest shown paint event refusal");
}

TEST(Duplicates, AreAnsweredWithTheFirstOnesSeqAndRunNothing) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  tab.say(click("c1", 2));
  const auto seq = tab.hear()["seq"];
  tab.hear_outcome("c1");
  const auto kinds = stage.kinds(tab.view().session());
  tab.say(click("c1", 1));  // the id counts, not what it carries
  const auto ack = tab.hear();
  EXPECT_EQ(ack["status"], "duplicate");
  EXPECT_EQ(ack["seq"], seq);
  const auto end = tab.hear();
  EXPECT_EQ(end["type"], "patch");
  EXPECT_EQ(end["cause"], "c1");
  EXPECT_EQ(end["seq"], tab.view().seq());
  EXPECT_EQ(end["ops"], Json::array());
  EXPECT_EQ(stage.kinds(tab.view().session()), kinds);
  EXPECT_EQ(stage.rows("SELECT status FROM alerts WHERE id = 1"), kOpen);
}

TEST(Duplicates, InFlightAndOnTwoConnectionsRunOnce) {
  const Facts facts;
  Stage stage(facts);
  Tab one(stage), two(stage);
  one.open();
  two.come_back(one.view(), false);
  two.hear_until("snapshot");
  {
    const auto held = stage.hold();
    for (auto* tab : {&one, &two, &one, &two}) tab->say(click("same", 2));
  }
  std::map<std::string, int> acks;
  for (auto* tab : {&one, &two}) {
    for (int i = 0; i < 2; ++i) ++acks[tab->hear_until("ack")["status"].get<std::string>()];
  }
  EXPECT_EQ(acks["accepted"], 1);
  EXPECT_EQ(acks["duplicate"], 3);
  EXPECT_EQ(stage.kinds(one.view().session()),
            "app event manifest shown paint event action result rows shown paint");
}

TEST(Duplicates, AreFoundInTheLogOfAnotherHost) {
  const Facts facts;
  wire::ClientView view;
  {
    Stage stage(facts);
    Tab tab(stage);
    tab.open();
    tab.say(click("c1", 2));
    tab.hear_outcome("c1");
    view = tab.view();
  }
  Stage stage(facts);
  Tab tab(stage);
  tab.come_back(view, true);
  tab.hear();
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "duplicate");
}

// Whoever sends again, because the answer was lost, learns how it ended.
TEST(Duplicates, OfARefusedEventAreToldSoAgain) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  tab.say(command("c1", "sing"));
  const auto seq = tab.hear()["seq"];
  const auto first = tab.hear();
  EXPECT_EQ(first["code"], "refused");
  tab.say(click("c2", 2));
  tab.hear_outcome("c2");
  tab.say(command("c1", "sing"));
  const auto ack = tab.hear();
  EXPECT_EQ(ack["status"], "duplicate");
  EXPECT_EQ(ack["seq"], seq);
  EXPECT_EQ(tab.hear(), first);
}

// The event was taken when its component was on screen; that it is gone now is no mistake.
TEST(Duplicates, AreToldSoBeforeAnythingElseIsFoundWrong) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  auto event = click("c1", 2);
  event["componentId"] = "alerts";
  tab.say(event);
  tab.hear_outcome("c1");
  tab.say(command("away", "settings"));
  tab.hear_outcome("away");
  tab.say(event);
  EXPECT_EQ(tab.hear().value("status", ""), "duplicate");
  EXPECT_EQ(tab.hear().value("cause", ""), "c1");
  event["baseSeq"] = 100000;
  tab.say(event);
  EXPECT_EQ(tab.hear().value("status", ""), "duplicate");
  EXPECT_EQ(tab.hear().value("cause", ""), "c1");
  event["id"] = "c2";
  tab.say(event);
  EXPECT_EQ(tab.hear()["code"], "bad_event");
}

TEST(Limits, TooManyMessagesASecondAreRefused) {
  const Facts facts;
  Stage stage(facts, {"limits.events_per_second=0.1", "limits.event_burst=3"});
  Tab tab(stage);
  {
    const auto held = stage.hold();
    tab.say({{"type", "hello"}});
    tab.say({{"type", "ack"}, {"seq", 1}});  // costs nothing
    tab.say(click("c1", 2));
    tab.say(click("c2", 2));
    tab.say(click("c3", 2));
    tab.say({{"type", "hello"}});  // each would make a session
    tab.say({{"type", "resync"}, {"reason", "again"}});
    tab.say_text("nonsense");
  }
  for (int i = 0; i < 4; ++i) {
    const auto error = tab.hear();
    EXPECT_EQ(error.value("code", ""), "overloaded") << error.dump();
    EXPECT_EQ(error.value("id", ""), i == 0 ? "c3" : "");
    EXPECT_EQ(error.value("retryable", false), true);
  }
  EXPECT_EQ(tab.hear_outcome("c2")["type"], "patch");
  Tab other(stage);
  other.open();
}

TEST(Limits, TooManyWaitingEventsAreRefused) {
  const Facts facts;
  Stage stage(facts, {"limits.waiting_events=2"});
  Tab tab(stage);
  tab.open();
  {
    const auto held = stage.hold();
    for (int i = 0; i < 5; ++i) tab.say(click("c" + std::to_string(i), 2));
  }
  int accepted = 0;
  for (int i = 0; i < 5; ++i) {
    auto message = tab.hear();
    while (message["type"] == "patch") message = tab.hear();
    if (message["type"] == "error") {
      EXPECT_EQ(message["code"], "overloaded");
      EXPECT_EQ(message["retryable"], true);
    } else {
      ++accepted;
    }
  }
  EXPECT_GE(accepted, 2);
  EXPECT_LT(accepted, 5);
  tab.say(click("after", 2, "reopen_alert"));
  tab.hear_outcome("after");
  EXPECT_EQ(stage.rows(kStatusOfTwo), kOpen);
}

}  // namespace
}  // namespace sr::host::test
