// Screens of any size: what cannot be shown says so in its place, and a person moves over rows
// without a model.
#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "host/session/open.h"
#include "host/turn/steps.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

const char* const kRules = R"(
  - when: { command: two }
    say:
      kind: manifest
      components:
        - type: MetricCard
          id: pairs
          label: More than can be counted
          source: SELECT count(*) AS n FROM alerts a, alerts b, alerts c, alerts d, alerts e WHERE a.title <> '' AND b.title <> '' AND c.title <> '' AND d.title <> '' AND e.title <> ''
        - type: AlertTable
          id: alerts
          title: Alerts
          source: SELECT id, title, severity, status FROM alerts ORDER BY id
  - when: { command: chart }
    say:
      kind: manifest
      components:
        - { type: LineChart, id: line, title: Values, source: "SELECT at AS x, value AS y FROM metrics ORDER BY at" }
)";

Setting small(std::uint64_t timeout_ms = 2000) {
  return {{}, kRules, [timeout_ms](App& app) {
            app.policy.binding_window = 10;
            app.policy.binding_max_rows = 20;
            app.policy.binding_timeout_ms = timeout_ms;
            app.policy.grammar = false;
          }};
}

void add_alerts(World& w, int count) {
  const auto added = w.facts->store().run_script(
      "INSERT INTO alerts (id, title, severity, status) WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < " + std::to_string(99 + count) + ") "
      "SELECT i, 'Alert ' || i, CASE WHEN i % 2 = 0 THEN 'low' ELSE 'high' END, 'open' FROM n;");
  ASSERT_TRUE(added.ok()) << added.error().text();
}

Event window(const std::string& id, const std::string& payload) {
  Event event;
  event.id = id;
  event.kind = EventKind::kWindow;
  event.component = "alerts";
  event.payload = Json::parse(payload);
  return event;
}

const Json& component(const Session& session, const std::string& id) {
  for (const auto& component : session.screen.view["components"]) {
    if (component["id"] == id) return component;
  }
  throw std::runtime_error("there is no " + id);
}

std::string ids(const Session& session) {
  Json out = Json::array();
  for (const auto& row : component(session, "alerts")["rows"]) out.push_back(row["id"]);
  return out.dump();
}

TEST(Window, WhatCannotBeFilledSaysSoAndEverythingElseGoesOn) {
  World w(small(300));
  add_alerts(w, 300);
  const auto outcome = w.turn(command("c1", "two"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(component(w.session, "pairs")["error"],
            "this takes longer than 300 ms to find, and was stopped; ask for less");
  EXPECT_FALSE(component(w.session, "pairs").contains("value"));
  EXPECT_EQ(component(w.session, "alerts")["rows"].size(), 10U);
  const auto lines = w.lines(outcome.painted - 1);
  EXPECT_TRUE(lines[0].starts_with(R"(shown {"pairs":"not filled","alerts":[[)")) << lines[0];

  const auto clicked = w.turn(click("c2", "resolve_alert", 2));
  ASSERT_EQ(clicked.ending, Ending::kPainted) << clicked.message;
  EXPECT_EQ(w.rows("SELECT status FROM alerts WHERE id = 2"), R"(["resolved"])");
  EXPECT_EQ(component(w.session, "alerts")["rows"][1]["status"], "resolved");
  EXPECT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));

  ASSERT_TRUE(w.facts->store().run_script("DELETE FROM alerts WHERE id >= 100;").ok());
  ASSERT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  EXPECT_EQ(component(w.session, "pairs")["value"], 243);
  EXPECT_FALSE(component(w.session, "pairs").contains("error"));
}

TEST(Window, WhatTheDatabaseRefusesIsNoMatterForTheModel) {
  World w(small());
  ASSERT_TRUE(w.facts->store().run_script("ALTER TABLE alerts DROP COLUMN severity;").ok());
  const auto outcome = w.turn(command("c1", "two"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  const auto why = component(w.session, "alerts")["error"].get<std::string>();
  EXPECT_TRUE(why.starts_with("this cannot be read: the database was changed while this host runs"))
      << why;
  EXPECT_EQ(component(w.session, "pairs")["value"], 243);
  for (const auto& entry : w.log()) EXPECT_NE(entry.kind, "refusal");
  EXPECT_EQ(w.turn(click("c2", "resolve_alert", 2)).ending, Ending::kPainted);
}

TEST(Window, TheFirstScreenIsTheSameHoweverManyRows) {
  std::optional<Json> manifest;
  for (const int more : {-3, -2, 0, 7, 8, 498}) {
    SCOPED_TRACE(more);
    World w(small());
    if (more > 0) add_alerts(w, more);
    if (more < 0) {
      const auto sql = "DELETE FROM alerts WHERE id <= " + std::to_string(-more) + ";";
      ASSERT_TRUE(w.facts->store().run_script(sql).ok());
    }
    Session session = w.open_session();
    if (!manifest) manifest = session.screen.manifest;
    EXPECT_EQ(session.screen.manifest, *manifest);
    const auto& table = component(session, "alerts");
    const auto all = static_cast<std::size_t>(3 + more);
    EXPECT_EQ(table["rows"].size(), std::min<std::size_t>(10, all));
    EXPECT_EQ(table["total"], all);
    EXPECT_FALSE(table.contains("more"));
    EXPECT_FALSE(table.contains("error"));
    EXPECT_EQ(session.seq, 5U);  // one answer, taken
    if (more < 0) continue;
    const auto outcome = w.turn(session, click("c1", "resolve_alert", 2));
    EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  }
}

TEST(Window, ChartsAreCut) {
  World w(small());
  ASSERT_EQ(w.turn(command("c1", "chart")).ending, Ending::kPainted);
  const auto& line = component(w.session, "line");
  EXPECT_EQ(line["points"].size(), 20U);
  EXPECT_EQ(line["more"], true);
  EXPECT_FALSE(line.contains("total"));
}

TEST(Window, IsMovedWithoutAModel) {
  World w(small());
  add_alerts(w, 30);
  ASSERT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  const auto before = w.session.seq;
  const auto outcome = w.turn(window("w1", R"({"component":"alerts","offset":10,"limit":5})"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.timings.model_steps, 0U);
  EXPECT_EQ(outcome.seq, before + 1);
  EXPECT_EQ(ids(w.session), "[107,108,109,110,111]");
  EXPECT_EQ(component(w.session, "alerts")["total"], 33);
  EXPECT_EQ(component(w.session, "alerts")["window"].dump(), R"({"offset":10,"limit":5})");
  const auto lines = w.lines(before + 1);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], R"(event {"kind":"window","componentId":"alerts","payload":)"
                      R"({"component":"alerts","offset":10,"limit":5}})");
  EXPECT_TRUE(lines[1].starts_with(R"(shown {"alerts":{"window":"rows 11-15","rows":[[107,)")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with(R"(paint {"cause":"w1",)"));

  // Its rows are clicked like others, and it stays where it is.
  ASSERT_EQ(w.turn(click("c1", "resolve_alert", 108)).ending, Ending::kPainted);
  EXPECT_EQ(ids(w.session), "[107,108,109,110,111]");
  EXPECT_EQ(component(w.session, "alerts")["rows"][1]["status"], "resolved");
  ASSERT_TRUE(w.facts->store().run_script("DELETE FROM alerts WHERE id < 102;").ok());
  ASSERT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  EXPECT_EQ(ids(w.session), "[112,113,114,115,116]");
  EXPECT_EQ(component(w.session, "alerts")["total"], 28);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));

  // Also for who restores the session.
  auto restored = restore_session(w.facts->store(), w.app, w.engine->guard, w.session.id, "the token");
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  EXPECT_EQ(restored->session.screen.view, w.session.screen.view);
  auto& session = restored->session;
  ASSERT_TRUE(w.facts->store().run_script("DELETE FROM alerts WHERE id = 113;").ok());
  ASSERT_EQ(w.repaint(session, "alerts").ending, Ending::kPainted);
  EXPECT_EQ(ids(session), "[112,114,115,116,117]");

  // A screen that is written anew begins at its first rows.
  ASSERT_EQ(w.turn(session, command("c2", "two")).ending, Ending::kPainted);
  EXPECT_EQ(component(session, "alerts")["rows"].size(), 10U);
  EXPECT_FALSE(component(session, "alerts").contains("window"));
}

TEST(Window, IsSortedSearchedAndFiltered) {
  World w(small());
  add_alerts(w, 30);
  ASSERT_EQ(w.turn(command("c0", "two")).ending, Ending::kPainted);
  const std::pair<const char*, const char*> cases[] = {
      {R"("limit":4,"sort":[{"column":"id","descending":true}])", "[129,128,127,126]"},
      {R"("limit":4,"sort":[{"column":"severity"}])", "[2,1,101,103]"},
      {R"("limit":3,"offset":1,"sort":[{"column":"status"},{"column":"id","descending":true}])",
       "[128,127,126]"},
      {R"("search":"ALERT 12","limit":20)", "[120,121,122,123,124,125,126,127,128,129]"},
      {R"("search":"alert 12","filters":{"severity":"high"})", "[121,123,125,127,129]"},
      {R"("filters":{"id":105})", "[105]"},
      {R"("filters":{"id":"105"})", "[105]"},
      {R"("filters":{"title":null})", "[]"},
      {R"("search":"5 %")", "[2]"},
      {R"("search":"_lert")", "[]"},
      {R"("search":"'; DROP TABLE alerts; --")", "[]"},
      {R"("filters":{"title":"' OR 1=1 --"})", "[]"},
      {R"("offset":1000)", "[]"},
  };
  int n = 0;
  for (const auto& [asked, found] : cases) {
    SCOPED_TRACE(asked);
    const auto event = window("w" + std::to_string(++n), R"({"component":"alerts",)" + std::string(asked) + "}");
    const auto outcome = w.turn(event);
    ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
    const auto& table = component(w.session, "alerts");
    EXPECT_FALSE(table.contains("error")) << table["error"];
    EXPECT_EQ(ids(w.session), found);
    EXPECT_TRUE(table.contains("total"));
  }
  EXPECT_EQ(component(w.session, "alerts")["total"], 33);
  EXPECT_EQ(w.rows("SELECT count(*) FROM alerts"), "[33]");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Window, IsToldInOneShortLine) {
  World w(small());
  add_alerts(w, 30);
  ASSERT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  const auto told = [&](const std::string& id, const std::string& asked) {
    const auto from = w.session.seq + 1;
    EXPECT_EQ(w.turn(window(id, R"({"component":"alerts",)" + asked + "}")).ending, Ending::kPainted);
    const auto lines = w.lines(from);
    return lines.size() == 3 ? lines[1] : std::string();
  };
  EXPECT_EQ(told("w1", R"("offset":20)"), R"(shown {"alerts":{"window":"rows 21-30"}})");
  EXPECT_EQ(told("w2", R"("sort":[{"column":"title","descending":true}],"search":"alert")"),
            R"(shown {"alerts":{"window":"rows 1-10; by title descending; with alert"}})");
  EXPECT_TRUE(told("w3", R"("search":"alert 129","filters":{"status":"open"})")
                  .starts_with(R"(shown {"alerts":{"window":"rows 1-10; with alert 129; status = open","rows":[[129,)"));
  // When something happens among rows that were not told, they are.
  EXPECT_EQ(told("w4", R"("offset":10)"), R"(shown {"alerts":{"window":"rows 11-20"}})");
  const auto from = w.session.seq + 1;
  ASSERT_EQ(w.turn(click("c1", "resolve_alert", 108)).ending, Ending::kPainted);
  EXPECT_TRUE(w.lines(from)[4].starts_with(R"(shown {"alerts":[[107,)")) << w.lines(from)[3];
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Window, ThatCannotBeIsOneSentenceAndChangesNothing) {
  World w(small());
  const auto seq = w.session.seq;
  const auto view = w.session.screen.view;
  const std::pair<const char*, const char*> cases[] = {
      {R"({"component":"nothing"})", R"(there is no component "nothing" on screen)"},
      {R"({"component":"alerts","offset":-1})", "a window's offset is a whole number from 0 to 1000000000"},
      {R"({"component":"alerts","offset":1.5})", "a window's offset is a whole number from 0 to 1000000000"},
      {R"({"component":"alerts","offset":1e30})", "a window's offset is a whole number from 0 to 1000000000"},
      {R"({"component":"alerts","offset":18446744073709551615})",
       "a window's offset is a whole number from 0 to 1000000000"},
      {R"({"component":"alerts","limit":0})", "a window's limit is a whole number from 1 to 20"},
      {R"({"component":"alerts","limit":21})", "a window's limit is a whole number from 1 to 20"},
      {R"({"component":"alerts","sort":[{"column":"secret"}]})",
       R"(the component "alerts" has no column "secret")"},
      {R"({"component":"alerts","sort":"id"})",
       R"(a window's sort is a list of {"column":"…","descending":true or false}, at most 8)"},
      {R"({"component":"alerts","sort":[{"column":"id"},{"column":"id"}]})",
       R"(a window is sorted by "id" twice)"},
      {R"({"component":"alerts","filters":{"id; --":1}})",
       R"(the component "alerts" has no column "id; --")"},
      {R"({"component":"alerts","filters":{"id":"one"}})", R"(the column "id" cannot be "one")"},
      {R"({"component":"alerts","filters":{"title":7}})", R"(the column "title" cannot be 7)"},
      {R"({"component":"alerts","search":7})", "a window's search is a text of at most 200 bytes"},
      {R"({"component":"alerts","where":"1=1"})",
       R"(a window has no member "where"; known: component, offset, limit, sort, search, filters)"},
  };
  int n = 0;
  for (const auto& [payload, why] : cases) {
    SCOPED_TRACE(payload);
    const auto outcome = w.turn(window("w" + std::to_string(++n), payload));
    EXPECT_EQ(outcome.ending, Ending::kUnroutable);
    EXPECT_EQ(outcome.message, why);
  }
  ASSERT_EQ(w.turn(command("c1", "chart")).ending, Ending::kPainted);
  EXPECT_EQ(w.turn(window("wl", R"({"component":"line"})")).message, R"(the component "line" shows no table)");
  EXPECT_EQ(w.log().size(), w.session.seq);
  EXPECT_GT(w.session.seq, seq);
  EXPECT_NE(w.session.screen.view, view);
}

}  // namespace
}  // namespace sr::host::testing
