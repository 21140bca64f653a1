// A row that a person adds by a form: what the form is made of, and that it is added as it was
// typed.
#include "host/session/new_row.h"

#include <gtest/gtest.h>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
  risk INTEGER,
  due DATE,
  photo BLOB,
  secret TEXT
);
INSERT INTO jobs (id, title) VALUES (7, 'Lamp');
CREATE TABLE stamps (id INTEGER PRIMARY KEY, made_by TEXT NOT NULL, note TEXT);
CREATE TABLE places (code TEXT PRIMARY KEY, name TEXT);
)";

std::string screen_of(const std::string& table, const std::string& columns) {
  return "  - when: { command: '" + table +
         "' }\n    say: { kind: manifest, components: [{ type: AlertTable, id: " + table +
         ", source: \"SELECT " + columns + " FROM " + table + "\" }] }\n";
}

void allow(App& app, const std::string& table, const std::vector<std::string>& columns) {
  sql::TablePolicy policy;
  policy.select = sql::Columns{true, {}};
  policy.insert = sql::WriteRule{{false, columns}, {}, 1};
  app.policy.tables[table] = policy;
}

class NewRow : public ::testing::Test {
 protected:
  static Setting setting() {
    Setting out;
    out.tables = kTables;
    out.rules = screen_of("jobs", "id, title, state") + screen_of("stamps", "id, note") +
                screen_of("places", "code, name");
    out.change_app = [](App& app) {
      app.policy.grammar = false;
      allow(app, "jobs", {"title", "state", "risk", "due", "photo"});
      allow(app, "stamps", {"note"});
      allow(app, "places", {"code", "name"});
      app.labels["jobs.due"] = "needed by";
    };
    return out;
  }
  void show(const std::string& table) {
    const auto outcome = world_.turn(command("s" + std::to_string(++events_), table));
    ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  }
  TurnOutcome add(const std::string& to, const Json& values) {
    Event event;
    event.id = "e" + std::to_string(++events_);
    event.kind = EventKind::kSubmit;
    event.component = to;
    event.payload = {{"submit", to}, {"new_row", true}, {"values", values}};
    event.base_seq =
        1;  // whatever has been painted since, nothing that was on screen is written over
    return world_.turn(event);
  }
  void refused(const TurnOutcome& outcome, const std::string& why) {
    EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
    EXPECT_EQ(outcome.message, why);
    EXPECT_EQ(world_.rows("SELECT count(*) FROM jobs"), "[1]");
  }
  const Json& form() { return world_.session.screen.view["components"][0]["new_row"]; }

  World world_{setting()};
  int events_ = 0;
};

TEST_F(NewRow, HasAFieldForEachColumnThatMayBeGiven) {
  show("jobs");
  EXPECT_EQ(form(), Json::parse(R"({"label": "Add job", "fields": [
    {"name": "title", "label": "Title", "kind": "text", "required": true},
    {"name": "state", "label": "State", "kind": "choice", "one_of": ["open", "done"]},
    {"name": "risk", "label": "Risk", "kind": "number"},
    {"name": "due", "label": "Needed by", "kind": "date"}]})"));
}

TEST_F(NewRow, IsOfferedWhereEveryColumnThatIsNeededMayBeGiven) {
  show("stamps");
  EXPECT_TRUE(form().is_null());
  show("places");
  EXPECT_EQ(form()["fields"][0],
            Json::parse(R"({"name":"code","label":"Code","kind":"text","required":true})"));
}

TEST_F(NewRow, IsAddedAsItWasTyped) {
  const std::string title = "'; DROP TABLE jobs; -- \\ \"é😀\" <b> :title";
  show("jobs");
  const auto from = world_.session.seq + 1;
  const auto outcome = add("jobs", {{"title", title}, {"risk", "12"}, {"due", "2026-12-24"}});
  EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.did->says, "Job 8 added");
  EXPECT_EQ(world_.rows("SELECT title, state, risk, due FROM jobs WHERE id = 8"),
            Json::array({Json::array({title, "open", 12, "2026-12-24"})}).dump());
  EXPECT_EQ(world_.session.screen.view["components"][0]["rows"].size(), 2U);
  EXPECT_EQ(world_.lines(from)[1],
            "action {\"kind\":\"sql\",\"sql\":\"INSERT INTO jobs (title, risk, due) VALUES "
            "(:title, :risk, :due)\"}");

  Event undo;
  undo.id = "undo";
  undo.kind = EventKind::kUndo;
  undo.payload = {{"undo", "last"}};
  EXPECT_EQ(world_.turn(undo).ending, Ending::kPainted);
  EXPECT_EQ(world_.rows("SELECT id FROM jobs"), "[7]");
}

TEST(NewRowOfAComponentOfSeveralQueries, IsOneOfItsTable) {
  Screen screen;
  screen.view =
      Json::parse(R"({"components":[{"type":"Two","id":"two","new_row":{"label":"Add task",
      "fields":[{"name":"name","label":"Name","kind":"text"}]}}]})");
  for (const auto& [as, table] :
       {std::pair(BindingProperty::As::kRows, "notes"), {BindingProperty::As::kTable, "tasks"}}) {
    Binding binding;
    binding.component = "two";
    binding.property.as = as;
    binding.plan.key_of = table;
    screen.bindings.push_back(binding);
  }
  const auto insert = new_row_insert(screen, {{"submit", "two"}, {"values", {{"name", "x"}}}});
  EXPECT_EQ(std::get<std::string>(insert), "INSERT INTO tasks (name) VALUES (:name)");
}

TEST_F(NewRow, IsRefusedWithASentence) {
  show("jobs");
  refused(add("jobs", {{"risk", "12"}}), "Title is missing");
  refused(add("jobs", Json::object()), "Title is missing");
  refused(add("jobs", {{"title", "x"}, {"secret", "y"}}),
          R"("secret" is no field of a new row of jobs)");
  refused(add("jobs", {{"title", "x"}, {"id", 9}}), R"("id" is no field of a new row of jobs)");
  refused(add("alerts", {{"title", "x"}}), R"(no row can be added to "alerts" on this screen)");
  EXPECT_EQ(add("jobs", {{"title", "x"}, {"risk", "many"}}).ending, Ending::kNotAllowed);
  EXPECT_EQ(add("jobs", {{"title", "x"}, {"state", "lost"}}).ending, Ending::kNotAllowed);
  EXPECT_EQ(add("jobs", {{"title", nullptr}}).ending, Ending::kNotAllowed);
  EXPECT_EQ(world_.rows("SELECT id, title FROM jobs"), R"([[7,"Lamp"]])");
}

}  // namespace
}  // namespace sr::host::testing
