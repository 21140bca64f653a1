// What a command writes was said, stands on screen or is known of the column; nothing else is
// written.
#include <gtest/gtest.h>

#include "host/sql/said.h"
#include "host/turn/mood.h"
#include "host/turn/told.h"
#include "tests/host/turn/hostile.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

constexpr const char* kSetEmail = R"(
  - when: { command: '/^set the email to ([\s\S]*)$/' }
    say: { kind: sql, sql: "UPDATE settings SET value = {command|1|sql} WHERE name = 'email'" }
)";

Setting setting(std::string rules, bool grammar) {
  return {{}, std::move(rules), [grammar](App& app) {
            app.policy.grammar = grammar;
            app.routes[EventKind::kCommand].max_tokens = 30000;
            app.routes[EventKind::kCommand].timeout_ms = 60000;
          }};
}

// A rule that answers `go …` with this statement.
Setting saying(const std::string& sql, bool grammar) {
  return setting("  - when: { command: '/^go/' }\n    say: " +
                     Json{{"kind", "sql"}, {"sql", sql}}.dump() + "\n",
                 grammar);
}

std::string email(World& w) { return w.rows("SELECT value FROM settings WHERE name = 'email'"); }

bool is_held(const std::string& value, const std::string& command) {
  sql::Said said;
  said.add(command);
  return is_read_whole(command) && (value.empty() || said.holds(value));
}

// Without a grammar the rule's text goes to the guard as it is.
TEST(CommandValues, OfACommandAreStoredByteForByteOrRefused) {
  World w(setting(kSetEmail, false));
  int number = 0, stored = 0, refused = 0;
  for (const auto& value : hostile_values(500)) {
    const auto text = "set the email to " + value;
    if (!may_mean_change(text)) continue;
    SCOPED_TRACE(Json(value).dump());
    const auto before = email(w);
    const auto outcome = w.turn(command("c" + std::to_string(++number), text));
    if (is_held(value, text)) {
      ++stored;
      ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
      ASSERT_EQ(Json::parse(email(w)), Json::array({value}));
    } else {
      ++refused;
      ASSERT_EQ(outcome.ending, Ending::kNotAllowed);
      ASSERT_EQ(email(w), before);
    }
  }
  EXPECT_GT(stored, 200);
  EXPECT_GT(refused, 50);
}

// Under the grammar a backend that says what was said is never led astray.
TEST(CommandValues, ASpanOfTheCommandCanAlwaysBeWritten) {
  World w(setting(kSetEmail, true));
  int number = 0, stored = 0;
  for (const auto& value : hostile_values(500)) {
    const auto text = "set the email to " + value;
    if (!may_mean_change(text) || !is_held(value, text)) continue;
    SCOPED_TRACE(Json(value).dump());
    const auto outcome = w.turn(command("c" + std::to_string(++number), text));
    ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
    ASSERT_EQ(Json::parse(email(w)), Json::array({value}));
    ++stored;
  }
  EXPECT_GT(stored, 200);
}

TEST(CommandValues, WhatWasNotSaidIsRefusedByOneSentence) {
  World w(saying("UPDATE settings SET value = 'JHarbHarbller' WHERE name = 'email'", false));
  const auto before = email(w);
  const auto outcome = w.turn(command("c1", "go and set the email to Jürgen Müller"));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message,
            "'JHarbHarbller' for value of settings was not said and does not stand on screen, nor "
            "is it a known "
            "value of that column; copy it from there");
  EXPECT_EQ(email(w), before);
}

// The masks let nothing else through, so the rule's text cannot be written.
TEST(CommandValues, UnderTheGrammarItCannotEvenBeWritten) {
  World w(saying("UPDATE settings SET value = 'JHarbHarbller' WHERE name = 'email'", true));
  (void)w.turn(command("c1", "go and set the email to Jürgen Müller"));
  for (const auto& line : w.lines(4))
    EXPECT_EQ(line.find("JHarbHarbller"), std::string::npos) << line;
}

TEST(CommandValues, AreCopiedFromTheScreenToo) {
  for (const bool grammar : {true, false}) {
    World w(saying("UPDATE settings SET value = 'Disk almost full on db-1' WHERE name = 'email'",
                   grammar));
    ASSERT_EQ(w.rows("SELECT title FROM alerts WHERE id = 1"), R"(["Disk almost full on db-1"])");
    EXPECT_EQ(w.turn(command("c1", "go and put the first title there")).ending, Ending::kPainted);
    EXPECT_EQ(email(w), R"(["Disk almost full on db-1"])");
  }
}

TEST(CommandValues, AQueryOfTheScreenCanBeWrittenAgain) {
  const std::string rules = R"(
  - when: { command: '/^only (\w+)/' }
    say: { kind: manifest, components: [ { type: AlertTable, id: alerts, title: Alerts, source: "SELECT id, title FROM alerts WHERE title LIKE '%{command|1}%' ORDER BY id" } ] }
  - when: { command: '/^newest/' }
    say: { kind: manifest, components: [ { type: AlertTable, id: alerts, title: Alerts, source: "SELECT id, title FROM alerts WHERE title LIKE '%disk%' ORDER BY id DESC" } ] }
)";
  for (const bool grammar : {true, false}) {
    World w(setting(rules, grammar));
    ASSERT_EQ(w.turn(command("c0", "newest first")).ending,
              grammar ? Ending::kPainted : Ending::kNotAllowed);
    ASSERT_EQ(w.turn(command("c1", "only disk alerts")).ending, Ending::kPainted);
    const auto outcome = w.turn(command("c2", "newest first"));
    EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
    EXPECT_NE(w.session.screen.manifest.dump().find("'%disk%' ORDER BY id DESC"),
              std::string::npos);
  }
}

TEST(CommandValues, NumbersAreSaidOrSmall) {
  const auto ending = [](const std::string& id, const std::string& said, bool grammar) {
    World w(saying("UPDATE alerts SET status = 'resolved' WHERE id = " + id, grammar));
    return w.turn(command("c1", said)).ending;
  };
  EXPECT_EQ(ending("2", "go for it", true), Ending::kPainted);
  EXPECT_EQ(ending("2", "go for it", false), Ending::kPainted);
  // There is no such row, which only the database can tell.
  World w(saying("UPDATE alerts SET status = 'resolved' WHERE id = 4711", false));
  EXPECT_NE(w.turn(command("c1", "go for #4711")).message.find("no such row"), std::string::npos);
  EXPECT_EQ(w.turn(command("c2", "go for it")).message,
            "4711 for id of alerts was not said and does not stand on screen; copy it from there");
}

TEST(CommandValues, WhatIsSoAlreadyIsNotDoneAgain) {
  World w(saying("UPDATE alerts SET status = 'resolved' WHERE id = 2", true));
  EXPECT_EQ(w.turn(command("c1", "go for alert 2")).ending, Ending::kPainted);
  const auto seq = w.session.history.next(/*redo=*/false)->seq;
  const auto outcome = w.turn(command("c2", "go for alert 2"));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "nothing was changed: Alert 2 is so already");
  EXPECT_EQ(w.session.history.next(/*redo=*/false)->seq, seq) << "the change before can be undone";
}

// That it was so already would tell what stands there.
TEST(CommandValues, OfWhatMayNotBeReadNobodyIsToldThatItWasSoAlready) {
  auto given = saying("UPDATE people SET pin = '0003' WHERE id = 1", true);
  given.tables =
      "CREATE TABLE people (id INTEGER PRIMARY KEY, pin TEXT); INSERT INTO people VALUES (1, "
      "'0001');";
  const auto change = given.change_app;
  given.change_app = [change](App& app) {
    change(app);
    auto& people = app.policy.tables["people"];
    people.select = sql::Columns{false, {"id"}};
    people.update = sql::WriteRule{{false, {"pin"}}, {"id"}};
  };
  World w(given);
  const auto first = w.turn(command("c1", "go for 0003"));
  const auto second = w.turn(command("c2", "go for 0003"));
  ASSERT_TRUE(first.did && second.did) << first.message << second.message;
  EXPECT_EQ(first.ending, second.ending);
  EXPECT_EQ(first.did->says, second.did->says);
}

// What a backend says instead that cannot say what it wants is known of the column.
TEST(CommandValues, EmptyAndOddCommandsWriteNothingFromNowhere) {
  for (const bool grammar : {true, false}) {
    World w(setting(
        "  - when: { command: '/[\\s\\S]*/' }\n    say: " +
            Json{{"kind", "sql"}, {"sql", "UPDATE settings SET value = 'x' WHERE name = 'email'"}}
                .dump() +
            "\n",
        grammar));
    const auto before = email(w);
    int number = 0;
    std::string long_one = "set ";
    while (long_one.size() < 65000) long_one += "wörter ";
    for (const std::string text :
         {"", " ", "?!…", "😀", "שלום", "e\u0301\u0301", "set it", long_one.c_str()}) {
      (void)w.turn(command("c" + std::to_string(++number), text));
      const auto now = email(w);
      EXPECT_TRUE(now == before || (grammar && now == R"(["90"])")) << now << text.substr(0, 40);
    }
  }
}

// A column of free text whose rows share few values: a click may write one of them.
TEST(KnownValues, StandInTheGrammarOfClicksAndCommands) {
  const std::string rules = R"(
  - when: { user_action: mute, name: { any: true } }
    say: { kind: sql, sql: "UPDATE settings SET value = 'off' WHERE name = :name" }
  - when: { command: '/^go/' }
    say: { kind: sql, sql: "UPDATE settings SET value = 'off' WHERE name = 'email'" }
)";
  for (const bool known : {true, false}) {
    auto given = setting(rules, true);
    given.change_app = [known](App& app) { app.policy.tables["settings"].unknown.all = !known; };
    World w(given);
    Event click;
    click.id = "k1";
    click.payload = {{"user_action", "mute"}, {"name", "email"}};
    auto run = [&](const Event& event) {
      (void)w.turn(event);
      return email(w);
    };
    const auto before = run(click);
    EXPECT_NE(before, R"(["off"])");
    ASSERT_TRUE(w.facts->store()
                    .run_script("UPDATE settings SET value = 'off' WHERE name <> 'email';"
                                "INSERT INTO settings (name, label, kind, value) VALUES ('more', "
                                "'More', 'text', 'off');")
                    .ok());
    w.engine->known.changed(w.engine->dependencies.by("settings"));
    ASSERT_TRUE(w.engine->known.begin_reading());
    EXPECT_FALSE(w.engine->known.begin_reading());
    w.engine->known.read(w.facts->store());
    click.id = "k2";
    EXPECT_EQ(run(click) == R"(["off"])", known);
  }
}

TEST(KnownValues, ACommandsOtherCaseBecomesTheValueThatRowsShare) {
  World w(saying("UPDATE settings SET value = 'OFF' WHERE name = 'EMAIL'", false));
  auto values = std::make_shared<const sql::KnownValues>(std::vector<sql::KnownColumn>{
      {"settings", "value", 0, true, {"off", "on"}}, {"settings", "name", 0, false, {"email"}}});
  const Json said{{"command", "switch EMAIL OFF"}}, mentions = Json::array();
  const words::SpokenDays days;
  const Heard heard{EventKind::kCommand, said, mentions, days, today_of(w.app)};
  const auto sources = sources_of(w.app, values, w.session.screen, heard, History());
  const auto plan = w.engine->guard.held_to(sources).action(
      "UPDATE settings SET value = 'OFF' WHERE name = 'EMAIL'");
  ASSERT_TRUE(std::holds_alternative<sql::Plan>(plan));
  EXPECT_EQ(std::get<sql::Plan>(plan).sql,
            "UPDATE settings SET value = 'off' WHERE name = 'email'");
  EXPECT_EQ(std::get<sql::Plan>(plan).fixed[0].literal, "email");
}

}  // namespace
}  // namespace sr::host::testing
