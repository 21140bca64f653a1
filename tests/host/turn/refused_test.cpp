// What the model must not do, or does not manage: it is logged, nothing else is changed, and the
// session goes on.
#include <gtest/gtest.h>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

struct Forbidden {
  const char* sql;
  const char* rule;
};
const Forbidden kForbidden[] = {
    {"UPDATE metrics SET value = 0 WHERE id = 1", "verb"},
    {"UPDATE alerts SET title = 'x' WHERE id = 2", "column"},
    {"UPDATE alerts SET status = 'resolved'", "where"},
    {"DELETE FROM alerts WHERE id = 2", "verb"},
    {"UPDATE alerts SET status = 'open' WHERE id = 1; DELETE FROM alerts WHERE id = 2", "one-statement"},
    {"ATTACH DATABASE 'other.db' AS other", "syntax"},
    {"PRAGMA writable_schema = 1", "syntax"},
    {"UPDATE sqlite_master SET sql = 'x' WHERE name = 'alerts'", "table"},
    {"SELECT id FROM alerts", "statement"},
};

// The grammar would not let the model write what is to be refused here.
void without_grammar(App& app) { app.policy.grammar = false; }

// The scripted backend says this to a click on Resolve, so many times.
Setting saying(const std::string& sql, int times) {
  return {{{"misbehave", "wrong_output"},
           {"misbehave_on", "resolve_alert"},
           {"misbehave_times", std::to_string(times)},
           {"misbehave_say", Json{{"kind", "sql"}, {"sql", sql}}.dump()}},
          "",
          without_grammar};
}

std::vector<std::string> kinds(const std::vector<LogEntry>& log, std::size_t from) {
  std::vector<std::string> out;
  for (std::size_t i = from; i < log.size(); ++i) out.push_back(log[i].kind);
  return out;
}

TEST(Refused, ForbiddenStatementsAreLoggedAndNothingRuns) {
  for (const auto& [sql, rule] : kForbidden) {
    SCOPED_TRACE(sql);
    World w(saying(sql, 0));
    const auto before = w.rows("SELECT title, status FROM alerts") + w.rows("SELECT value FROM metrics");
    const auto outcome = w.turn(click("c1", "resolve_alert", 2));
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
    EXPECT_FALSE(outcome.message.empty());
    EXPECT_EQ(outcome.seq, 6U);
    EXPECT_TRUE(outcome.touched.none());
    const auto log = w.log();
    EXPECT_EQ(kinds(log, 5), (std::vector<std::string>{"event", "action", "refusal", "action", "refusal"}));
    const auto why = Json::parse(log[7].body);
    EXPECT_EQ(why["by"], "guard");
    EXPECT_EQ(why["rule"].get<std::string>(), rule);
    EXPECT_EQ(why["why"], outcome.message);
    EXPECT_EQ(w.rows("SELECT title, status FROM alerts") + w.rows("SELECT value FROM metrics"), before);
    EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));

    // The session is as good as before, and the event has been taken.
    EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kDuplicate);
    EXPECT_EQ(w.turn(click("c2", "acknowledge_alert", 2)).ending, Ending::kPainted);
    EXPECT_EQ(w.statuses(), R"(["open","acknowledged","open"])");
  }
}

TEST(Refused, UnderTheGrammarNoneOfThemCanBeWritten) {
  for (const auto& [sql, rule] : kForbidden) {
    SCOPED_TRACE(sql);
    auto setting = saying(sql, 0);
    setting.change_app = nullptr;
    World w(setting);
    (void)w.turn(click("c1", "resolve_alert", 2));
    for (const auto& entry : w.log()) {
      if (entry.kind != "action") continue;
      const auto written = Json::parse(entry.body)["sql"].get<std::string>();
      EXPECT_NE(written, sql);
      EXPECT_TRUE(std::holds_alternative<sql::Plan>(w.engine->guard.action(written))) << written;
    }
    EXPECT_EQ(w.turn(click("c2", "acknowledge_alert", 3)).ending, Ending::kPainted);
  }
}

TEST(Refused, TheModelReadsWhyAndMayDoBetter) {
  World w(saying("UPDATE alerts SET status = 'resolved'", 1));
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(kinds(w.log(), 5), (std::vector<std::string>{"event", "action", "refusal", "action",
                                                         "result", "rows", "shown", "paint"}));
  EXPECT_EQ(outcome.seq, 6U);
  EXPECT_EQ(outcome.painted, 13U);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Refused, WhoCouldNotChangeOneThingChangesNoOther) {
  for (const auto* first :
       {"INSERT INTO alerts (id, title) VALUES (9, 'Fan failed')",
        "DELETE FROM alerts WHERE id = 2", "UPDATE metrics SET value = 0 WHERE id = 1"}) {
    SCOPED_TRACE(first);
    World w(saying(first, 1));
    const auto outcome = w.turn(click("c1", "resolve_alert", 2));
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
    const auto log = w.log();
    ASSERT_EQ(kinds(log, 5),
              (std::vector<std::string>{"event", "action", "refusal", "action", "refusal"}));
    EXPECT_EQ(Json::parse(log[9].body)["rule"], "another_change");
    EXPECT_EQ(Json::parse(log[9].body)["why"], Json::parse(log[7].body)["why"]);
    EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  }
}

TEST(Refused, MoreRowsThanAllowedAreRolledBack) {
  World w(saying("UPDATE alerts SET status = 'resolved' WHERE id IN (1, 2, 3)", 1));
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
  EXPECT_EQ(kinds(w.log(), 5)[2], "refusal");
}

TEST(Refused, AScreenWithAForbiddenQuery) {
  Setting setting;
  setting.change_app = without_grammar;
  setting.rules = R"(  - when: { command: spy }
    say:
      kind: manifest
      components: [ { type: AlertTable, id: spy, title: Spy, source: "SELECT * FROM sqlite_master" } ]
)";
  World w(setting);
  const auto screen = w.session.screen.view;
  const auto outcome = w.turn(command("c1", "spy"));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_TRUE(outcome.message.starts_with("component \"spy\", source: ")) << outcome.message;
  EXPECT_EQ(kinds(w.log(), 5),
            (std::vector<std::string>{"event", "manifest", "refusal", "manifest", "refusal"}));
  EXPECT_EQ(w.session.screen.view, screen);
  EXPECT_EQ(w.session.screen.bindings.size(), 1U);
}

// Who wanted to look at something must not end up changing something: the second try may not write.
TEST(Refused, NoActionFollowsAScreenThatDoesNotCount) {
  const std::string screen = R"({"kind":"manifest","components":[{"type":"AlertTable","id":"a",)"
                             R"("title":"A","source":"SELECT * FROM sqlite_master"}]})";
  Setting setting{{{"misbehave", "wrong_output"},
                   {"misbehave_on", "alerts please 2"},
                   {"misbehave_times", "1"},
                   {"misbehave_say", screen}},
                  R"(  - when: { command: alerts please 2 }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = 2" }
)",
                  without_grammar};
  World w(setting);
  EXPECT_NE(w.turn(command("c1", "alerts please 2")).ending, Ending::kDuplicate);
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  const auto log = kinds(w.log(), 5);
  ASSERT_GE(log.size(), 4U);
  EXPECT_EQ(log[1], "manifest");
  EXPECT_EQ(log[2], "refusal");
  EXPECT_EQ(std::count(log.begin(), log.end(), "action"), 0);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));

  // Of the next event nothing is left of that.
  EXPECT_EQ(w.turn(command("c2", "alerts please 2")).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Refused, NonsenseEndsAfterItsAttempts) {
  World w({{{"misbehave", "nonsense"}, {"misbehave_on", "resolve_alert"}}, "", [](App& app) {
             app.routes[EventKind::kClick].targets = {Target::kAction};
             app.routes[EventKind::kClick].max_tokens = 128;
             app.routes[EventKind::kClick].attempts = 3;
           }});
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kModelFailed);
  EXPECT_TRUE(outcome.message.ends_with(" tokens without coming to an end (max_tokens of the route)"))
      << outcome.message;
  const auto lines = w.lines(7);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with(R"(refusal {"by":"decode","rule":"no-answer","why":"the model wrote )"))
      << lines[0];
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
  EXPECT_EQ(w.turn(click("c2", "acknowledge_alert", 2)).ending, Ending::kPainted);
}

TEST(Refused, AStallEndsAfterItsTime) {
  World w({{{"misbehave", "stall"}, {"misbehave_on", "resolve_alert"}}, "",
           [](App& app) { app.routes[EventKind::kClick].timeout_ms = 200; }});
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kModelFailed);
  EXPECT_EQ(outcome.message, "the model was not done after 200 ms");
  EXPECT_EQ(kinds(w.log(), 5), (std::vector<std::string>{"event", "refusal", "refusal"}));
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
  EXPECT_EQ(w.turn(command("c2", "metrics")).ending, Ending::kPainted);
}

TEST(Refused, ACrashedSequenceIsTriedAgain) {
  World w({{{"misbehave", "crash_sequence"}, {"misbehave_on", "resolve_alert"}, {"misbehave_times", "1"}},
           "",
           nullptr});
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_EQ(kinds(w.log(), 5), (std::vector<std::string>{"event", "refusal", "action", "result",
                                                         "rows", "shown", "paint"}));
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

}  // namespace
}  // namespace sr::host::testing
