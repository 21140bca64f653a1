// What the policy forbids: refused, logged, told; the facts stay as they are. The statements stand
// in tests/cases/runtime/forbidden.yaml, as a model would write them.
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

const std::string kRules =
    "backends.main.rules=" SR_SOURCE_DIR "/tests/cases/runtime/forbidden.yaml";
constexpr const char* kAll = "SELECT count(*), sum(length(status)), sum(id) FROM alerts";

class Forbidden : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Forbidden, IsRefusedLoggedAndTold) {
  const auto& [statement, rule] = GetParam();
  const Facts facts;
  Stage stage(facts, {kRules}, /*grammar=*/false);
  Tab tab(stage);
  tab.open();
  const auto before = stage.rows(kAll);
  const auto view = tab.view().view();
  tab.say(command("c1", statement));
  const auto ack = tab.hear();
  EXPECT_EQ(ack["type"], "ack");
  EXPECT_EQ(ack["status"], "rejected");
  const auto error = tab.hear();
  EXPECT_EQ(error["code"], "not_allowed");
  EXPECT_EQ(error["id"], "c1");
  EXPECT_EQ(error["retryable"], false);
  EXPECT_GT(error["message"].get<std::string>().size(), 10U);

  EXPECT_EQ(stage.rows(kAll), before);
  EXPECT_EQ(stage.rows("SELECT count(*) FROM settings"), Json::parse("[[3]]"));
  EXPECT_EQ(tab.view().view(), view);
  const auto log = stage.log(tab.view().session());
  EXPECT_EQ(log[5].kind, "event");
  EXPECT_EQ(log[5].event_id, "c1");
  EXPECT_EQ(log[5].seq, ack["seq"]);
  ASSERT_EQ(log.back().kind, "refusal");
  const auto refusal = Json::parse(log.back().body);
  EXPECT_EQ(refusal["rule"], rule) << refusal.dump();

  tab.say(click("c2", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  tab.hear_outcome("c2");
  EXPECT_EQ(tab.status_of(2), "resolved");
}

INSTANTIATE_TEST_SUITE_P(
    Statements, Forbidden,
    ::testing::Values(std::pair{"other table", "verb"}, std::pair{"unknown table", "table"},
                      std::pair{"log table", "table"}, std::pair{"other column", "column"},
                      std::pair{"without a where", "where"}, std::pair{"other where", "where"},
                      std::pair{"two statements", "one-statement"}, std::pair{"attach", "syntax"},
                      std::pair{"pragma", "syntax"}, std::pair{"comment", "comment"},
                      std::pair{"too many rows", "statement"}, std::pair{"not SQL", "syntax"},
                      std::pair{"broken rule of the table", "value"},
                      std::pair{"binding of another table", "table"},
                      std::pair{"the same id twice", "id"}));

TEST(Forbidden, IsTriedAgainAndTheSecondAnswerCounts) {
  const Facts facts;
  Stage stage(facts, {kRules}, /*grammar=*/false);
  Tab tab(stage);
  tab.open();
  tab.say(command("c1", "better"));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  tab.hear_outcome("c1");
  EXPECT_EQ(tab.status_of(1), "acknowledged");
  EXPECT_EQ(stage.kinds(tab.view().session()),
            "app event manifest shown paint event action refusal action result rows shown paint");
}

}  // namespace
}  // namespace sr::host::test
