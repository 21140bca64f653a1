// The texts of the store that a command may speak of, and the rows in which they stand.
#include "host/session/known_columns.h"

#include <gtest/gtest.h>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

constexpr const char* kMembers = R"(
  CREATE TABLE members (member_no INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT, born TEXT,
                        state TEXT CHECK (state IN ('in', 'out')));
  INSERT INTO members VALUES
    (501, 'Ada Brandt', 'Leith', NULL, 'in'), (502, 'Jo Okafor', 'Leith', NULL, 'out'),
    (503, 'Jo Tanaka', 'Dalkeith', NULL, 'in'), (504, 'Mei Tanaka', 'Dalkeith', NULL, 'in');
)";

struct Members {
  Members() : w(given()) {}

  static Setting given() {
    Setting out;
    out.tables = kMembers;
    out.change_app = [](App& app) { app.policy.tables["members"].select = sql::Columns{true, {}}; };
    return out;
  }

  std::string mentioned(std::string_view text) {
    const auto texts = w.engine->known.texts();
    std::vector<const Mentions*> known;
    for (const auto& one : texts) known.push_back(one.get());
    return compact(mentioned_in(text, known));
  }

  void change(const char* script) {
    ASSERT_TRUE(w.facts->store().run_script(script).ok());
    w.engine->known.changed(Touched::everything());
    ASSERT_TRUE(w.engine->known.begin_reading());
    w.engine->known.read(w.facts->store());
  }

  World w;
};

TEST(KnownColumns, TellTheRowInWhichATextStandsAlone) {
  Members m;
  EXPECT_EQ(m.mentioned("brandt is back"), R"([["Ada Brandt","members.name",501]])");
  EXPECT_EQ(m.mentioned("Tanaka"),
            R"([["Jo Tanaka","members.name",503],["Mei Tanaka","members.name",504]])");
  EXPECT_EQ(m.mentioned("out"), "[]");  // a member of a list of values, which names tell of
}

TEST(KnownColumns, TellNoRowOfATextThatRowsShare) {
  Members m;
  EXPECT_EQ(m.mentioned("everybody from leith"), R"([["Leith","members.town"]])");
  m.change("INSERT INTO members (member_no, name, town) VALUES (505, 'Bo', 'Cramond')");
  // Two of its three texts stand in two rows, the third in one; on average that is fewer than two.
  EXPECT_EQ(m.mentioned("cramond and leith"),
            R"([["Cramond","members.town",505],["Leith","members.town"]])");
}

TEST(KnownColumns, FollowTheStore) {
  Members m;
  m.change(
      "UPDATE members SET name = 'Ada Lovelace' WHERE member_no = 501; DELETE FROM members "
      "WHERE member_no = 504");
  EXPECT_EQ(m.mentioned("brandt or lovelace"), R"([["Ada Lovelace","members.name",501]])");
  EXPECT_EQ(m.mentioned("Tanaka"), R"([["Jo Tanaka","members.name",503]])");
}

TEST(KnownColumns, TellOfMoreTextsThanAGrammarHas) {
  Members m;
  m.change(
      "INSERT INTO members (member_no, name) WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT "
      "i + 1 "
      "FROM n WHERE i < 1900) SELECT i, 'Member ' || i FROM n");
  EXPECT_EQ(m.mentioned("mei tanaka left"), R"([["Mei Tanaka","members.name",504]])");
  for (const auto& column : m.w.engine->known.now()->columns())
    EXPECT_FALSE(column.table == "members" && column.name == "name");
  m.change(
      "INSERT INTO members (member_no, name) WITH RECURSIVE n (i) AS (SELECT 2000 UNION ALL SELECT "
      "i + 1 "
      "FROM n WHERE i < 3200) SELECT i, 'Member ' || i FROM n");
  EXPECT_EQ(m.mentioned("mei tanaka left"), "[]");  // too many: nothing is told
}

TEST(KnownColumns, AreNotToldWhereThePolicyHoldsThemBack) {
  auto given = Members::given();
  const auto change = given.change_app;
  given.change_app = [change](App& app) {
    change(app);
    app.policy.tables["members"].unknown.names = {"name"};
  };
  World w(given);
  for (const auto& texts : w.engine->known.texts())
    EXPECT_EQ(compact(mentioned_in("ada brandt", {texts.get()})), "[]");
}

TEST(KnownColumns, AreToldNoMoreWhenTheyCannotBeRead) {
  Members m;
  m.change(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) INSERT INTO "
      "members (name) SELECT i || hex(zeroblob(500000)) FROM n");
  EXPECT_EQ(m.mentioned("brandt"), "[]");
  m.change("DELETE FROM members WHERE length(name) > 1000");
  EXPECT_EQ(m.mentioned("brandt"), R"([["Ada Brandt","members.name",501]])");
}

TEST(KnownColumns, TellNoKeyThatThePolicyHoldsBack) {
  Setting given;
  given.tables =
      "CREATE TABLE rooms (code TEXT PRIMARY KEY, label TEXT); INSERT INTO rooms VALUES "
      "('HIDDEN-9', 'Attic');";
  given.change_app = [](App& app) {
    app.policy.tables["rooms"].select = sql::Columns{true, {}};
    app.policy.tables["rooms"].unknown.names = {"code"};
  };
  World w(given);
  std::string told;
  for (const auto& texts : w.engine->known.texts())
    told += compact(mentioned_in("attic", {texts.get()}));
  EXPECT_NE(told.find(R"(["Attic","rooms.label"])"), std::string::npos) << told;
  EXPECT_EQ(told.find("HIDDEN"), std::string::npos) << told;
}

// The key of a row that is not on screen is neither said nor shown: it comes from the mention
// alone.
TEST(KnownColumns, ACommandReachesARowThatIsNotOnScreen) {
  for (const bool mentions : {true, false}) {
    auto given = Members::given();
    const auto change = given.change_app;
    given.change_app = [change, mentions](App& app) {
      change(app);
      sql::WriteRule rule;
      rule.columns.names = {"town"};
      rule.where = {"member_no"};
      app.policy.tables["members"].update = rule;
      app.policy.grammar = mentions;
      app.mentions = mentions;
    };
    given.rules =
        "  - when: { command: '/^move/' }\n"
        "    say: { kind: sql, sql: \"UPDATE members SET town = 'Cramond' WHERE member_no = 503\" "
        "}\n";
    World w(given);
    const auto outcome = w.turn(command("c1", "move Jo Tanaka to Cramond"));
    EXPECT_EQ(outcome.ending, mentions ? Ending::kPainted : Ending::kNotAllowed) << outcome.message;
    EXPECT_EQ(w.rows("SELECT town FROM members WHERE member_no = 503"),
              mentions ? R"(["Cramond"])" : R"(["Dalkeith"])");
  }
}

// Two rows that are not on screen fit: it is asked, as it is of rows on screen.
TEST(KnownColumns, ACommandThatMentionsSeveralRowsIsAskedAbout) {
  auto given = Members::given();
  const auto change = given.change_app;
  given.change_app = [change](App& app) {
    change(app);
    sql::WriteRule rule;
    rule.columns.names = {"town"};
    rule.where = {"member_no"};
    app.policy.tables["members"].update = rule;
    app.mentions = true;
  };
  given.rules =
      "  - when: { command: '/^move/' }\n"
      "    say: { kind: sql, sql: \"UPDATE members SET town = 'Cramond' WHERE member_no = 503\" "
      "}\n";
  World w(given);
  EXPECT_EQ(w.turn(command("c1", "move Tanaka to Cramond")).ending, Ending::kRefused);
  EXPECT_EQ(w.rows("SELECT town FROM members WHERE member_no = 503"), R"(["Dalkeith"])");
  const auto& choice = w.session.screen.view["components"][0];
  ASSERT_EQ(choice["type"], "Choice") << choice;
  ASSERT_EQ(choice["rows"].size(), 2U);
  EXPECT_EQ(choice["rows"][0]["says"], "Member 503: Jo Tanaka");
  EXPECT_EQ(choice["rows"][1]["says"], "Member 504: Mei Tanaka");
  auto picked = command("c2", "move Tanaka to Cramond");
  picked.payload["row"] = choice["rows"][0]["row"];
  EXPECT_EQ(w.turn(picked).ending, Ending::kPainted);
  EXPECT_EQ(w.rows("SELECT town FROM members WHERE member_no = 503"), R"(["Cramond"])");
}

}  // namespace
}  // namespace sr::host::testing
