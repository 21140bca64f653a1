// The character U+0000, which PostgreSQL keeps in no text, in all that a person can send.
#include "tests/end_to_end/on_postgres.h"

namespace sr::test {
namespace {

// With U+0000 in its middle.
std::string nul(std::string text) {
  text.insert(text.size() / 2, 1, '\0');
  return text;
}

TEST_F(OnPostgres, AnEventWithTheCharacterU0000IsRefusedInOneSentence) {
  const auto file = lines();
  const auto made = run(with_store({"store", "init", file}));
  ASSERT_EQ(made.status, 0) << made.err;
  Child child(with_store({"run", file}));
  ClientView view;
  child.say(R"({"type":"hello"})");
  ASSERT_FALSE(hear(child, view, "patch").is_null()) << child.err();
  const auto entries = [&] { return server_.text(database_, "SELECT count(*) FROM state_runtime.log"); };
  const auto before = entries();

  const auto event = [](const char* kind, Json payload) {
    return Json{{"type", "event"}, {"kind", kind}, {"payload", std::move(payload)}};
  };
  auto elsewhere = event("click", {{"user_action", "resolve_alert"}, {"alert_id", 2}});
  elsewhere["componentId"] = nul("alerts");
  const Json cases[] = {
      event("click", {{"user_action", "resolve_alert"}, {"alert_id", nul("22")}}),
      event("click", {{"user_action", nul("resolve_alert")}, {"alert_id", 2}}),
      event("click", {{"user_action", "resolve_alert"}, {"alert_id", 2}, {nul("more"), 1}}),
      event("click", {{"user_action", "resolve_alert"}, {"alert_id", 2}, {"of", {{"a", {1, nul("")}}}}}),
      event("submit", {{"submit", "settings"}, {"values", {{"threshold", nul("90")}}}}),
      event("submit", {{"submit", "settings"}, {"values", {{nul("threshold"), "90"}}}}),
      event("submit", {{"submit", nul("settings")}, {"values", {{"threshold", "91"}}}}),
      event("command", {{"command", nul("")}}),
      event("command", {{"command", nul("resolve alert 2")}}),
      event("screen", {{"screen", nul("alerts")}}),
      elsewhere,
  };
  int n = 0;
  for (auto said : cases) {
    said["id"] = "n" + std::to_string(++n);
    SCOPED_TRACE(said.dump());
    for (int times = 0; times < 2; ++times) {
      child.say(said.dump());
      const auto answer = outcome(child, view);
      EXPECT_EQ(answer.value("code", ""), "bad_event") << answer.dump();
      EXPECT_EQ(answer.value("id", ""), said["id"]);
      EXPECT_EQ(answer.value("message", ""), "an event must not hold the character U+0000");
      EXPECT_EQ(answer.value("retryable", true), false);
    }
  }
  EXPECT_EQ(entries(), before);
  child.say(click("n1", "resolve_alert", 2));  // its id is still free
  EXPECT_EQ(hear(child, view, "ack")["status"], "accepted");
}

}  // namespace
}  // namespace sr::test
