// Turns that go well: exactly what they leave in the log, in the database and in the model.
#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

using Lines = std::vector<std::string>;

const std::string kShown =
    R"(shown {"alerts":{"rows":[[2,"Login errors above 5 %","critical","resolved"]]}})";
const std::string kResolve = R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = :alert_id"})";

TEST(Turn, AClickLeavesSixEntries) {
  World w;
  ASSERT_EQ(w.session.seq, 5U);  // app, event, manifest, shown, paint
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.ops.dump(),
            R"([{"op":"replace","path":"/components/0/rows/1/status","value":"resolved"}])");
  EXPECT_EQ(outcome.hash, patch::view_hash(w.session.screen.view));
  EXPECT_TRUE(outcome.touched.one_of({"alerts"}));
  EXPECT_EQ(outcome.seq, 6U);
  EXPECT_EQ(outcome.painted, 11U);
  EXPECT_EQ(w.session.seq, 11U);
  EXPECT_EQ(w.session.painted, 11U);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
  EXPECT_EQ(w.lines(6),
            (Lines{R"(event {"kind":"click","componentId":"alerts","payload":)"
                   R"({"user_action":"resolve_alert","alert_id":2}})",
                   "action " + kResolve, R"(result {"changed":1})",
                   R"(rows {"says":"Alert 2: status open → resolved","rows":[{"table":"alerts","key":{"id":2},)"
                   R"("before":{"status":"open"},"after":{"status":"resolved"}}]})",
                   kShown,
                   R"(paint {"cause":"c1","ops":[{"op":"replace",)"
                   R"("path":"/components/0/rows/1/status","value":"resolved"}],"hash":")" +
                       outcome.hash + "\"}"}));
}

TEST(Turn, EntriesAreCountedWithoutGapsAndKeepTheirTokens) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  w.turn(command("c2", "metrics"));
  std::uint64_t seq = 0;
  const auto& vocabulary = w.model().scheduler.backend().vocabulary();
  for (const auto& entry : w.log()) {
    EXPECT_EQ(entry.seq, ++seq);
    std::string text;
    for (const auto token : entry.tokens) text += token_bytes(vocabulary, token);
    EXPECT_EQ(text, w.model().text.line(entry.kind, entry.body)) << entry.kind;
    EXPECT_EQ(entry.vocabulary, entry.tokens.empty() ? "" : w.model().text.vocabulary());
    const bool is_client_event = entry.kind == "event" && seq > 2;
    EXPECT_EQ(entry.event_id.empty(), !is_client_event) << entry.kind;
  }
  EXPECT_EQ(seq, w.session.seq);
}

TEST(Turn, TheModelsStateIsThatOfTheLog) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  w.turn(command("c2", "metrics"));
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Turn, AnEventIsTakenOnce) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  const auto before = w.lines(1);
  auto again = click("c1", "resolve_alert", 3);
  const auto outcome = w.turn(again);
  EXPECT_EQ(outcome.ending, Ending::kDuplicate);
  EXPECT_EQ(outcome.seq, 6U);
  EXPECT_EQ(outcome.timings.model_steps, 0U);
  EXPECT_EQ(w.lines(1), before);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Turn, AClickThatChangesNothingOnScreenPaintsNothing) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  const auto outcome = w.turn(click("c2", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kPainted);
  EXPECT_EQ(outcome.ops, Json::array());
  EXPECT_EQ(outcome.painted, 11U);  // still that of the first
  const auto lines = w.lines(12);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[2], R"(result {"changed":1})");
}

TEST(Turn, ACommandSwapsTheScreen) {
  World w;
  const auto outcome = w.turn(command("c1", "show me database metrics"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  ASSERT_EQ(outcome.ops.size(), 1U);
  EXPECT_EQ(outcome.ops[0]["path"], "/components");
  const auto& components = w.session.screen.view["components"];
  ASSERT_EQ(components.size(), 5U);
  EXPECT_EQ(components[0]["value"], 58.0);
  EXPECT_EQ(components[3]["points"].size(), 8U);
  EXPECT_FALSE(components[0].contains("source"));
  EXPECT_EQ(w.session.screen.bindings.size(), 5U);
}

TEST(Turn, TheModelMayRefuse) {
  World w;
  const auto screen = w.session.screen.view;
  const auto outcome = w.turn(command("c1", "resolve it"));
  EXPECT_EQ(outcome.ending, Ending::kRefused);
  EXPECT_EQ(outcome.message, "Name the alert by its number, for example: resolve 2.");
  EXPECT_EQ(outcome.painted, 5U);
  EXPECT_EQ(w.lines(7), (Lines{R"(refusal {"kind":"refuse","reason":"ambiguous"})"}));
  EXPECT_EQ(w.session.screen.view, screen);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Turn, AnEventWithoutARouteIsNotTaken) {
  World w({{}, "", [](App& app) { app.routes.erase(EventKind::kCommand); }});
  const auto outcome = w.turn(command("c1", "metrics"));
  EXPECT_EQ(outcome.ending, Ending::kUnroutable);
  EXPECT_EQ(outcome.message, "this app takes no events of kind command");
  EXPECT_EQ(w.log().size(), 5U);
}

TEST(Turn, WhoeverWaitsReadsWhatWasShown) {
  World w;
  w.someone_waits = [] { return true; };
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_FALSE(w.session.models.at("main").unread.empty());
  w.someone_waits = [] { return false; };
  EXPECT_EQ(w.turn(click("c2", "resolve_alert", 3)).ending, Ending::kPainted);
  EXPECT_TRUE(w.session.models.at("main").unread.empty());
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

}  // namespace
}  // namespace sr::host::testing
