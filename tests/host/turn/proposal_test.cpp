// Changes that somebody has to confirm: put forward without touching the facts, and applied once, as they
// were read, or not at all.
#include <gtest/gtest.h>

#include "host/session/open.h"
#include "host/session/proposal.h"
#include "tests/host/turn/things.h"

namespace sr::host::testing {
namespace {

std::string rule(const std::string& said, const std::string& sql) {
  return "  - when: { command: '" + said + "' }\n    say: { kind: sql, sql: \"" + sql + "\" }\n";
}

class ProposalTest : public OnThings {
 protected:
  ProposalTest() { world_.emplace(commands(setting())); }

  static Setting commands(Setting setting) {
    setting.rules = rule("drop four", "DELETE FROM things WHERE id = 4") +
                    rule("drop one", "DELETE FROM things WHERE id = 1") +
                    rule("add it 9223372036854775807",
                         "INSERT INTO things (note, big) VALUES ('it', 9223372036854775807)") +
                    rule("note four x", "UPDATE things SET note = 'x' WHERE id = 4") +
                    rule("note all x", "UPDATE things SET note = 'x' WHERE id IN (1, 2, 3)") +
                    rule("date all", "UPDATE things SET due = now() WHERE id IN (1, 2)") +
                    rule("date more 3 4", "UPDATE things SET big = big + 1 WHERE id IN (3, 4)") +
                    "  - when: { command: 'tell me no' }\n    say: { kind: refuse, say: No. }\n";
    const auto before = setting.change_app;
    setting.change_app = [before](App& app) {
      before(app);
      app.policy.grammar = false;
      app.policy.functions.push_back("now");
    };
    return setting;
  }
  TurnOutcome say(const std::string& text) { return say(world().session, text); }
  TurnOutcome say(Session& of, const std::string& text) {
    return world().turn(of, event(EventKind::kCommand, {{"command", text}}));
  }
  static std::uint64_t seq_in(const Session& of) { return shown_proposal(of.screen.view); }
  TurnOutcome apply(Session& of, std::uint64_t seq) {
    return world().turn(of, event(EventKind::kApply, {{"apply", seq}}));
  }
  TurnOutcome apply() { return apply(world().session, seq_in(world().session)); }
  // It is on screen and has changed nothing.
  void put_forward(const TurnOutcome& outcome, const std::string& facts_before) {
    done(outcome);
    EXPECT_NE(seq_in(world().session), 0U);
    EXPECT_TRUE(world().session.screen.proposal);
    EXPECT_FALSE(outcome.did);
    EXPECT_TRUE(outcome.touched.none());
    EXPECT_EQ(facts(), facts_before);
  }
  void none_on_screen() {
    EXPECT_EQ(seq_in(world().session), 0U);
    EXPECT_FALSE(world().session.screen.proposal);
  }
};

TEST_P(ProposalTest, OneRowThatStaysIsChangedAtOnce) {
  const auto outcome = say("note four x");
  done(outcome);
  EXPECT_EQ(outcome.did->says, "Thing 4: note four → x");
  none_on_screen();
}

TEST_P(ProposalTest, ShowsWhatItWouldDoAndDoesItWhenApplied) {
  const auto before = facts();
  const auto from = world().session.seq + 1;
  const auto outcome = say("drop four");
  put_forward(outcome, before);
  const auto seq = seq_in(world().session);
  const auto& component = world().session.screen.view["components"][0];
  EXPECT_EQ(component, Json::parse(R"({"type":"Proposal","id":"proposal-)" + std::to_string(seq) + R"(","proposal":)" +
                                   std::to_string(seq) + R"(,"says":"Thing 4 deleted","changes":[{"row":"Thing 4","what":"deleted"}]})"));
  auto lines = world().lines(from);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1], R"(action {"kind":"sql","sql":"DELETE FROM things WHERE id = 4"})");
  EXPECT_EQ(lines[2], R"(result {"proposed":1})");
  EXPECT_TRUE(lines[3].starts_with(R"(proposal {"says":"Thing 4 deleted","asked":"command","sql":["DELETE FROM things WHERE id = 4"],"rows":[{"table":"things","key":{"id":4},"before":{)")) << lines[3];
  EXPECT_TRUE(lines[4].starts_with("paint ")) << lines[4];

  const auto again = world().session.seq + 1;
  const auto applied = apply();
  done(applied);
  EXPECT_EQ(applied.did->says, "Thing 4 deleted");
  EXPECT_NE(facts(), before);
  none_on_screen();
  lines = world().lines(again);
  ASSERT_GE(lines.size(), 4U);
  EXPECT_EQ(lines[0], R"(event {"kind":"apply","payload":{"apply":)" + std::to_string(seq) + "}}");
  EXPECT_EQ(lines[1], R"(action {"kind":"apply"})");
  EXPECT_EQ(lines[2], R"(result {"changed":1})");
  EXPECT_TRUE(lines[3].starts_with("rows ")) << lines[3];
  EXPECT_EQ(world().state_of(world().session), world().replayed(world().session));
  done(undo());
  EXPECT_EQ(facts(), before);
}

TEST_P(ProposalTest, OfNewRowsAndOfTheTimeCanBeApplied) {
  for (const char* command : {"add it 9223372036854775807", "date all", "note all x"}) {
    SCOPED_TRACE(command);
    const auto before = facts();
    put_forward(say(command), before);
    const auto outcome = apply();
    done(outcome);
    EXPECT_NE(facts(), before);
    done(undo());
    EXPECT_EQ(facts(), before);
  }
}

TEST_P(ProposalTest, IsAppliedOnce) {
  done(say("drop four"));
  const auto seq = seq_in(world().session);
  const auto first = event(EventKind::kApply, {{"apply", seq}});
  done(world().turn(first));
  const auto now = facts();
  EXPECT_EQ(world().turn(first).ending, Ending::kDuplicate);
  refused(apply(world().session, seq), "there is no such proposal any more");
  EXPECT_EQ(facts(), now);
}

TEST_P(ProposalTest, IsItsSessionsOwn) {
  const auto before = facts();
  auto other = world().open_session();
  done(say("drop four"));
  refused(apply(other, seq_in(world().session)), "there is no such proposal any more");
  EXPECT_EQ(facts(), before);
}

TEST_P(ProposalTest, IsNotDoneWhenItWouldDoSomethingElse) {
  auto other = world().open_session();
  done(say("date more 3 4"));
  done(click(other, "more", {{"a", 3}, {"b", 3}}));
  auto now = facts();
  auto outcome = apply();
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "this would do something else by now: 2 things changed; it was not done");
  EXPECT_EQ(facts(), now);

  done(say("drop four"));
  done(click(other, "drop", {{"id", 4}}));
  now = facts();
  refused(apply(), "nothing was changed: things has no such row, or none that may be changed");
  EXPECT_EQ(facts(), now);
}

TEST_P(ProposalTest, IsCancelled) {
  const auto before = facts();
  done(say("drop four"));
  const auto seq = seq_in(world().session);
  const auto from = world().session.seq + 1;
  done(world().turn(event(EventKind::kCancel, {{"cancel", seq}})));
  none_on_screen();
  const auto lines = world().lines(from);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[1], R"(action {"kind":"cancel"})");
  EXPECT_EQ(lines[2], R"(result {"changed":0})");
  refused(apply(world().session, seq), "there is no such proposal any more");
  refused(world().turn(event(EventKind::kCancel, {{"cancel", seq}})), "there is no such proposal any more");
  EXPECT_EQ(facts(), before);
}

TEST_P(ProposalTest, DiesWithTheNextChangeOrScreenAndNotWithLooking) {
  const auto dies = [&](const char* what, const TurnOutcome& outcome) {
    EXPECT_EQ(outcome.ending, Ending::kPainted) << what << ": " << outcome.message;
    none_on_screen();
    EXPECT_TRUE(world().session.screen.view["components"].size() > 0) << what;
  };
  done(say("drop four"));
  dies("a click", click("note", {{"id", 1}, {"note", "a"}}));
  done(say("drop four"));
  dies("an undo", undo());
  done(say("drop four"));
  dies("a screen", say("show me the settings"));
  done(say("show me the alerts"));
  done(say("drop four"));
  done(say("drop one"));  // another one in its place
  EXPECT_EQ(world().session.screen.proposal->says, "Thing 1 deleted");

  const auto seq = seq_in(world().session);
  done(world().turn(event(EventKind::kWindow, {{"component", "alerts"}, {"offset", 1U}})));
  EXPECT_EQ(say("tell me no").ending, Ending::kRefused);
  EXPECT_EQ(click("nothing", Json::object()).ending, Ending::kNotAllowed);
  EXPECT_EQ(seq_in(world().session), seq);
  done(apply());
}

TEST_P(ProposalTest, SurvivesARestart) {
  done(say("drop four"));
  auto restored = restore_session(world().facts->store(), world().app, world().engine->guard,
                                  world().session.id, "the token");
  ASSERT_TRUE(restored) << restored.error().text();
  auto& session = restored->session;
  ASSERT_TRUE(session.screen.proposal);
  done(apply(session, seq_in(session)));
  EXPECT_EQ(world().rows("SELECT count(*) FROM things WHERE id = 4"), "[0]");
}

TEST_P(ProposalTest, ThePolicyAndTheActionSayWhatIsConfirmed) {
  auto own = commands(setting());
  const auto before = own.change_app;
  own.change_app = [before](App& app) {
    before(app);
    auto& things = app.policy.tables["things"];
    things.remove->confirm = sql::Confirm::kNever;
    things.update->confirm = sql::Confirm::kAlways;
    for (auto& action : app.actions) {
      if (action.name == "note") action.confirm = sql::Confirm::kNever;
      if (action.name == "pack") action.confirm = sql::Confirm::kMany;
    }
  };
  world_.emplace(own);
  done(say("drop four"));
  none_on_screen();
  const auto facts_before = facts();
  put_forward(say("date more 3 4"), facts_before);
  done(apply());
  done(click("note", {{"id", 1}, {"note", "at once"}}));
  none_on_screen();
  auto now = facts();
  put_forward(click("more", {{"a", 3}, {"b", 4}}), now);
  done(apply());
  now = facts();
  put_forward(click("pack", {{"box", 1}, {"name", "it's \\ \"one\""}}), now);
  done(apply());
  EXPECT_EQ(Json::parse(world().rows("SELECT name FROM boxes")), Json::array({"it's \\ \"one\""}));
}

INSTANTIATE_TEST_SUITE_P(Stores, ProposalTest, ::testing::Values(Where::kSqlite, Where::kPostgres), store_name);

}  // namespace
}  // namespace sr::host::testing
