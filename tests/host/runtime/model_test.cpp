// A model that goes wrong: bounded attempts, a plain error, and a session that goes on.
#include <fstream>

#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;

struct Fault {
  const char* name;
  std::vector<std::string> set;
};

// The app of the alerts, but a click becomes an action and nothing else, and takes no longer than two
// seconds: who says nonsense could otherwise happen to refuse.
std::string app_of_actions(const Facts& facts) {
  const auto app = facts.folder() / "app";
  fs::copy(SR_SOURCE_DIR "/configs/apps/alerts", app, fs::copy_options::recursive);
  std::ifstream in(app / "app.yaml");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::string targets = "click: { targets: [DatabaseAction, Refusal]";
  const auto at = text.find(targets);
  EXPECT_NE(at, std::string::npos);
  std::ofstream(app / "app.yaml") << text.replace(at, targets.size(), "click: { targets: [DatabaseAction], timeout: 2s");
  return app.string();
}

// Without the grammar: under it, nonsense is a statement like any other.
class BadModel : public ::testing::TestWithParam<Fault> {
 protected:
  std::vector<std::string> settings(std::vector<std::string> more) const {
    auto set = GetParam().set;
    for (auto& value : set) value = "backends.main." + value;
    set.push_back("app=" + app_of_actions(facts));
    set.push_back("backends.main.misbehave_on=resolve_alert");
    set.insert(set.end(), more.begin(), more.end());
    return set;
  }

  const Facts facts;
};

TEST_P(BadModel, ThatKeepsFailingIsGivenUpOn) {
  Stage stage(facts, settings({}), /*grammar=*/false);
  Tab tab(stage);
  tab.open();
  const auto view = tab.view().view();
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "rejected");
  const auto error = tab.hear();
  EXPECT_EQ(error["code"], "model_failed") << error.dump();
  EXPECT_EQ(error["id"], "c1");
  EXPECT_EQ(error["retryable"], true);
  EXPECT_EQ(stage.kinds(tab.view().session()),
            "app event manifest shown paint event refusal refusal");
  EXPECT_EQ(tab.view().view(), view);

  tab.say(click("c2", 1, "acknowledge_alert"));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  tab.hear_outcome("c2");
  EXPECT_EQ(tab.status_of(1), "acknowledged");
  EXPECT_EQ(tab.status_of(2), "open");
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "duplicate");  // a failed event is in the log, too
  EXPECT_EQ(tab.hear(), error);
}

TEST_P(BadModel, ThatFailsOnceGetsASecondTry) {
  Stage stage(facts, settings({"backends.main.misbehave_times=1"}), /*grammar=*/false);
  Tab tab(stage);
  tab.open();
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  tab.hear_outcome("c1");
  EXPECT_EQ(tab.status_of(2), "resolved");
  EXPECT_EQ(stage.kinds(tab.view().session()),
            "app event manifest shown paint event refusal action result rows shown paint");
}

TEST_P(BadModel, ThatFailsForOneSessionServesTheOthers) {
  Stage stage(facts, settings({}), /*grammar=*/false);
  Tab bad(stage), good(stage);
  bad.open();
  good.open();
  bad.say(click("c1", 2));
  good.say(command("c2", "settings"));
  EXPECT_EQ(good.hear_outcome("c2")["type"], "patch");
  EXPECT_EQ(bad.hear_outcome("c1")["code"], "model_failed");
}

INSTANTIATE_TEST_SUITE_P(Faults, BadModel,
                         ::testing::Values(Fault{"nonsense", {"misbehave=nonsense"}},
                                           Fault{"stall", {"misbehave=stall"}},
                                           Fault{"crash", {"misbehave=crash_sequence"}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(WrongModel, ThatSaysSomethingElseIsStoppedByTheGuard) {
  const Facts facts;
  Stage stage(facts, {"app=" + app_of_actions(facts), "backends.main.misbehave=wrong_output",
                      "backends.main.misbehave_on=resolve_alert",
                      "backends.main.misbehave_say='{\"kind\":\"sql\",\"sql\":\"DELETE FROM alerts\"}'"},
              /*grammar=*/false);
  Tab tab(stage);
  tab.open();
  tab.say(click("c1", 2));
  const auto outcome = tab.hear_outcome("c1");
  EXPECT_EQ(outcome["code"], "not_allowed");
  EXPECT_NE(outcome["message"].get<std::string>().find("no rows may be deleted from alerts"),
            std::string::npos)
      << outcome;
  EXPECT_EQ(stage.rows("SELECT count(*) FROM alerts"), Json::parse("[[3]]"));
}

}  // namespace
}  // namespace sr::host::test
