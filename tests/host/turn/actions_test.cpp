// Actions that the app names: with statements they are done without a model, exactly so.
#include <gtest/gtest.h>

#include "host/app/preamble.h"
#include "host/base/start_error.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

DeclaredAction declared(const std::string& name, const std::string& when,
                        const std::vector<std::string>& statements) {
  DeclaredAction out;
  out.name = name;
  out.label = "Resolve it";
  out.table = "alerts";
  out.about = "somebody has seen to it";
  out.when = when;
  for (const auto& sql : statements) out.statements.push_back({sql, {}});
  return out;
}

const std::string kResolving = "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id";

Setting with_actions(std::vector<DeclaredAction> actions) {
  Setting setting;
  setting.change_app = [actions = std::move(actions)](App& app) { app.actions = actions; };
  return setting;
}

Event clicked(const Json& payload, const std::string& id = "c1") {
  Event event;
  event.id = id;
  event.payload = payload;
  return event;
}

TEST(Actions, NeedNoModel) {
  World w(with_actions({declared("resolve_alert", "", {kResolving})}));
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.timings.model_steps, 0U);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
  const auto lines = w.lines(6);
  ASSERT_EQ(lines.size(), 6U);  // event, action, result, rows, shown, paint
  EXPECT_EQ(lines[1], R"(action {"kind":"sql","sql":")" + kResolving + "\"}");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Actions, AreOneTransaction) {
  World w(with_actions({declared(
      "resolve_alert", "", {kResolving, "UPDATE settings SET value = :by WHERE name = :row"})}));
  auto outcome = w.turn(clicked(
      {{"user_action", "resolve_alert"}, {"alert_id", 2}, {"by", "ann"}, {"row", "nobody"}}));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  outcome = w.turn(clicked(
      {{"user_action", "resolve_alert"}, {"alert_id", 2}, {"by", "it's \\ me"}, {"row", "email"}},
      "c2"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
  EXPECT_EQ(Json::parse(w.rows("SELECT value FROM settings WHERE name = 'email'")),
            Json::array({"it's \\ me"}));
}

TEST(Actions, AreForTheRowsOfTheirCondition) {
  World w(with_actions({declared("resolve_alert", "status = 'open'", {kResolving})}));
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  const auto outcome = w.turn(click("c2", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "\"Resolve it\" is not for this row: status = 'open' does not hold");
  EXPECT_EQ(w.turn(click("c3", "resolve_alert", 99)).ending, Ending::kNotAllowed);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Actions, TheConditionHoldsForWhatAModelDecidesToo) {
  World w(with_actions({declared("resolve_alert", "status = 'acknowledged'", {})}));
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message,
            "\"Resolve it\" is not for this row: status = 'acknowledged' does not hold");
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
}

TEST(Actions, OddPayloadsAreRefusedByCode) {
  const struct {
    Json payload;
    const char* why;
  } cases[] = {
      {{{"user_action", "resolve_alert"}}, "there is no value :alert_id; the event has none"},
      {{{"user_action", "resolve_alert"}, {"alert_id", "two"}},
       "alert_id is 'two'; id takes whole numbers from -9223372036854775808 to "
       "9223372036854775807"},
      {{{"user_action", "resolve_alert"}, {"alert_id", nullptr}},
       "alert_id is empty; a row is told by a value"},
      {{{"user_action", "resolve_alert"}, {"alert_id", {1, 2}}},
       "alert_id is a list or an object; a value is a text, a number, true or false"},
      {{{"user_action", "resolve_alert"}, {"alert_id", -1}},
       "nothing was changed: alerts has no such row, or none that may be changed"},
      {{{"user_action", 5}, {"alert_id", 1}}, "there is no action \"\"; the app has resolve_alert"},
      {{{"alert_id", 1}}, "there is no action \"\"; the app has resolve_alert"},
      {{{"user_action", "explode"}, {"alert_id", 1}},
       "there is no action \"explode\"; the app has resolve_alert"},
  };
  World w(with_actions({declared("resolve_alert", "", {kResolving})}));
  int number = 0;
  for (const auto& [payload, why] : cases) {
    const auto outcome = w.turn(clicked(payload, "c" + std::to_string(++number)));
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed) << payload;
    EXPECT_EQ(outcome.message, why);
    EXPECT_EQ(outcome.timings.model_steps, 0U) << payload;
  }
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
}

TEST(Actions, WhatTheScreenOffersIsStillTheModels) {
  World w(with_actions(
      {declared("other", "", {kResolving})}));  // the first screen has a button resolve_alert
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_GT(outcome.timings.model_steps, 0U);
}

TEST(Actions, AreButtonsOfTheTablesOnScreen) {
  Setting setting;
  setting.change_app = [](App& app) {
    app.actions = {declared("resolve_alert", "status = 'open'", {kResolving}),
                   declared("note", "id > 3", {})};
    DeclaredScreen screen;
    screen.name = screen.label = "alerts";
    screen.manifest = {{"kind", "manifest"}, {"components", Json::parse(R"([
        {"type":"AlertTable","id":"with","title":"A","source":"SELECT id, status FROM alerts"},
        {"type":"AlertTable","id":"without","title":"B","source":"SELECT status FROM alerts"}])")}};
    app.screens = {screen};
  };
  World w(setting);
  const auto& components = w.session.screen.view["components"];
  EXPECT_EQ(components[0]["actions"], Json::parse(R"([
      {"user_action":"resolve_alert","label":"Resolve it","param":"alert_id","when":{"column":"status","equals":"open"}},
      {"user_action":"note","label":"Resolve it","param":"id"}])"));
  EXPECT_FALSE(components[1].contains("actions")) << "its rows have no key";
}

TEST(Actions, AskForTheValuesThatNoRowGives) {
  Setting setting;
  setting.change_app = [](App& app) {
    app.actions = {declared("set", "", {"UPDATE alerts SET status = :to WHERE id = :alert_id"}),
                   declared("note", "",
                            {"UPDATE settings SET value = :text WHERE name = 'email'",
                             "UPDATE alerts SET status = 'open' WHERE id = :id"})};
    DeclaredScreen screen;
    screen.name = screen.label = "alerts";
    screen.manifest = {{"kind", "manifest"}, {"components", Json::parse(R"([
        {"type":"AlertTable","id":"all","title":"A","source":"SELECT id, status FROM alerts"},
        {"type":"AlertTable","id":"own","title":"B","source":"SELECT id, status FROM alerts",
         "actions":[{"user_action":"set","label":"Set it","param":"alert_id"}]}])")}};
    app.screens = {screen};
  };
  World w(setting);
  const auto& components = w.session.screen.view["components"];
  const auto set = Json::parse(R"([{"name":"to","label":"To","kind":"choice",
      "one_of":["open","acknowledged","resolved"],"required":true}])");
  EXPECT_EQ(components[0]["actions"][0]["asks"], set);
  EXPECT_EQ(components[0]["actions"][1]["asks"],
            Json::parse(R"([{"name":"text","label":"Text","kind":"text","required":true}])"));
  EXPECT_EQ(components[1]["actions"][0]["asks"], set);
  const Json payload{{"user_action", "set"}, {"alert_id", 2}, {"to", "resolved"}};
  EXPECT_EQ(w.turn(clicked(payload)).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Actions, AskForEveryOtherNameOfTheKeyAndForThoseOfTheCondition) {
  Setting setting;
  setting.change_app = [](App& app) {
    app.actions = {declared("both", "title <> :not",
                            {"UPDATE alerts SET status = 'resolved' WHERE id = :alert",
                             "UPDATE settings SET value = :id WHERE name = 'email'"})};
    DeclaredScreen screen;
    screen.name = screen.label = "alerts";
    screen.manifest = {{"kind", "manifest"}, {"components", Json::parse(R"([
        {"type":"AlertTable","id":"all","title":"A","source":"SELECT id, status FROM alerts"}])")}};
    app.screens = {screen};
  };
  World w(setting);
  const auto& button = w.session.screen.view["components"][0]["actions"][0];
  EXPECT_EQ(button["param"], "alert");
  EXPECT_EQ(button["asks"][0]["name"], "id");
  EXPECT_EQ(button["asks"][1]["name"], "not");
}

TEST(Actions, AreToldToTheModel) {
  World w(with_actions({declared("resolve_alert", "status = 'open'", {kResolving})}));
  EXPECT_EQ(
      Json::parse(w.model().preamble_body)["actions"],
      Json::parse(
          R"({"resolve_alert":{"on":"alerts","about":"somebody has seen to it","when":"status = 'open'"}})"));
}

TEST(Actions, AreHeldToThePolicyAtTheStart) {
  const auto why = [](const DeclaredAction& wrong) -> std::string {
    try {
      World w(with_actions({wrong}));
    } catch (const StartError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(why(declared("a", "", {"DELETE FROM alerts WHERE id = :id"}))
                .find("action a: [verb] no rows may be deleted from alerts"),
            std::string::npos);
  EXPECT_NE(why(declared("a", "state = 1", {kResolving}))
                .find("action a: [column] there is no column state here"),
            std::string::npos);
  EXPECT_NE(why(declared("a", "", {"UPDATE alerts SET status = :user_action WHERE id = :id"}))
                .find("action a: user_action is the verb"),
            std::string::npos);
  EXPECT_NE(why(declared("a", "status = (", {kResolving})).find("action a: ["), std::string::npos);
  auto nowhere = declared("a", "", {kResolving});
  nowhere.table = "users";
  EXPECT_NE(why(nowhere).find("the policy has no table \"users\""), std::string::npos);
}

}  // namespace
}  // namespace sr::host::testing
