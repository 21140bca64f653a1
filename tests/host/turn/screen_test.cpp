// Screens over time: the model's own edits, repaints for what others changed, checkpoints.
#include <gtest/gtest.h>

#include "host/session/open.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

// `op: path value` of each operation that the model writes to "edit".
Setting editing(const std::string& ops) {
  Setting setting;
  setting.rules = "  - when: { command: edit }\n    say: { kind: patch, ops: [" + ops + "] }\n";
  return setting;
}

TEST(Screen, TheModelEditsItsManifest) {
  World w(editing(R"({ op: replace, path: /components/alerts/title, value: Urgent },
      { op: replace, path: /components/alerts/source,
        value: "SELECT id, title, status FROM alerts WHERE severity = 'critical' ORDER BY id" })"));
  const auto outcome = w.turn(command("c1", "edit"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  const auto& table = w.session.screen.view["components"][0];
  EXPECT_EQ(table["title"], "Urgent");
  ASSERT_EQ(table["rows"].size(), 1U);
  EXPECT_EQ(table["rows"][0]["id"], 2);
  EXPECT_EQ(w.session.screen.manifest["components"][0]["title"], "Urgent");
  const auto log = w.log();
  EXPECT_EQ(log[6].kind, "patch");  // as the model wrote it
  EXPECT_EQ(log[7].kind, "shown");
  EXPECT_EQ(log[8].kind, "paint");

  // The new query is the one that runs from now on, also for who restores the session.
  w.turn(click("c2", "resolve_alert", 2));
  EXPECT_EQ(w.session.screen.view["components"][0]["rows"][0]["status"], "resolved");
  auto restored = restore_session(w.facts->store(), w.app, w.engine->guard, w.session.id, "the token");
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  EXPECT_EQ(restored->session.screen.view, w.session.screen.view);
  EXPECT_EQ(restored->session.screen.manifest, w.session.screen.manifest);
  EXPECT_EQ(restored->session.screen.bindings.size(), 1U);
}

TEST(Screen, AnEditThatDoesNotFitIsRefused) {
  const std::pair<const char*, const char*> wrong[] = {
      {"{ op: remove, path: /components/alerts }, { op: replace, path: /components/alerts/title, value: x }",
       "operation 1: there is no component with the id \"alerts\""},
      {"{ op: add, path: /components/-, value: { type: ToastNotification, id: t, level: info, message: a } },"
       "{ op: add, path: /components/-, value: { type: ToastNotification, id: t, level: info, message: b } }",
       "two components have the id \"t\""},
  };
  for (const auto& [ops, why] : wrong) {
    World w(editing(ops));
    const auto screen = w.session.screen.view;
    const auto outcome = w.turn(command("c1", "edit"));
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
    EXPECT_TRUE(outcome.message.starts_with(why)) << outcome.message;
    EXPECT_EQ(w.session.screen.view, screen);
    EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
  }
}

TEST(Screen, WhatAnotherSessionChangedIsPaintedHere) {
  World w;
  auto other = w.open_session();
  ASSERT_TRUE(w.turn(click("c1", "resolve_alert", 2)).touched.one_of({"alerts"}));
  const auto outcome = w.repaint(other, "alerts");
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.ops.dump(),
            R"([{"op":"replace","path":"/components/0/rows/1/status","value":"resolved"}])");
  EXPECT_EQ(outcome.painted, other.painted);
  EXPECT_EQ(other.screen.view, w.session.screen.view);
  const auto lines = w.lines(other, 6);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("shown {\"alerts\":"));
  EXPECT_TRUE(lines[1].starts_with("paint {\"cause\":\"\",\"ops\":"));
  EXPECT_EQ(w.state_of(other), w.replayed(other));

  // Once is enough, and tables that are not on screen do not matter.
  EXPECT_EQ(w.repaint(other, "alerts").ops, Json::array());
  EXPECT_EQ(w.repaint(other, "metrics").ops, Json::array());
  EXPECT_EQ(w.lines(other, 1).size(), 7U);
  EXPECT_EQ(w.turn(other, click("c1", "resolve_alert", 3)).ending, Ending::kPainted);
}

TEST(Screen, NowAndThenTheWholeViewIsLogged) {
  World w;
  const auto last_checkpoint = [&] {
    auto transaction = w.facts->store().begin(false);
    return *transaction->log_last(w.session.id, "checkpoint");
  };
  int clicks = 0;
  while (last_checkpoint() == 0 && clicks < 200) {
    const auto* action = clicks % 2 == 0 ? "resolve_alert" : "reopen_alert";
    ASSERT_EQ(w.turn(click("c" + std::to_string(clicks++), action, 2)).ending, Ending::kPainted);
  }
  const auto checkpoint = last_checkpoint();
  ASSERT_GT(checkpoint, 0U);
  w.turn(command("more", "edit nothing, show critical"));
  auto restored = restore_session(w.facts->store(), w.app, w.engine->guard, w.session.id, "the token");
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  const auto& session = restored->session;
  EXPECT_EQ(session.screen.view, w.session.screen.view);
  EXPECT_EQ(session.painted, w.session.painted);
  EXPECT_EQ(session.seq, w.session.seq);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

}  // namespace
}  // namespace sr::host::testing
