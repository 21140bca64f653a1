// A screen that takes its time is shown while it is being decoded.
#include "host/patch/patch.h"
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

TEST(Preview, ComponentsOfASlowScreenComeAheadOfItsPatch) {
  Facts facts;
  Stage stage(facts, {"backends.main.latency_us=500"});
  Tab tab(stage);
  tab.open();
  tab.say(command("c1", "show me database metrics"));
  Json shown = tab.view().view();
  int previews = 0;
  for (;;) {
    const Json message = tab.hear_anything();
    ASSERT_TRUE(message.is_object());
    if (message["type"] == "patch") break;
    if (message["type"] != "preview") continue;
    EXPECT_EQ(message["cause"], "c1");
    auto next = patch::apply(shown, message["ops"]);
    ASSERT_TRUE(next) << next.error().text();
    shown = std::move(*next);
    ++previews;
  }
  EXPECT_GE(previews, 2);
  // What was shown early is the beginning of what came in the end, rows and all.
  const auto& components = tab.view().view()["components"];
  ASSERT_EQ(components.size(), 5u);
  ASSERT_LE(shown["components"].size(), components.size());
  for (std::size_t i = 0; i < shown["components"].size(); ++i) {
    EXPECT_EQ(patch::canonical(shown["components"][i]), patch::canonical(components[i]));
  }
}

}  // namespace
}  // namespace sr::host::test
