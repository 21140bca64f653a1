// The values of an event reach the database as they came; the model only names them.
#include "host/turn/event_values.h"

#include <gtest/gtest.h>

#include "tests/host/turn/hostile.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

Event submit(const std::string& id, const Json& values) {
  Event event;
  event.id = id;
  event.kind = EventKind::kSubmit;
  event.component = "settings";
  event.payload = {{"submit", "settings"}, {"values", values}};
  return event;
}

Event clicked(const Json& payload) {
  Event event;
  event.id = "c1";
  event.payload = payload;
  return event;
}

TEST(EventValues, OfAFormAreStoredByteForByte) {
  World w;
  int number = 0;
  for (const auto& value : hostile_values(500)) {
    const auto outcome = w.turn(submit("s" + std::to_string(++number), Json{{"email", value}}));
    ASSERT_EQ(outcome.ending, Ending::kPainted) << Json(value) << ": " << outcome.message;
    ASSERT_EQ(Json::parse(w.rows("SELECT value FROM settings WHERE name = 'email'")), Json::array({value}));
  }
}

TEST(EventValues, TheLogHoldsTheValueOnceAndTheStatementItsName) {
  World w;
  ASSERT_EQ(w.turn(submit("s1", Json{{"email", "it's me"}})).ending, Ending::kPainted);
  const auto lines = w.lines(6);
  EXPECT_EQ(lines[0],
            R"(event {"kind":"submit","componentId":"settings","payload":{"submit":"settings","values":{"email":"it's me"}}})");
  EXPECT_EQ(lines[1],
            R"(action {"kind":"sql","sql":"UPDATE settings SET value = :email WHERE name = 'email'"})");
}

// A model that goes wrong on purpose, and is not held by a grammar.
Setting saying(const std::string& sql) {
  return {{{"misbehave", "wrong_output"}, {"misbehave_say", Json{{"kind", "sql"}, {"sql", sql}}.dump()},
           {"misbehave_on", "user_action|submit"}},
          "",
          [](App& app) { app.policy.grammar = false; }};
}

TEST(EventValues, ARowThatTheEventDoesNotNameIsLeftAlone) {
  struct Case {
    const char* sql;
    Json payload;
    const char* why;
  };
  const Case cases[] = {
      {"UPDATE alerts SET status = 'resolved' WHERE id = 1", {{"user_action", "resolve_alert"}, {"alert_id", 2}},
       "the click says nothing of a row whose id is 1"},
      {"UPDATE alerts SET status = 'resolved' WHERE id IN (2, 3)", {{"user_action", "resolve_alert"}, {"alert_id", 2}},
       "the click says nothing of a row whose id is 3"},
      {"UPDATE alerts SET status = 'resolved' WHERE id = 1", {{"user_action", "resolve_alert"}},
       "the click says nothing of a row whose id is 1"},
      {"UPDATE alerts SET status = 'resolved' WHERE id = :id", {{"user_action", "resolve_alert"}, {"alert_id", 2}},
       "there is no value :id; the event has :alert_id"},
      {"UPDATE alerts SET status = 'resolved' WHERE id = :alert_id", {{"user_action", "resolve_alert"}, {"alert_id", "two"}},
       "alert_id is 'two'; id takes whole numbers from -9223372036854775808 to 9223372036854775807"},
      {"UPDATE alerts SET status = :to WHERE id = :alert_id", {{"user_action", "set"}, {"alert_id", 2}, {"to", "gone"}},
       "to is 'gone'; status takes 'open', 'acknowledged' or 'resolved'"},
      {"UPDATE alerts SET status = :to WHERE id = :alert_id", {{"user_action", "set"}, {"alert_id", 2}, {"to", nullptr}},
       "to is empty, and status cannot be"},
  };
  for (const auto& [sql, payload, why] : cases) {
    SCOPED_TRACE(std::string(sql) + " " + payload.dump());
    World w(saying(sql));
    const auto outcome = w.turn(clicked(payload));
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
    EXPECT_EQ(outcome.message, why);
    EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  }
}

TEST(EventValues, AKeyThatIsWrittenOutMustBeTheEvents) {
  World w(saying("UPDATE alerts SET status = 'resolved' WHERE id = 2"));
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(EventValues, SeveralStatementsRunTogetherOrNotAtAll) {
  const auto both = [](const std::string& second) {
    Setting setting = saying("");
    setting.backend["misbehave_say"] =
        Json{{"kind", "sql"}, {"sql", "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id"},
             {"then", Json::array({second})}}.dump();
    return setting;
  };
  World done(both("UPDATE settings SET value = :by WHERE name = 'email'"));
  const auto payload = Json{{"user_action", "resolve_alert"}, {"alert_id", 2}, {"by", "ann"}, {"row", "email"}};
  auto outcome = done.turn(clicked(payload));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(done.statuses(), R"(["open","resolved","open"])");
  EXPECT_EQ(done.rows("SELECT value FROM settings WHERE name = 'email'"), R"(["ann"])");
  EXPECT_TRUE(outcome.touched.one_of({"settings"}) && outcome.touched.one_of({"alerts"}));

  World failed(both("UPDATE settings SET value = :by WHERE name = :by"));
  outcome = failed.turn(clicked(payload));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "nothing was changed: settings has no such row, or none that may be changed");
  EXPECT_EQ(failed.statuses(), R"(["open","open","open"])");
}

TEST(EventValues, WithoutAValueThatAStatementCouldUseNothingIsWritten) {
  World w({{}, "", [](App& app) { app.routes[EventKind::kClick].targets = {Target::kAction}; }});
  const auto outcome = w.turn(clicked({{"user_action", "resolve_alert"}}));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "the click brings no value by which anything may be changed");
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
}

TEST(EventValues, AreNamedByTheEvent) {
  EXPECT_EQ(values_of(clicked({{"user_action", "up"}, {"student", "ann"}, {"course", "art"}})),
            (Json{{"student", "ann"}, {"course", "art"}}));
  EXPECT_EQ(values_of(submit("s", Json{{"email", "x"}})), (Json{{"email", "x"}}));
  EXPECT_EQ(values_of(command("c", "hello")), Json::object());
}

}  // namespace
}  // namespace sr::host::testing
