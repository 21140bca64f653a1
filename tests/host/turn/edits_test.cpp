// A patch that the model writes is held to the manifest that is on screen: with the real
// constrainer, on the alerts app.
#include <gtest/gtest.h>

#include "host/app/targets.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

class Edits : public ::testing::Test {
 protected:
  // How many bytes of the patch with these operations can be written; all of it: SIZE_MAX.
  std::size_t written(const std::string& ops) {
    const auto& backend = world_.model().scheduler.backend();
    const auto grammar = world_.engine->constrainer.compile(
        target_source(world_.app, {Target::kPatch, Target::kRefusal}, world_.engine->sql,
                      world_.session.screen.manifest),
        backend.vocabulary());
    if (!grammar) throw std::runtime_error(grammar.error().text());
    auto matcher = (*grammar)->open();
    const auto text = R"({"kind":"patch","ops":[)" + ops + "]}";
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!matcher->accept(static_cast<unsigned char>(text[i]))) return i;
    }
    return matcher->status() == SR_MATCH_DONE ? SIZE_MAX : text.size();
  }
  void yes(const std::string& ops) { EXPECT_EQ(written(ops), SIZE_MAX) << ops; }
  // Refused at the last byte of `ops`.
  void no(const std::string& ops) {
    EXPECT_EQ(written(ops), std::string(R"({"kind":"patch","ops":[)").size() + ops.size() - 1)
        << ops;
  }

  World world_;
};

TEST_F(Edits, NameWhatIsOnScreen) {
  yes(R"({"op":"replace","path":"/components/alerts/title","value":"Urgent"})");
  yes(R"({"op":"remove","path":"/components/alerts/actions"})");
  yes(R"({"op":"remove","path":"/components/alerts"})");
  yes(R"({"op":"replace","path":"/components/alerts/actions/0/label","value":"Close"})");
  yes(R"({"op":"add","path":"/components/alerts/actions/-","value":{"user_action":"a","label":"b","param":"c"}})");
  yes(R"({"op":"add","path":"/components/-","value":{"type":"ToastNotification","id":"t","level":"info","message":"m"}},)"
      R"({"op":"replace","path":"/components/alerts/title","value":"x"})");
  no(R"({"op":"replace","path":"/components/m)");             // there is no such component
  no(R"({"op":"replace","path":"/components/0)");             // by id, not by index
  no(R"({"op":"replace","path":"/t)");                        // outside of components
  no(R"({"op":"replace","path":"/components/alerts/u)");      // no such property
  no(R"({"op":"replace","path":"/components/alerts/i)");      // an id stays
  yes(R"({"op":"remove","path":"/components/alerts/title"})");
  no(R"({"op":"remove","path":"/components/alerts/s)");       // a table needs its source
  no(R"({"op":"add","path":"/components/alerts/t)");          // it is there already
  no(R"({"op":"add","path":"/components/alerts/actions/0)");  // its `when` is there already
  no(R"({"op":"replace","path":"/components/alerts/actions/1)");
  no(R"({"op":"m)");  // move
}

TEST_F(Edits, TakeOnlyValuesThatFit) {
  no(R"({"op":"replace","path":"/components/alerts/title","value":1)");
  no(R"({"op":"replace","path":"/components/alerts/actions","value":")");
  no(R"({"op":"add","path":"/components/-","value":{"type":"ToastNotification","id":"t","level":"l)");
  no(R"({"op":"add","path":"/components/-","value":{"type":"ToastNotification","id":"alerts")");
  no(R"({"op":"replace","path":"/components/alerts","value":{"type":"M)");
  no(R"({"op":"replace","path":"/components/alerts","value":{"type":"AlertTable","id":"o)");
}

TEST_F(Edits, FollowTheScreen) {
  ASSERT_EQ(world_.turn(command("c1", "metrics")).ending, Ending::kPainted);
  yes(R"({"op":"remove","path":"/components/query_time/unit"})");
  yes(R"({"op":"add","path":"/components/connections_now/unit","value":"n"})");
  yes(R"({"op":"remove","path":"/components/query_time_chart"})");
  no(R"({"op":"add","path":"/components/ca)");  // the cache hit rate has its unit
  no(R"({"op":"remove","path":"/components/a)");
}

}  // namespace
}  // namespace sr::host::testing
