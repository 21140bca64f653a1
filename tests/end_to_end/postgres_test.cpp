// The alerts app on PostgreSQL, through the executable: its cases, a server that dies, replay.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/wire/client_view.h"
#include "tests/end_to_end/child.h"
#include "tests/plugins/stores/postgres/server.h"

namespace sr::test {
namespace {

using host::Json;
using host::ScratchFolder;
using host::wire::ClientView;

const std::string kSource = SR_SOURCE_DIR;
constexpr int kConfigurationIsWrong = 78;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class OnPostgres : public ::testing::Test {
 protected:
  Arguments with_store(Arguments command, bool admin = true) const {
    Arguments values{"url=" + server_.url(database_), "role_prefix=sr_e2e_", "roles=8"};
    if (admin) values.push_back("admin_url=" + server_.url(database_, "postgres"));
    for (const auto& value : values) {
      command.push_back("--set");
      command.push_back("stores.facts." + value);
    }
    return command;
  }
  // The deployment that ships, on standard input and output.
  std::string lines() {
    const auto file = (folder_.path() / "lines.yaml").string();
    std::ifstream in(kSource + "/configs/alerts-postgres.yaml");
    std::ofstream out(file);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("canvas:") || line.starts_with("tests:")) continue;
      if (line.starts_with("app:")) line = "app: " + kSource + "/configs/apps/alerts";
      if (const auto at = line.find("apps/alerts/scripted"); at != std::string::npos) {
        line.insert(at, kSource + "/configs/");
      }
      if (line.starts_with("  web:")) line = "  web: { type: stdio }";
      out << line << '\n';
    }
    return file;
  }
  static Json hear(Child& child, ClientView& view, const std::string& type) {
    for (;;) {
      const auto line = child.line();
      if (!line) return nullptr;
      auto message = Json::parse(*line);
      const auto taken = view.take(message);
      EXPECT_TRUE(taken.ok()) << taken.error().text();
      if (message["type"] == type) return message;
    }
  }
  static std::string click(const std::string& id, const std::string& action, int alert) {
    return Json{{"type", "event"}, {"id", id}, {"kind", "click"},
                {"payload", {{"user_action", action}, {"alert_id", alert}}}}.dump();
  }

  PostgresServer& server_ = PostgresServer::instance();
  const std::string database_ = server_.fresh_database();
  const ScratchFolder folder_;
};

TEST_F(OnPostgres, TheAppsCasesPass) {
  const auto done = run(with_store({"test", kSource + "/configs/alerts-postgres.yaml"}));
  EXPECT_EQ(done.status, 0) << done.out << done.err;
  EXPECT_TRUE(has(done.out, " passed, 0 failed")) << done.out;
  EXPECT_EQ(server_.text(database_, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scr%'"),
            "0");
}

TEST_F(OnPostgres, AServerThatIsNotThereIsSaidAndNothingIsStarted) {
  const auto done = run({"run", lines(), "--set", "stores.facts.url=postgresql:///x?host=/nowhere"});
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
  std::string status;
  for (int tries = 0; tries < 100 && status.empty(); ++tries) {
    child.say(click("c2", "resolve_alert", 2));
    for (;;) {
      const auto line = child.line();
      ASSERT_TRUE(line.has_value());
      const auto message = Json::parse(*line);
      (void)view.take(message);
      if (message["type"] == "ack") status = message["status"];
      if (message["type"] == "ack" || message["type"] == "error") break;
    }
    if (status.empty()) ::usleep(100'000);
  }
  EXPECT_EQ(status, "accepted");
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

TEST_F(OnPostgres, ReplayFoldsTheLogAndDecidesAgain) {
  const auto file = lines();
  ASSERT_EQ(run(with_store({"store", "init", file})).status, 0);
  ClientView view;
  {
    Child child(with_store({"run", file}));
    child.say(R"({"type":"hello"})");
    hear(child, view, "patch");
    for (int i = 0; i < 6; ++i) {
      child.say(click("c" + std::to_string(i), i % 2 == 0 ? "resolve_alert" : "reopen_alert", 1 + i % 3));
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
  const auto other = run(with_store({"replay", file, view.session(), "--backend", "main", "--set",
                                     "backends.main.rules=" + (folder_.path() / "other.yaml").string()}));
  EXPECT_EQ(other.status, 1) << other.out << other.err;
  EXPECT_TRUE(has(other.out, "4 of 7 decisions are the same")) << other.out;
  EXPECT_TRUE(has(other.out, "click c1: differs")) << other.out;
  EXPECT_TRUE(has(other.out, "'acknowledged'")) << other.out;

  EXPECT_EQ(run(with_store({"replay", file, "nobody"})).status, kConfigurationIsWrong);
  EXPECT_EQ(run(with_store({"replay", file, view.session(), "--backend", "nobody"})).status,
            kConfigurationIsWrong);
  server_.run(database_, "UPDATE state_runtime.log SET body = replace(body, 'resolved', 'closed') "
                         "WHERE kind = 'paint'");
  const auto damaged = run(with_store({"replay", file, view.session()}));
  EXPECT_NE(damaged.status, 0);
  EXPECT_TRUE(has(damaged.err, "is damaged at seq")) << damaged.err;
}

}  // namespace
}  // namespace sr::test
