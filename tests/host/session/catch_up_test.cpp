// Bringing a model's sequence to the end of a log.
#include <gtest/gtest.h>

#include "host/session/catch_up.h"
#include "tests/host/decode/tape.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

TEST(CatchUp, ASequenceThatFailedHalfwayIsNotReadOnWith) {
  TapeDeck deck;
  Loop loop;
  Model model("tape", tape(deck));
  Session session;
  ModelState state;
  state.sequence = *loop.run(model.scheduler.open());
  state.unread.assign(1000, 'x');  // four pieces
  session.models["tape"] = state;
  deck.fail_forward = 3;
  const auto read = loop.run(read_unread(model, session));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().what, "the tape is torn");
  EXPECT_TRUE(session.models.empty());  // it has read two pieces; reading them again would be wrong
  EXPECT_TRUE(loop.run(read_unread(model, session)).ok());
  EXPECT_TRUE(session.models.empty());
}

TEST(CatchUp, AModelWithoutASequenceReadsTheLog) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  const auto before = w.state_of(w.session);
  w.session.models.clear();
  ASSERT_TRUE(w.loop.run(catch_up(*w.engine, w.model(), w.session)).ok());
  EXPECT_EQ(w.state_of(w.session), before);
  EXPECT_EQ(w.session.models.at("main").read_seq, w.session.seq);
}

TEST(CatchUp, AModelThatLagsReadsTheRest) {
  World w;
  w.state_of(w.session);
  auto lagging = w.session;
  const auto fork = w.loop.run(w.model().scheduler.fork(w.session.models.at("main").sequence));
  lagging.models["main"].sequence = *fork;
  w.turn(click("c1", "resolve_alert", 2));
  lagging.seq = w.session.seq;
  ASSERT_TRUE(w.loop.run(catch_up(*w.engine, w.model(), lagging)).ok());
  EXPECT_EQ(w.state_of(lagging), w.state_of(w.session));
}

TEST(CatchUp, AnotherAppsPreambleIsReadInFull) {
  World w;
  auto entries = w.log();
  entries[0].body = R"({"app":"other"})";
  entries[0].vocabulary.clear();
  Session session;
  session.id = w.session.id;
  session.seq = w.session.seq;
  ASSERT_TRUE(w.loop.run(start_sequence(w.model(), session, entries)).ok());
  const auto& state = session.models.at("main");
  EXPECT_EQ(w.model().scheduler.backend().length(state.sequence->get()), 0U);
  EXPECT_EQ(state.unread[0], 'a');
  EXPECT_EQ(state.read_seq, w.session.seq);
}

}  // namespace
}  // namespace sr::host::testing
