// The alerts app on PostgreSQL, through the executable: its cases, a server that dies, replay.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/end_to_end/on_postgres.h"

namespace sr::test {
namespace {

constexpr int kConfigurationIsWrong = 78;

TEST_F(OnPostgres, TheAppsCasesPass) {
  const auto done = run(with_store({"test", kSource + "/configs/alerts-postgres.yaml"}));
  EXPECT_EQ(done.status, 0) << done.out << done.err;
  EXPECT_TRUE(has(done.out, " passed, 0 failed")) << done.out;
  EXPECT_EQ(server_.text(database_, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scr%'"),
            "0");
}

TEST_F(OnPostgres, AServerThatIsNotThereIsSaidAndNothingIsStarted) {
  const auto done =
      run({"run", lines(), "--set", "stores.facts.url=postgresql:///x?host=/nowhere"});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(done.err, "cannot connect to the database")) << done.err;
  EXPECT_TRUE(has(done.err, "Nothing was started.")) << done.err;
}

TEST_F(OnPostgres, AServerThatDiesUnderARunningHostCostsOnlyWaiting) {
  const auto file = lines();
  const auto made = run(with_store({"store", "init", file}));
  ASSERT_EQ(made.status, 0) << made.err;
  Child child(with_store({"run", file}, /*admin=*/false));
  ClientView view;
  child.say(R"({"type":"hello"})");
  hear(child, view, "patch");
  child.say(click("c1", "resolve_alert", 1));
  EXPECT_EQ(hear(child, view, "ack")["status"], "accepted");
  server_.stop();
  child.say(click("c2", "resolve_alert", 2));
  const auto error = hear(child, view, "error");
  EXPECT_EQ(error["code"], "store_unavailable");
  EXPECT_EQ(error["id"], "c2");
  EXPECT_EQ(error["retryable"], true);
  server_.start();
  EXPECT_EQ(status_in_the_end(child, view, click("c2", "resolve_alert", 2)), "accepted");
  child.say(click("c1", "resolve_alert", 1));
  EXPECT_EQ(hear(child, view, "ack")["status"], "duplicate");
  EXPECT_EQ(server_.text(database_, "SELECT string_agg(status, ',' ORDER BY id) FROM alerts"),
            "resolved,resolved,open");
}

TEST_F(OnPostgres, AnotherProgramsChangeReachesTheScreen) {
  const auto file = lines();
  ASSERT_EQ(run(with_store({"store", "init", file})).status, 0);
  Child child(with_store({"run", file}));
  ClientView view;
  child.say(R"({"type":"hello"})");
  hear(child, view, "patch");
  server_.run(database_, "UPDATE alerts SET status = 'acknowledged' WHERE id = 3");
  const auto patch = hear(child, view, "patch");
  EXPECT_EQ(patch["ops"][0]["path"], "/components/0/rows/2/status");
  EXPECT_EQ(patch["ops"][0]["value"], "acknowledged");
}

// What is in the log may be the other of two readings, of which the first showed nothing.
TEST_F(OnPostgres, ReplayTakesTheOtherWayWhereTheTurnDid) {
  const auto file = lines();
  const auto screen = [](const std::string& where) {
    return "{ kind: manifest, components: [{ type: AlertTable, id: alerts, source: \"SELECT id, "
           "title FROM alerts" +
           where + " ORDER BY id\" }] }\n";
  };
  const auto rules = (folder_.path() / "doubting.yaml").string();
  std::ofstream(rules) << "version: 1\nrules:\n  - when: { command: { any: true } }\n    say: "
                       << screen(" WHERE title = 'critical'")
                       << "    or: " << screen(" WHERE severity = 'critical'")
                       << "  - when: { open: { any: true } }\n    say: " << screen("");
  const std::string doubting = "backends.main.rules=" + rules;
  ASSERT_EQ(run(with_store({"store", "init", file})).status, 0);
  ClientView view;
  {
    Child child(with_store({"run", file, "--set", doubting}));
    child.say(R"({"type":"hello"})");
    hear(child, view, "patch");
    child.say(R"({"type":"event","id":"q","kind":"command","payload":{"command":"critical"}})");
    const auto patch = hear(child, view, "patch");
    EXPECT_EQ(patch["ops"][0]["value"][0]["rows"].size(), 1U) << patch;
    child.end_of_input();
    EXPECT_EQ(child.wait(), 0) << child.err();
  }
  const auto again =
      run(with_store({"replay", file, view.session(), "--backend", "main", "--set", doubting}));
  EXPECT_EQ(again.status, 0) << again.out << again.err;
  EXPECT_TRUE(has(again.out, "2 of 2 decisions are the same")) << again.out;
}

TEST_F(OnPostgres, ReplayFoldsTheLogAndDecidesAgain) {
  const auto file = lines();
  ASSERT_EQ(run(with_store({"store", "init", file})).status, 0);
  ClientView view;
  {
    Child child(with_store({"run", file}));
    child.say(R"({"type":"hello"})");
    hear(child, view, "patch");
    for (int i = 0; i < 6; ++i) {
      child.say(
          click("c" + std::to_string(i), i % 2 == 0 ? "resolve_alert" : "reopen_alert", 1 + i % 3));
      hear(child, view, "patch");
    }
    child.end_of_input();
    EXPECT_EQ(child.wait(), 0) << child.err();
  }
  const auto folded = run(with_store({"replay", file, view.session()}));
  EXPECT_EQ(folded.status, 0) << folded.out << folded.err;
  EXPECT_TRUE(has(folded.out, "6 paints")) << folded.out;
  EXPECT_TRUE(has(folded.out, "every view is the one that was logged")) << folded.out;
  const auto again = run(with_store({"replay", file, view.session(), "--backend", "main"}));
  EXPECT_EQ(again.status, 0) << again.out << again.err;
  EXPECT_TRUE(has(again.out, "7 of 7 decisions are the same")) << again.out;

  // Another model: the same rules but for one.
  std::ifstream in(kSource + "/configs/apps/alerts/scripted.yaml");
  std::string rules((std::istreambuf_iterator<char>(in)), {});
  const std::string was = "SET status = 'open' WHERE id";
  rules.replace(rules.find(was), was.size(), "SET status = 'acknowledged' WHERE id");
  std::ofstream(folder_.path() / "other.yaml") << rules;
  const auto other =
      run(with_store({"replay", file, view.session(), "--backend", "main", "--set",
                      "backends.main.rules=" + (folder_.path() / "other.yaml").string()}));
  EXPECT_EQ(other.status, 1) << other.out << other.err;
  EXPECT_TRUE(has(other.out, "4 of 7 decisions are the same")) << other.out;
  EXPECT_TRUE(has(other.out, "click c1: differs")) << other.out;
  EXPECT_TRUE(has(other.out, "'acknowledged'")) << other.out;

  EXPECT_EQ(run(with_store({"replay", file, "nobody"})).status, kConfigurationIsWrong);
  EXPECT_EQ(run(with_store({"replay", file, view.session(), "--backend", "nobody"})).status,
            kConfigurationIsWrong);
  server_.run(database_,
              "UPDATE state_runtime.log SET body = replace(body, 'resolved', 'closed') "
              "WHERE kind = 'paint'");
  const auto damaged = run(with_store({"replay", file, view.session()}));
  EXPECT_NE(damaged.status, 0);
  EXPECT_TRUE(has(damaged.err, "is damaged at seq")) << damaged.err;
}

}  // namespace
}  // namespace sr::test
