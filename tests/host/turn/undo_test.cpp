// Undo and redo, on both stores: rows come back as they were, to the last bit, or nothing happens and a
// sentence says why.
//
//   undo_test --runs=10000      random actions and undos a store; some hundreds without the option
#include <gtest/gtest.h>

#include <random>

#include "host/session/open.h"
#include "tests/arguments.h"
#include "tests/host/turn/things.h"

namespace sr::host::testing {

int random_runs = 300;

namespace {

class UndoTest : public OnThings {};

TEST_P(UndoTest, EachChangeComesBackExactlyAndGoesAgain) {
  const struct {
    const char* verb;
    Json values;
  } changes[] = {
      {"note", {{"id", 1}, {"note", "other"}}},
      {"note", {{"id", 2}, {"note", ""}}},
      {"all", {{"id", 1}, {"note", nullptr}, {"big", 1}, {"price", "0.1"}, {"ratio", 2.5}, {"due", "2020-01-01 00:00:00"}, {"flag", false}}},
      {"all", {{"id", 3}, {"note", "x'; --"}, {"big", "-9223372036854775808"}, {"price", "9999999999999999.9999"}, {"ratio", 1e-300}, {"due", nullptr}, {"flag", true}}},
      {"more", {{"a", 3}, {"b", 4}}},
      {"add", {{"note", "new"}, {"big", "9223372036854775806"}}},
      {"two", {{"note", "twice"}}},
      {"drop", {{"id", 1}}},
      {"drop", {{"id", 2}}},
      {"grade", {{"student", "ann"}, {"course", "art"}, {"grade", 1}}},
      {"grade", {{"student", "ann"}, {"course", "art"}, {"grade", 2}}},
      {"pack", {{"box", 7}, {"name", "seven"}}},
      {"unpack", {{"box", 7}}},
      {"plain", {{"name", "a"}, {"value", "c"}}},
  };
  for (const auto& [verb, values] : changes) {
    SCOPED_TRACE(std::string(verb) + " " + values.dump());
    const auto before = facts();
    done(click(verb, values));
    const auto after = facts();
    EXPECT_NE(before, after);
    if (std::string(verb) == "plain") {
      refused(undo(), "the last change cannot be undone: the rows of plain have no key");
      continue;
    }
    done(undo());
    EXPECT_EQ(facts(), before);
    done(redo());
    EXPECT_EQ(facts(), after);
    done(undo());
    EXPECT_EQ(facts(), before);
    done(redo());
    refused(undo(world().session, 99999), "this is not what is to be undone next; other changes of yours came after it");
  }
}

TEST_P(UndoTest, GoesBackAStepAtATimeAndANewChangeEndsRedoing) {
  refused(undo(), "there is nothing to undo");
  const auto first = facts();
  done(click("note", {{"id", 1}, {"note", "a"}}));
  done(click("note", {{"id", 1}, {"note", "b"}}));
  done(undo());
  done(undo());
  EXPECT_EQ(facts(), first);
  refused(undo(), "there is nothing to undo");
  done(redo());
  done(click("note", {{"id", 2}, {"note", "c"}}));
  refused(redo(), "there is nothing to redo");
}

TEST_P(UndoTest, IsAnActionInTheLogAndOnScreen) {
  done(click("resolve_alert", {{"alert_id", 2}}));
  const auto from = world().session.seq + 1;
  const auto outcome = undo();
  done(outcome);
  EXPECT_EQ(outcome.ops, Json::parse(R"([{"op":"replace","path":"/components/0/rows/1/status","value":"open"}])"));
  EXPECT_TRUE(outcome.touched.one_of({"alerts"}));
  EXPECT_EQ(outcome.timings.model_steps, 0U);
  const auto lines = world().lines(from);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0], R"(event {"kind":"undo","payload":{"undo":"last"}})");
  EXPECT_EQ(lines[1], R"(action {"kind":"undo"})");
  EXPECT_EQ(lines[2], R"(result {"changed":1})");
  EXPECT_TRUE(lines[3].starts_with(R"(rows {"says":"Undone. Alert 2: status resolved → open","undoes":)")) << lines[3];
  EXPECT_TRUE(lines[3].ends_with(R"("rows":[{"table":"alerts","key":{"id":2},"before":{"status":"resolved"},"after":{"status":"open"}}]})")) << lines[3];
  EXPECT_EQ(world().state_of(world().session), world().replayed(world().session));
}

TEST_P(UndoTest, IsRefusedWhenSomebodyHasChangedTheRowsSince) {
  auto& mine = world().session;
  auto other = world().open_session();
  done(click(mine, "note", {{"id", 1}, {"note", "mine"}}));
  done(click(other, "note", {{"id", 1}, {"note", "theirs"}}));
  const auto now = facts();
  refused(undo(mine), "the row of things with id 1 has been changed since; it was left as it is");
  EXPECT_EQ(facts(), now);
  done(undo(other));
  done(undo(mine));

  done(click(mine, "add", {{"note", "new"}, {"big", 1}}));
  const auto id = Json::parse(world().rows("SELECT max(id) FROM things"))[0];
  done(click(other, "note", {{"id", id}, {"note", "seen"}}));
  refused(undo(mine), "the row of things with id " + id.dump() + " has been changed since; it was left as it is");
  done(undo(other));
  done(undo(mine));

  done(click(mine, "drop", {{"id", 4}}));
  ASSERT_EQ(world().rows("SELECT count(*) FROM things WHERE id = 4"), "[0]");
  done(undo(mine));
  done(click(mine, "grade", {{"student", "bob"}, {"course", "art"}, {"grade", 3}}));
  done(click(other, "grade", {{"student", "bob"}, {"course", "art"}, {"grade", 4}}));
  refused(undo(mine), "the row of grades with student bob, course art has been changed since; it was left as it is");
}

TEST_P(UndoTest, OfSeveralRowsIsAllOrNothing) {
  auto other = world().open_session();
  done(click("more", {{"a", 3}, {"b", 4}}));
  done(click(other, "drop", {{"id", 4}}));
  const auto now = facts();
  refused(undo(), "the row of things with id 4 has been changed since; it was left as it is");
  EXPECT_EQ(facts(), now);
}

TEST_P(UndoTest, WhatTheDatabaseRefusesIsLeftAsItIs) {
  done(click("pack", {{"box", 1}, {"name", "one"}}));
  done(click("rename", {{"box", 1}, {"name", "first"}}));
  auto other = world().open_session();
  done(click(other, "pack", {{"box", 2}, {"name", "one"}}));
  const auto now = facts();
  EXPECT_EQ(undo().ending, Ending::kNotAllowed) << "another box has its old name";
  EXPECT_EQ(facts(), now);
}

TEST_P(UndoTest, WhatCannotBeKeptIsSaid) {
  done(click("burn", {{"id", 1}}));
  refused(undo(), "the last change cannot be undone: with rows of sheds the database itself may change others");
  done(click("renumber", {{"id", 4}, {"to", 44}}));
  refused(undo(), "the last change cannot be undone: it may have given rows of things another key");
  done(click("note", {{"id", 1}, {"note", std::string(300 << 10, 'x')}}));
  refused(undo(), "the last change cannot be undone: it changed more than is kept of one change");
}

TEST_P(UndoTest, ThePolicySaysWhetherEarlierValuesAreKept) {
  auto off = setting();
  off.change_app = [](App& app) {
    change_app(app);
    app.policy.keeps_earlier = false;
    app.policy.tables["boxes"].undo = true;
    app.policy.tables["parts"].undo = true;
  };
  world_.emplace(off);
  done(click("note", {{"id", 1}, {"note", "other"}}));
  refused(undo(), "the last change cannot be undone: this app keeps no earlier values of things");
  done(click("pack", {{"box", 1}, {"name", "one"}}));
  done(undo());
  int kept = 0;
  for (const auto& line : world().lines(1)) {
    if (line.starts_with("rows ") && line.find("\"before\"") != std::string::npos) ++kept;
  }
  EXPECT_EQ(kept, 2) << "of the boxes only";
}

TEST_P(UndoTest, WhatWasDoneIsSaidInWords) {
  const auto said = [&](const TurnOutcome& outcome) {
    done(outcome);
    return outcome.did ? outcome.did->says : "nothing";
  };
  auto outcome = click("resolve_alert", {{"alert_id", 2}});
  EXPECT_EQ(said(outcome), "Alert 2: status open → resolved");
  EXPECT_NE(outcome.did->undo, 0U);
  outcome = undo(world().session, outcome.did->undo);
  EXPECT_EQ(said(outcome), "Undone. Alert 2: status resolved → open");
  EXPECT_EQ(outcome.did->undo, 0U);
  EXPECT_NE(outcome.did->redo, 0U);
  EXPECT_EQ(said(redo()), "Done again. Alert 2: status open → resolved");
  EXPECT_EQ(said(click("note", {{"id", 2}, {"note", ""}})), "Thing 2: note nothing → empty");
  EXPECT_EQ(said(click("more", {{"a", 3}, {"b", 4}})), "2 things changed");
  const bool lite = GetParam() == Where::kSqlite;
  EXPECT_EQ(said(click("add", {{"note", "n"}, {"big", 1}})), lite ? "Thing 5 added" : "Thing 100 added");
  EXPECT_EQ(said(click("two", {{"note", "n"}})), "2 things added");
  EXPECT_EQ(said(click("drop", {{"id", 4}})), "Thing 4 deleted");
  EXPECT_EQ(said(click("grade", {{"student", "ann"}, {"course", "art"}, {"grade", 1}})), "Grade ann, art added");
  EXPECT_EQ(said(click("grade", {{"student", "ann"}, {"course", "art"}, {"grade", 2}})),
            "Grade ann, art: grade 1 → 2");
  EXPECT_EQ(said(click("pack", {{"box", 1}, {"name", "one"}})), "Box 1 added; Part 1 added");
  done(click("note", {{"id", 3}, {"note", "same"}}));
  outcome = click("note", {{"id", 3}, {"note", "same"}});
  EXPECT_EQ(said(outcome), "Nothing is different now");
  EXPECT_EQ(outcome.did->undo, 0U);
  EXPECT_EQ(said(undo()), "Undone. Thing 3: note same → empty") << "what came before";
  outcome = click("plain", {{"name", "a"}, {"value", "c"}});
  EXPECT_EQ(said(outcome), "1 plain changed");
  EXPECT_EQ(outcome.did->undo, 0U) << "it cannot be undone";
  EXPECT_EQ(said(click("burn", {{"id", 1}})), "Shed 1 deleted");
}

TEST_P(UndoTest, WhatMayNotBeReadIsNotSaid) {
  auto hidden = setting();
  hidden.change_app = [](App& app) {
    change_app(app);
    app.policy.tables["things"].select = sql::Columns{false, {"id", "big"}};
  };
  world_.emplace(hidden);
  const auto outcome = click("note", {{"id", 1}, {"note", "secret"}});
  done(outcome);
  EXPECT_EQ(outcome.did->says, "Thing 1: note changed");
}

TEST_P(UndoTest, IsTakenOnceWhateverIsSentAgain) {
  done(click("note", {{"id", 1}, {"note", "a"}}));
  done(click("note", {{"id", 1}, {"note", "b"}}));
  const auto back = event(EventKind::kUndo, {{"undo", "last"}});
  done(world().turn(back));
  const auto now = facts();
  const auto again = world().turn(back);
  EXPECT_EQ(again.ending, Ending::kDuplicate);
  EXPECT_EQ(again.past, Ending::kPainted);
  ASSERT_TRUE(again.did);
  EXPECT_EQ(again.did->says, "Undone. Thing 1: note b → a");
  EXPECT_EQ(facts(), now);
}

TEST_P(UndoTest, IsThereAfterARestart) {
  const auto first = facts();
  done(click("note", {{"id", 1}, {"note", "a"}}));
  done(click("drop", {{"id", 2}}));
  done(undo());
  auto restored = restore_session(world().facts->store(), world().app, world().engine->guard,
                                  world().session.id, "the token");
  ASSERT_TRUE(restored) << restored.error().text();
  auto& session = restored->session;
  done(world().turn(session, event(EventKind::kRedo, {{"redo", "last"}})));
  done(undo(session));
  done(undo(session));
  EXPECT_EQ(facts(), first);
  refused(undo(session), "there is nothing to undo");
}

// Random changes and undos of three people in the same rows: what each undo says it has done is done, and
// a change that was undone without anybody between leaves the facts as they were.
TEST_P(UndoTest, AtRandom) {
  std::mt19937 random(20261129);
  const auto any = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Session> people;
  for (int i = 0; i < 3; ++i) people.push_back(world().open_session());
  int undone = 0, refusals = 0;
  for (int run = 0; run < random_runs; ++run) {
    auto& who = people[static_cast<std::size_t>(any(3))];
    const auto before = facts();
    if (any(4) == 0) {
      const auto outcome = undo(who);
      if (outcome.ending == Ending::kPainted) {
        ++undone;
        const auto after = facts();
        ASSERT_NE(after, before);
        done(world().turn(who, event(EventKind::kRedo, {{"redo", "last"}})));
        ASSERT_EQ(facts(), before);
        done(undo(who));
        ASSERT_EQ(facts(), after);
      } else {
        ++refusals;
        ASSERT_EQ(facts(), before) << outcome.message;
      }
      continue;
    }
    TurnOutcome outcome;
    switch (any(7)) {
      case 0: outcome = click(who, "note", {{"id", 1 + any(4)}, {"note", "n" + std::to_string(run)}}); break;
      case 1: outcome = click(who, "add", {{"note", "n"}, {"big", run}}); break;
      case 2: outcome = click(who, "drop", {{"id", 1 + any(8)}}); break;
      case 3: outcome = click(who, "grade", {{"student", std::string(1, static_cast<char>('a' + any(2)))}, {"course", "art"}, {"grade", run}}); break;
      case 4: outcome = click(who, "pack", {{"box", any(3)}, {"name", "p" + std::to_string(any(3))}}); break;
      case 5: outcome = click(who, "unpack", {{"box", any(3)}}); break;
      default: outcome = click(who, "more", {{"a", 1 + any(4)}, {"b", 1 + any(4)}}); break;
    }
    if (outcome.ending != Ending::kPainted) {
      ASSERT_EQ(facts(), before) << outcome.message;
      continue;
    }
    const auto after = facts();
    done(undo(who));
    ASSERT_EQ(facts(), before);
    done(world().turn(who, event(EventKind::kRedo, {{"redo", "last"}})));
    ASSERT_EQ(facts(), after);
  }
  EXPECT_GT(undone, 0);
  std::printf("%d runs: %d undone later, %d refused\n", random_runs, undone, refusals);
}

// What is called otherwise when it is undone is found all the same (session/kept_names.h).
TEST(UndoNames, AreThoseOfTheDatabaseInTheLog) {
  Setting setting;
  setting.rules =
      "  - when: { command: '/^go/' }\n    say: " +
      Json{{"kind", "sql"}, {"sql", "UPDATE things_here SET col_a = 4 WHERE id = 1"}}.dump() + "\n";
  setting.tables =
      "CREATE TABLE \"tblThingsHere\" (id INTEGER PRIMARY KEY, \"ColA\" INTEGER); "
      "INSERT INTO \"tblThingsHere\" VALUES (1, 3);";
  setting.change_app = [](App& app) {
    auto& things = app.policy.tables["tblThingsHere"];
    things.select = sql::Columns{true, {}};
    things.update = sql::WriteRule{{true, {}}, {"id"}};
  };
  World w(setting);
  const auto outcome = w.turn(command("c1", "go for 1: 4"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  Json kept;
  for (const auto& entry : w.log()) {
    if (entry.kind == "rows") kept = Json::parse(entry.body)["rows"];
  }
  EXPECT_EQ(kept, Json::array({{{"table", "tblThingsHere"},
                                {"key", {{"id", 1}}},
                                {"before", {{"ColA", 3}}},
                                {"after", {{"ColA", 4}}}}}));
  Event undo = command("u1", "");
  undo.kind = EventKind::kUndo;
  undo.payload = {{"undo", "last"}};
  ASSERT_EQ(w.turn(undo).ending, Ending::kPainted);
  EXPECT_EQ(w.rows("SELECT \"ColA\" FROM \"tblThingsHere\""), "[3]");
}

INSTANTIATE_TEST_SUITE_P(Stores, UndoTest, ::testing::Values(Where::kSqlite, Where::kPostgres),
                         store_name);

}  // namespace
}  // namespace sr::host::testing

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"runs", &sr::host::testing::random_runs}});
}
