// A command that may be about several rows is asked about; one that names its row changes no other.
#include <gtest/gtest.h>

#include "host/session/choice.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

constexpr const char* kRules = R"(
  - when: { command: '/^close the disk alert (\d+)$/' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = {command|1}" }
  - when: { command: '/^(close|shut) the disk alert/' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = 1" }
  - when: { command: '/^close the certificate alert/' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = 3" }
  - when: { command: 'the disk again' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = 1" }
  - when: { command: '/^disk\?/' }
    say: { kind: refuse, reason: ambiguous }
  - when: { command: 'nothing here?' }
    say: { kind: refuse, reason: ambiguous }
)";

class WhichRow : public ::testing::Test {
 protected:
  static Setting setting() {
    Setting out;
    out.rules = kRules;
    out.tables =
        "INSERT INTO alerts (id, title, severity, status) VALUES (4, 'Disk is slow', 'low', "
        "'open');";
    out.change_app = [](App& app) { app.mentions = true; };
    return out;
  }
  TurnOutcome say(const std::string& text, const Json& row = nullptr) {
    auto event = command("c" + std::to_string(++events_), text);
    if (!row.is_null()) event.payload["row"] = row;
    return world_.turn(event);
  }
  static Json alert(int id) { return {{"table", "alerts"}, {"key", {{"id", id}}}}; }
  const Json& top() const { return world_.session.screen.view["components"][0]; }
  std::string open() {
    return world_.rows("SELECT id FROM alerts WHERE status = 'open' ORDER BY id");
  }

  World world_{setting()};
  int events_ = 0;
};

TEST_F(WhichRow, IsAskedWhenTheWordsFitAnotherAsWell) {
  const auto from = world_.session.seq + 1;
  const auto outcome = say("close the disk alert");
  EXPECT_EQ(outcome.ending, Ending::kRefused);
  EXPECT_EQ(outcome.message, in_words(world_.app.refusals, asked_back()));
  EXPECT_FALSE(outcome.did);
  EXPECT_TRUE(outcome.touched.none());
  EXPECT_EQ(open(), "[1,2,3,4]");
  ASSERT_EQ(top()["type"], kChoiceType);
  EXPECT_EQ(top()["command"], "close the disk alert");
  EXPECT_EQ(top()["rows"][1],
            Json({{"says", "Alert 4: Disk is slow, low, open"}, {"row", alert(4)}}));
  const auto lines = world_.lines(from);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[2].starts_with("action ")) << lines[2];
  EXPECT_EQ(
      lines[3],
      R"(refusal {"by":"app","rule":"which_row","why":"alerts {\"id\":1}, {\"id\":4} may be meant as well"})");
  EXPECT_TRUE(lines[4].starts_with("paint ")) << lines[4];
  EXPECT_EQ(world_.state_of(world_.session), world_.replayed(world_.session));
}

TEST_F(WhichRow, IsDoneWithTheRowThatIsNamed) {
  (void)say("close the disk alert");
  const auto from = world_.session.seq + 1;
  const auto outcome = say("close the disk alert", alert(1));
  EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(open(), "[2,3,4]");
  EXPECT_NE(top()["type"], kChoiceType);
  EXPECT_TRUE(outcome.did);
  const auto lines = world_.lines(from);
  EXPECT_EQ(
      lines[0],
      R"(event {"kind":"command","payload":{"command":"close the disk alert","row":{"table":"alerts","key":{"id":1}}}})");
  EXPECT_EQ(
      lines[1],
      R"(mentions [["Disk almost full on db-1","alerts.title",1],["Disk threshold in percent","settings.label","threshold"],["alerts"],[1,"alerts.id"]])");
  EXPECT_EQ(world_.state_of(world_.session), world_.replayed(world_.session));
}

TEST_F(WhichRow, IsToldToTheModelBehindWhatWasSaid) {
  EXPECT_EQ(say("close the disk alert", alert(4)).ending, Ending::kPainted);
  EXPECT_EQ(open(), "[1,2,3]");
}

TEST_F(WhichRow, IsNoOtherThanTheOneThatIsNamed) {
  const auto outcome = say("shut the disk alert", alert(4));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "the command is about Alert 4 alone");
  EXPECT_EQ(open(), "[1,2,3,4]");
}

TEST_F(WhichRow, IsARowOfTheApp) {
  const auto wrong = [&](const Json& row, const std::string& why) {
    const auto outcome = say("close the disk alert", row);
    EXPECT_EQ(outcome.ending, Ending::kUnroutable) << row;
    EXPECT_EQ(outcome.message, why);
  };
  wrong({{"table", "nosuch"}, {"key", {{"id", 2}}}},
        "the command names a row of \"nosuch\", which is no table of this app");
  wrong({{"table", "alerts"}, {"key", {{"title", "x"}}}},
        "the command names no row of alerts: its key is id");
  wrong({{"table", "alerts"}, {"key", {{"id", 1}, {"x", 2}}}},
        "the command names no row of alerts: its key is id");
  // A row of another table answers nothing.
  EXPECT_EQ(
      say("shut the disk alert", {{"table", "settings"}, {"key", {{"name", "email"}}}}).ending,
      Ending::kRefused);
  EXPECT_EQ(open(), "[1,2,3,4]");
}

TEST_F(WhichRow, IsNotAnotherAlthoughNothingComesOfIt) {
  ASSERT_EQ(say("shut the disk alert", alert(1)).ending, Ending::kPainted);
  EXPECT_EQ(say("shut the disk alert", alert(4)).ending, Ending::kNotAllowed);
  EXPECT_EQ(say("shut the disk alert", alert(1)).message,
            "nothing was changed: Alert 1 is so already");
}

TEST_F(WhichRow, IsTheOneThatStillHasTheText) {
  ASSERT_TRUE(world_.facts->store().run_script("UPDATE alerts SET title = 'Fan' WHERE id = 3"));
  const auto outcome = say("close the certificate alert");
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message,
            "nothing was changed: \"Certificate expires in 9 days\" is not Alert 3 any more");
  EXPECT_EQ(open(), "[1,2,3,4]");
  EXPECT_EQ(say("close the certificate alert 3").ending, Ending::kPainted);
}

TEST_F(WhichRow, IsNotAskedWhenTheWordsSayIt) {
  EXPECT_EQ(say("close the certificate alert").ending, Ending::kPainted);
  EXPECT_EQ(say("the disk again").ending, Ending::kPainted);  // it points
  EXPECT_EQ(open(), "[2,4]");
}

TEST_F(WhichRow, IsOfferedWhenTheModelAsks) {
  EXPECT_EQ(say("disk?").ending, Ending::kRefused);
  EXPECT_EQ(top()["rows"].size(), 2U);
  EXPECT_EQ(say("nothing here?").ending, Ending::kRefused);
  EXPECT_NE(top()["type"], kChoiceType);
  EXPECT_EQ(say("disk?", alert(1)).ending, Ending::kRefused);
  EXPECT_NE(top()["type"], kChoiceType);
}

TEST_F(WhichRow, IsAskedAgainWhenTheEventComesAgain) {
  const auto event = command("twice", "close the disk alert");
  const auto first = world_.turn(event);
  const auto second = world_.turn(event);
  EXPECT_EQ(second.ending, Ending::kDuplicate);
  EXPECT_EQ(second.past, Ending::kRefused);
  EXPECT_EQ(second.message, first.message);
}

}  // namespace
}  // namespace sr::host::testing
