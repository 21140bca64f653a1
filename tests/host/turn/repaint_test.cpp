// Sessions that show what another one has changed: together in one transaction, each on its own
// where that cannot be, and never with more unread than a little.
#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

class Repaint : public ::testing::Test {
 protected:
  Repaint() {
    for (int i = 0; i < 5; ++i) others_.push_back(w_.open_session());
  }
  // All of them at the same time.
  std::vector<TurnOutcome> repaint_all() {
    std::vector<std::shared_ptr<std::optional<TurnOutcome>>> started;
    for (auto& other : others_) {
      started.push_back(w_.loop.start(
          repaint(*w_.engine, *w_.repaints, other, w_.engine->dependencies.by("alerts"))));
    }
    w_.loop.finish();
    std::vector<TurnOutcome> out;
    for (auto& one : started) out.push_back(**one);
    return out;
  }

  World w_;
  std::vector<Session> others_;
};

TEST_F(Repaint, OfManyLeavesEachWithItsOwnPaint) {
  w_.turn(click("c1", "resolve_alert", 2));
  w_.turn(others_[3], command("c2", "show me database metrics"));  // nothing of it is on this screen
  const auto outcomes = repaint_all();
  for (std::size_t i = 0; i < others_.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& outcome = outcomes[i];
    auto& other = others_[i];
    ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
    EXPECT_EQ(w_.log(other).size(), other.seq);
    EXPECT_EQ(w_.state_of(other), w_.replayed(other));
    if (i == 3) {
      EXPECT_EQ(outcome.ops, Json::array());
      continue;
    }
    EXPECT_EQ(outcome.ops.dump(),
              R"([{"op":"replace","path":"/components/0/rows/1/status","value":"resolved"}])");
    EXPECT_EQ(other.screen.view, w_.session.screen.view);
    EXPECT_EQ(outcome.hash, patch::view_hash(other.screen.view));
    EXPECT_TRUE(w_.lines(other, other.painted)[0].starts_with("paint {\"cause\":\"\",\"ops\":"));
  }
}

TEST_F(Repaint, OfOneThatAnotherHostTookLeavesTheOthersAlone) {
  w_.turn(click("c1", "resolve_alert", 2));
  const auto before = w_.log(others_[1]).size();
  {
    auto claim = w_.facts->store().begin(true);
    ASSERT_TRUE(claim.ok());
    ASSERT_TRUE(claim->session_claim(others_[1].id).ok());
    ASSERT_TRUE(claim->commit().ok());
  }
  const auto outcomes = repaint_all();
  for (std::size_t i = 0; i < others_.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(outcomes[i].ending, i == 1 ? Ending::kLostSession : Ending::kPainted);
    if (i != 1) EXPECT_EQ(others_[i].screen.view, w_.session.screen.view);
  }
  EXPECT_EQ(w_.log(others_[1]).size(), before);
}

TEST_F(Repaint, WhileTheDatabaseIsLockedLeavesAllAsTheyWere) {
  w_.turn(click("c1", "resolve_alert", 2));
  const auto view = others_[0].screen.view;
  {
    auto lock = w_.facts->store().begin(true);
    ASSERT_TRUE(lock.ok());
    for (const auto& outcome : repaint_all()) EXPECT_EQ(outcome.ending, Ending::kUnavailable);
  }
  EXPECT_EQ(others_[0].screen.view, view);
  for (const auto& outcome : repaint_all()) EXPECT_EQ(outcome.ending, Ending::kPainted);
  for (const auto& other : others_) EXPECT_EQ(other.screen.view, w_.session.screen.view);
}

TEST_F(Repaint, OfOneWhoOnlyLooksOnDoesNotGatherWithoutEnd) {
  auto& other = others_[0];
  std::size_t most = 0, reads = 0;
  for (int i = 0; i < 60; ++i) {
    w_.turn(click("c" + std::to_string(i), i % 2 == 0 ? "resolve_alert" : "reopen_alert", 2));
    ASSERT_EQ(w_.repaint(other, "alerts").ending, Ending::kPainted);
    const auto unread = other.models.at("main").unread.size();
    most = std::max(most, unread);
    w_.loop.run([](World& w, Session& s) -> Async<bool> {
      co_await keep_up(*w.engine, s);
      co_return true;
    }(w_, other));
    reads += other.models.at("main").unread.size() < unread;
  }
  EXPECT_GT(reads, 1U);
  EXPECT_GT(most, 100U);
  EXPECT_LT(most, 1000U);
  EXPECT_EQ(w_.state_of(other), w_.replayed(other));
}

}  // namespace
}  // namespace sr::host::testing
