// Sessions in which nothing has happened: what they borrow, and what they have for themselves then.
#include <gtest/gtest.h>

#include "host/session/catch_up.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

const ModelState& state_of(const Session& session) { return session.models.at("main"); }

TEST(Opening, ManySessionsShareOneSequence) {
  World w;  // its session was the first
  const auto* shared = state_of(w.session).sequence.get();
  EXPECT_TRUE(state_of(w.session).unread.empty());
  for (int i = 0; i < 50; ++i) {
    const auto session = w.open_session();
    EXPECT_EQ(state_of(session).sequence.get(), shared);
    EXPECT_TRUE(state_of(session).borrowed);
    EXPECT_TRUE(state_of(session).unread.empty());
    EXPECT_EQ(w.log(session).size(), 5U);
    EXPECT_EQ(session.screen.view, w.session.screen.view);
  }
}

TEST(Opening, TheModelIsAskedOnce) {
  World w;
  Event open;
  open.id = "open";
  open.kind = EventKind::kOpen;
  open.payload = Json{{"open", "alerts"}};
  open.made_here = true;
  auto session = w.new_session();
  EXPECT_EQ(w.turn(session, open).timings.model_steps, 0U);
  // An event that a client sent is its own.
  auto asked = w.turn(session, command("c1", "home"));
  EXPECT_GT(asked.timings.model_steps, 0U);
}

TEST(Opening, TheFirstEventMakesTheSequenceItsOwnAndLeavesTheOthersTheirs) {
  World w;
  auto one = w.open_session(), two = w.open_session();
  ASSERT_EQ(w.turn(one, click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_FALSE(state_of(one).borrowed);
  EXPECT_NE(state_of(one).sequence, state_of(two).sequence);
  EXPECT_TRUE(state_of(two).borrowed);
  EXPECT_EQ(w.state_of(one), w.replayed(one));
  EXPECT_EQ(w.state_of(two), w.replayed(two));
  ASSERT_EQ(w.turn(two, click("c2", "resolve_alert", 3)).ending, Ending::kPainted);
  EXPECT_EQ(w.state_of(two), w.replayed(two));
}

// What is shown differs as the facts change; more than a few such screens are not kept, and whoever
// shows another one reads it with its first event.
TEST(Opening, OfScreensThatDifferAFewAreKept) {
  World w;
  std::vector<Session> sessions;
  std::set<const void*> sequences;
  for (int i = 0; i < 12; ++i) {
    const auto changed = w.facts->store().run_script("UPDATE alerts SET title = 'title " +
                                                     std::to_string(i) + "' WHERE id = 1;");
    ASSERT_TRUE(changed.ok());
    sessions.push_back(w.open_session());
    sequences.insert(state_of(sessions.back()).sequence.get());
    EXPECT_TRUE(state_of(sessions.back()).borrowed);
  }
  EXPECT_LE(sequences.size(), 5U);  // the four, and the one from before anything was shown
  for (auto& session : sessions) {
    ASSERT_EQ(w.turn(session, click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
    EXPECT_EQ(w.state_of(session), w.replayed(session));
  }
  // Those that nobody uses any more make room.
  const auto next = w.open_session();
  EXPECT_TRUE(state_of(next).unread.empty());
}

}  // namespace
}  // namespace sr::host::testing
