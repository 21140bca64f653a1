// What a command speaks of stands behind it in the log, and the model reads it.
#include <gtest/gtest.h>

#include "tests/host/turn/things.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

void with_mentions(App& app) { app.mentions = true; }

TEST(MentionsOfACommand, StandBehindIt) {
  World w({.change_app = with_mentions});
  const auto before = w.session.seq;
  ASSERT_EQ(w.turn(command("c1", "resolve 2")).ending, Ending::kPainted);
  const auto lines = w.lines(before + 1);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[0], R"(event {"kind":"command","payload":{"command":"resolve 2"}})");
  EXPECT_EQ(lines[1], R"(mentions [[2,"alerts.id"]])");
  EXPECT_TRUE(lines[2].starts_with("action ")) << lines[2];
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(MentionsOfACommand, DaysComeFirstAndCountFromTheAppsToday) {
  World w({.change_app = [](App& app) {
    app.mentions = true;
    app.today = words::day_at("2026-07-22");
  }});
  const auto before = w.session.seq;
  (void)w.turn(command("c1", "resolve 2 tomorrow"));
  EXPECT_EQ(w.lines(before + 1)[1], R"(mentions [["2026-07-23","day"],[2,"alerts.id"]])");
}

TEST(MentionsOfACommand, AreLeftOutWhereThereAreNone) {
  World w({.change_app = with_mentions});
  auto before = w.session.seq;
  (void)w.turn(command("c1", "xyzzy"));
  EXPECT_TRUE(w.lines(before + 1)[1].starts_with("refusal "));
  before = w.session.seq;
  (void)w.turn(click("c2", "resolve_alert", 2));
  EXPECT_TRUE(w.lines(before + 1)[1].starts_with("action "));

  World without;
  before = without.session.seq;
  (void)without.turn(command("c1", "resolve 2"));
  EXPECT_TRUE(without.lines(before + 1)[1].starts_with("action "));
}

}  // namespace
}  // namespace sr::host::testing
