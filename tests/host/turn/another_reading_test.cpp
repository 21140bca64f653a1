// A screen that a command asked for and that shows nothing is read in another way.
#include <gtest/gtest.h>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

std::string screen(const std::string& where) {
  return R"({"kind":"manifest","components":[{"type":"AlertTable","id":"alerts",)"
         R"("source":"SELECT id, title FROM alerts WHERE )" +
         where + R"( ORDER BY id"}]})";
}

// "show …" may mean the first or one of the others.
Setting doubting(const std::string& first, const std::vector<std::string>& others) {
  Setting out;
  out.rules = "  - when: { command: /show/ }\n    say: '" + first + "'\n    or:\n";
  for (const auto& other : others) out.rules += "      - '" + other + "'\n";
  for (std::size_t at = out.rules.find("`"); at != std::string::npos; at = out.rules.find("`"))
    out.rules.replace(at, 1, "''");
  return out;
}

Json rows_shown(const World& w) { return w.session.screen.view["components"][0]["rows"]; }

TEST(AnotherReading, ShowsWhatTheFirstDoesNotFind) {
  World w(doubting(screen("title = `critical`"), {screen("severity = `critical`")}));
  const auto before = w.session.seq;
  ASSERT_EQ(w.turn(command("c1", "show critical")).ending, Ending::kPainted);
  ASSERT_EQ(rows_shown(w).size(), 1U);
  EXPECT_EQ(rows_shown(w)[0]["id"], 2);
  // The log has what counts, and only that.
  const auto lines = w.lines(before + 1);
  const auto is_screen = [](const std::string& line) { return line.starts_with("manifest "); };
  ASSERT_EQ(std::ranges::count_if(lines, is_screen), 1);
  const auto& logged = *std::ranges::find_if(lines, is_screen);
  EXPECT_NE(logged.find("severity = 'critical'"), std::string::npos) << logged;
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(AnotherReading, AsksTheSame) {
  World w(doubting(screen("title = `critical`"),
                   {screen("severity = `high`"), screen("id > 0"), screen("severity <> `critical`"),
                    screen("severity = `critical` AND id > 0")}));
  ASSERT_EQ(w.turn(command("c1", "show critical")).ending, Ending::kPainted);
  EXPECT_EQ(rows_shown(w), Json::array());
  EXPECT_NE(w.session.screen.manifest.dump().find("title = 'critical'"), std::string::npos);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(AnotherReading, HasTheSameComponents) {
  auto two = screen("title = `critical`");
  const auto more = screen("severity = `critical`");
  two.insert(two.size() - 2,
             "," + more.substr(more.find("[") + 1, more.size() - more.find("[") - 3));
  two.replace(two.rfind(R"("id":"alerts")"), 13, R"("id":"others")");
  World w(doubting(screen("title = `critical`"), {two}));
  ASSERT_EQ(w.turn(command("c1", "show critical")).ending, Ending::kPainted);
  EXPECT_EQ(w.session.screen.view["components"].size(), 1U);
  EXPECT_EQ(rows_shown(w), Json::array());
}

TEST(AnotherReading, IsNotTakenWhenItFindsNothingEither) {
  World w(doubting(screen("title = `critical`"), {screen("status = `critical`")}));
  ASSERT_EQ(w.turn(command("c1", "show critical")).ending, Ending::kPainted);
  EXPECT_NE(w.session.screen.manifest.dump().find("title = 'critical'"), std::string::npos);
}

// That something is missing, or is so, may be true of no row.
TEST(AnotherReading, IsNotAskedForWhereNoTextOrNumberIsLookedFor) {
  const auto tasks = [](const std::string& where) {
    auto out = screen(where);
    return out.replace(out.find("id, title FROM alerts"), 21, "id, note FROM tasks");
  };
  auto setting = doubting(tasks("note IS NULL"), {tasks("due IS NULL")});
  setting.tables =
      "CREATE TABLE tasks (id INTEGER PRIMARY KEY, note TEXT, due DATE);"
      "INSERT INTO tasks (id, note) VALUES (1, 'paint');";
  setting.change_app = [](App& app) { app.policy.tables["tasks"].select = sql::Columns{true, {}}; };
  World w(setting);
  ASSERT_EQ(w.turn(command("c1", "show tasks")).ending, Ending::kPainted);
  EXPECT_EQ(rows_shown(w), Json::array());
}

TEST(AnotherReading, NeverChangesAnything) {
  World w(
      doubting(screen("title = `critical`"),
               {R"({"kind":"sql","sql":"UPDATE alerts SET status = `resolved` WHERE id = 2"})"}));
  ASSERT_EQ(w.turn(command("c1", "show critical resolved 2")).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  EXPECT_EQ(rows_shown(w), Json::array());
}

TEST(AnotherReading, IsNotAskedForWhereTheFirstShowsSomething) {
  World w(doubting(screen("severity = `critical`"), {screen("id > 0 AND severity <> `critical`")}));
  ASSERT_EQ(w.turn(command("c1", "show critical")).ending, Ending::kPainted);
  ASSERT_EQ(rows_shown(w).size(), 1U);
  EXPECT_EQ(rows_shown(w)[0]["id"], 2);
}

}  // namespace
}  // namespace sr::host::testing
