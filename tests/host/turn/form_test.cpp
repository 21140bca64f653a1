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
        - { type: SettingsForm, id: one, source: ")" +
         source + R"(" }
  - when: { submit: one, values: { any: true } }
    say: )" +
         answer + "\n";
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

std::string email_in(World& w) {
  return w.rows("SELECT name, label, value FROM settings WHERE name = 'email'");
}

TEST(Form, OfOneRowIsSavedWithoutAModel) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = w.session.seq;
  const auto outcome = w.turn(submit({{"value", "o'hara@example.com"}}));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_NE(email_in(w).find("o'hara@example.com"), std::string::npos);
  EXPECT_EQ(
      w.lines(before + 1)[1],
      R"(action {"kind":"sql","sql":"UPDATE settings SET value = :value WHERE name = :name"})");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Form, WhoseColumnsMayNotBeSetIsTheModels) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = email_in(w);
  EXPECT_EQ(w.turn(submit({{"label", "Mail"}})).ending, Ending::kRefused);
  EXPECT_EQ(email_in(w), before);
}

TEST(Form, WhoseKeyWasChangedIsTheModels) {
  World w({{}, form(kEmail, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = w.rows("SELECT name, value FROM settings ORDER BY name");
  EXPECT_EQ(w.turn(submit({{"name", "phone"}, {"value", "x"}})).ending, Ending::kRefused);
  EXPECT_EQ(w.rows("SELECT name, value FROM settings ORDER BY name"), before);
}

TEST(Form, ThatShowsAnotherRowByNowIsNotSaved) {
  const auto source =
      "SELECT name, label, kind, value FROM settings WHERE value <> '90' ORDER BY name LIMIT 1";
  World w({{}, form(source, kRefuses), {}});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  auto late = submit({{"value", "meant for the first"}});
  late.base_seq = w.session.painted;
  auto first = submit({{"value", "90"}});
  first.id = "s0";
  const auto saved = w.turn(first);
  ASSERT_EQ(saved.ending, Ending::kPainted) << saved.message;  // now the next row is there
  const auto before = w.rows("SELECT name, value FROM settings ORDER BY name");
  const auto outcome = w.turn(late);
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message,
            "the form has come to show another row since; look at it, and send it again");
  EXPECT_EQ(w.rows("SELECT name, value FROM settings ORDER BY name"), before);
  late.id = "s2";
  late.base_seq = w.session.painted;
  EXPECT_EQ(w.turn(late).ending, Ending::kPainted);
}

TEST(Form, ThatNamesASettingOrMayNotWriteIsTheModels) {
  World w({{}, form(kEmail, kRefuses), [](App& app) {
             app.policy.tables["settings"].update->columns.all = true;
           }});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = email_in(w);
  EXPECT_EQ(w.turn(submit({{"email", "x"}})).ending, Ending::kRefused);
  EXPECT_EQ(email_in(w), before);

  World looks({{}, form(kEmail, kRefuses), [](App& app) {
                 app.routes[EventKind::kSubmit].targets = {Target::kRefusal};
               }});
  ASSERT_EQ(looks.turn(command("c1", "one")).ending, Ending::kPainted);
  EXPECT_EQ(looks.turn(submit({{"value", "x"}})).ending, Ending::kRefused);
}

TEST(Form, SetsWhatIsAnotherValueThanBefore) {
  World w({{}, form(kEmail, kRefuses), [](App& app) {
             app.policy.tables["settings"].update->columns.all = true;
           }});
  ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted);
  const auto before = w.session.seq;
  const auto row = Json::parse(w.rows("SELECT label, kind FROM settings WHERE name = 'email'"));
  ASSERT_EQ(w.turn(submit({{"label", "L"},
                           {"kind", row[0].is_array() ? row[0][1] : row[1]},
                           {"value", "v"}}))
                .ending,
            Ending::kPainted);
  EXPECT_EQ(
      w.lines(before + 1)[1],
      R"(action {"kind":"sql","sql":"UPDATE settings SET label = :label, value = :value WHERE name = :name"})");
}

// What the query calls `value` is another column, or none.
TEST(Form, OfComputedColumnsIsTheModels) {
  for (const auto* source :
       {"SELECT name, label AS value, kind, label FROM settings WHERE name = 'email'",
        "SELECT name, label, kind, lower(value) AS value FROM settings WHERE name = 'email'"}) {
    World w({{}, form(source, kRefuses), {}});
    ASSERT_EQ(w.turn(command("c1", "one")).ending, Ending::kPainted) << source;
    const auto before = email_in(w);
    EXPECT_EQ(w.turn(submit({{"value", "x"}})).ending, Ending::kRefused) << source;
    EXPECT_EQ(email_in(w), before);
  }
}

}  // namespace
}  // namespace sr::host::testing
