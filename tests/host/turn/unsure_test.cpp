// A write by command that the model was not sure of is put forward.
#include <gtest/gtest.h>

#include "host/session/proposal.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

Setting hesitating(double below) {
  Setting out;
  out.backend = {{"misbehave", "hesitate"}};
  out.change_app = [below](App& app) { app.policy.unsure_below = below; };
  return out;
}

TEST(Unsure, WritesByCommandArePutForward) {
  World w(hesitating(0.5));
  const auto before = w.session.seq;
  ASSERT_EQ(w.turn(command("c1", "resolve 2")).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  const auto seq = shown_proposal(w.session.screen.view);
  ASSERT_NE(seq, 0U);
  const auto logged = w.lines(before + 1)[3];
  EXPECT_TRUE(logged.starts_with("proposal ")) << logged;
  EXPECT_NE(logged.find(R"("margin":0.0)"), std::string::npos) << logged;

  Event apply;
  apply.id = "a1";
  apply.kind = EventKind::kApply;
  apply.payload = {{"apply", seq}};
  EXPECT_EQ(w.turn(apply).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Unsure, WritesByClickAreDone) {
  World w(hesitating(0.5));
  ASSERT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Unsure, WritesAreDoneWhenTheMarginIsWideEnough) {
  World w(hesitating(0.001));
  ASSERT_EQ(w.turn(command("c1", "resolve 2")).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");

  World sure({.change_app = [](App& app) { app.policy.unsure_below = 100; }});
  ASSERT_EQ(sure.turn(command("c1", "resolve 2")).ending, Ending::kPainted);
  EXPECT_EQ(sure.statuses(), R"(["open","resolved","open"])");
}

}  // namespace
}  // namespace sr::host::testing
