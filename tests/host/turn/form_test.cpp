// A form of one row is saved by code; of any other a model says what it means.
#include <gtest/gtest.h>

#include "tests/host/turn/things.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

// One row of the settings as a form, with what a model would answer to it.
std::string form(const std::string& source, const std::string& answer) {
  return R"(
  - when: { command: one }
    say:
      kind: manifest
      components:
        - { type: SettingsForm, id: one, source: ")" + source + R"(" }
  - when: { submit: one, values: { any: true } }
    say: )" + answer + "\n";
}

constexpr const char* kEmail = "SELECT name, label, kind, value FROM settings WHERE name = 'email'";
constexpr const char* kRefuses = "{ kind: refuse, reason: not_understood }";

Event submit(const Json& values) {
  Event event;
  event.id = "s1";
  event.kind = EventKind::kSubmit;
  event.component = "one";
  event.payload = {{"submit", "one"}, {"values", values}};
  event.received = Clock::now();
  return event;
}

std::string email(World& w) { return w.rows("SELECT name, label, value FROM settings WHERE name = 'email'"); }

TEST(Form, OfOneRowIsSavedWithoutAModel) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = w.session.seq;
  const auto outcome = w.turn(submit({{"value", "o'hara@example.com"}}));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_NE(email(w).find("o'hara@example.com"), std::string::npos);
  EXPECT_EQ(w.lines(before + 1)[1],
            R"(action {"kind":"sql","sql":"UPDATE settings SET value = :value WHERE name = :name"})");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Form, WhoseColumnsMayNotBeSetIsTheModels) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = email(w);
  EXPECT_EQ(w.turn(submit({{"label", "Mail"}})).ending, Ending::kRefused);
  EXPECT_EQ(email(w), before);
}

TEST(Form, WhoseKeyWasChangedIsTheModels) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = w.rows("SELECT name, value FROM settings ORDER BY name");
  EXPECT_EQ(w.turn(submit({{"name", "phone"}, {"value", "x"}})).ending, Ending::kRefused);
  EXPECT_EQ(w.rows("SELECT name, value FROM settings ORDER BY name"), before);
}

// What the query calls `value` is another column, or none.
TEST(Form, OfComputedColumnsIsTheModels) {
  for (const auto* source : {"SELECT name, label AS value, kind, label FROM settings WHERE name = 'email'",
                             "SELECT name, label, kind, lower(value) AS value FROM settings WHERE name = 'email'"}) {
    World w({{}, form(source, kRefuses), {}});
    ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted) << source;
    const auto before = email(w);
    EXPECT_EQ(w.turn(submit({{"value", "x"}})).ending, Ending::kRefused) << source;
    EXPECT_EQ(email(w), before);
  }
}

}  // namespace
}  // namespace sr::host::testing
