// The alerts app as it ships: what is loaded, what the model may emit, what it is told.
#include <gtest/gtest.h>

#include <sstream>

#include "host/app/case_file.h"
#include "host/app/edits.h"
#include "host/app/load.h"
#include "host/app/preamble.h"
#include "host/app/targets.h"

namespace sr::host {
namespace {

const std::filesystem::path kAlerts =
    std::filesystem::path(SR_SOURCE_DIR) / "configs/apps/alerts";

App alerts() {
  config::Diagnostics d;
  auto app = load_app(kAlerts, d);
  std::ostringstream out;
  d.print(out);
  EXPECT_EQ(out.str(), "");
  return app;
}

ComponentType component(const std::string& name, const char* schema) {
  return {name, Json::parse(schema), {}};
}

TEST(App, TheAlertsApp) {
  const auto app = alerts();
  EXPECT_EQ(app.name, "alerts");
  EXPECT_EQ(app.title, "Operations");
  EXPECT_NE(app.prompt, "");
  EXPECT_NE(app.prompt.back(), '\n');
  EXPECT_EQ(app.schema, kAlerts / "schema.sql");
  ASSERT_EQ(app.components.size(), 5u);
  EXPECT_EQ(app.components[0].name, "AlertTable");
  ASSERT_EQ(app.component("AlertTable")->bindings.size(), 1u);
  EXPECT_EQ(app.component("AlertTable")->bindings[0].property, "source");
  EXPECT_EQ(app.component("AlertTable")->bindings[0].fills, "rows");
  EXPECT_EQ(app.component("AlertTable")->bindings[0].as, BindingProperty::As::kTable);
  EXPECT_EQ(app.component("Nothing"), nullptr);
  EXPECT_EQ(app.routes.at(EventKind::kClick).targets, (std::vector{Target::kAction, Target::kRefusal}));
  EXPECT_EQ(app.routes.at(EventKind::kCommand).targets.size(), 6u);
  EXPECT_EQ(app.routes.at(EventKind::kOpen).timeout_ms, 20000u);
  const auto& policy = app.policy;
  EXPECT_TRUE(policy.tables.at("alerts").select->all);
  EXPECT_EQ(policy.tables.at("alerts").update->columns.names, std::vector<std::string>{"status"});
  EXPECT_EQ(policy.tables.at("alerts").update->where, std::vector<std::string>{"id"});
  EXPECT_FALSE(policy.tables.at("alerts").insert.has_value());
  EXPECT_FALSE(policy.tables.at("metrics").update.has_value());
  EXPECT_TRUE(policy.grammar);
  EXPECT_EQ(policy.binding_max_bytes, 1u << 20);
  EXPECT_EQ(policy.binding_timeout_ms, 2000u);
}

TEST(App, RoutesDefault) {
  config::Diagnostics d;
  const auto app =
      load_app(std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/config/apps/ok", d);
  ASSERT_TRUE(d.ok());
  EXPECT_EQ(app.title, "ok");
  EXPECT_EQ(app.routes.at(EventKind::kOpen).targets, std::vector{Target::kManifest});
  EXPECT_EQ(app.routes.at(EventKind::kClick).targets, (std::vector{Target::kAction, Target::kRefusal}));
  EXPECT_FALSE(app.routes.contains(EventKind::kSubmit)) << "a missing route refuses its events";
  EXPECT_FALSE(app.routes.contains(EventKind::kCommand));
  EXPECT_TRUE(route_backends(app).empty());
  EXPECT_FALSE(app.policy.grammar);
}

TEST(Targets, OneStandsForItself) {
  EXPECT_EQ(target_schema({}, {Target::kAction}),
            R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"},)"
            R"("then":{"type":"array","items":{"type":"string"},"maxItems":4}},)"
            R"("required":["kind","sql"],"additionalProperties":false})");
  EXPECT_EQ(target_schema({}, {Target::kRefusal}),
            R"({"type":"object","properties":{"kind":{"const":"refuse"},"reason":{"enum":)"
            R"(["not_allowed","unknown","ambiguous","nothing_to_do","not_understood"]}},)"
            R"("required":["kind","reason"],"additionalProperties":false})");
}

TEST(Targets, SeveralAreToldApartByKind) {
  const auto schema = Json::parse(target_schema(
      alerts(), {Target::kManifest, Target::kAction, Target::kPatch, Target::kRefusal}, {},
      Json::parse(R"({"components":[]})")));
  ASSERT_EQ(schema["oneOf"].size(), 4u);
  const char* kinds[] = {"manifest", "sql", "patch", "refuse"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(schema["oneOf"][i]["properties"].begin().key(), "kind");
    EXPECT_EQ(schema["oneOf"][i]["properties"]["kind"]["const"], kinds[i]);
    EXPECT_EQ(schema["oneOf"][i]["additionalProperties"], false);
  }
}

TEST(Targets, AManifestListsTheComponents) {
  App app;
  app.components.push_back(component("Card", R"({
    "description": "A card.", "title": "Card", "type": "object",
    "properties": {
      "title": {"type": "string", "description": "d", "default": "x"},
      "description": {"type": "string", "title": "t"},
      "source": {"type": "string", "x-binding": {"fills": "rows", "as": "rows"}},
      "default": {"enum": [{"title": "kept"}]},
      "deep": {"type": "array", "items": {"type": "object", "title": "t",
               "properties": {"a": {"type": "integer", "minimum": 1, "description": "d"}}}}},
    "required": ["title"]})"));
  EXPECT_EQ(
      target_schema(app, {Target::kManifest}),
      R"({"type":"object","properties":{"kind":{"const":"manifest"},"components":{"type":"array",)"
      R"("items":{"type":"object","properties":{"type":{"const":"Card"},"id":{"type":"string"},)"
      R"("title":{"type":"string"},"description":{"type":"string"},"source":{"type":"string"},)"
      R"("default":{"enum":[{"title":"kept"}]},"deep":{"type":"array","items":{"type":"object",)"
      R"("properties":{"a":{"type":"integer","minimum":1}},"additionalProperties":false}}},)"
      R"("required":["type","id","title"],"additionalProperties":false},"maxItems":50}},)"
      R"("required":["kind","components"],"additionalProperties":false})");
  app.components.push_back(component("Toast", R"({"type":"object","properties":{}})"));
  const auto items = Json::parse(
      target_schema(app, {Target::kManifest}))["properties"]["components"]["items"];
  ASSERT_EQ(items["oneOf"].size(), 2u);
  EXPECT_EQ(items["oneOf"][1].dump(),
            R"({"type":"object","properties":{"type":{"const":"Toast"},"id":{"type":"string"}},)"
            R"("required":["type","id"],"additionalProperties":false})");
}

// "op path" of everything that can be edited.
std::vector<std::string> edits(const App& app, const Json& manifest) {
  std::vector<std::string> out;
  for (const auto& op : edit_schemas(app, {}, manifest)) {
    const auto& p = op["properties"];
    out.push_back(p["op"]["const"].get<std::string>() + " " + p["path"]["const"].get<std::string>());
  }
  return out;
}

App shop() {
  App app;
  app.components.push_back(component("Card", R"({"type":"object","properties":{
    "title": {"type": "string"}, "unit": {"type": "string"},
    "size": {"type": "object", "properties": {"w": {"type": "integer"}, "h": {"type": "integer"}},
             "required": ["w"]},
    "buttons": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "object",
      "properties": {"label": {"type": "string"}, "hint": {"type": "string"}},
      "required": ["label"]}}},
    "required": ["title"]})"));
  app.components.push_back(component("Toast", R"({"type":"object","properties":{}})"));
  return app;
}

TEST(Edits, NameWhatIsThereAndWhatMayBeAdded) {
  const auto manifest = Json::parse(R"({"components":[
    {"type":"Card","id":"a/b","title":"t","size":{"w":1},"buttons":[{"label":"x"}]},
    {"type":"Toast","id":"t~1"}]})");
  const std::vector<std::string> expected = {
      "add /components/-",
      "remove /components/a~1b",
      "replace /components/a~1b",
      "replace /components/a~1b/title",
      "add /components/a~1b/unit",
      "replace /components/a~1b/size",
      "remove /components/a~1b/size",
      "replace /components/a~1b/size/w",
      "add /components/a~1b/size/h",
      "replace /components/a~1b/buttons",
      "remove /components/a~1b/buttons",
      "add /components/a~1b/buttons/-",
      "replace /components/a~1b/buttons/0",  // not removed: one must stay
      "replace /components/a~1b/buttons/0/label",
      "add /components/a~1b/buttons/0/hint",
      "remove /components/t~01",
      "replace /components/t~01"};
  EXPECT_EQ(edits(shop(), manifest), expected);
}

TEST(Edits, AListThatIsFullGrowsNoMore) {
  const auto manifest = Json::parse(R"({"components":[
    {"type":"Card","id":"c","title":"t","buttons":[{"label":"x"},{"label":"y"}]}]})");
  const auto all = edits(shop(), manifest);
  EXPECT_EQ(std::count(all.begin(), all.end(), "add /components/c/buttons/-"), 0);
  EXPECT_EQ(std::count(all.begin(), all.end(), "remove /components/c/buttons/1"), 1);
}

TEST(Edits, AFullScreenTakesNoMoreComponents) {
  Json manifest = {{"components", Json::array()}};
  for (int i = 0; i < kMostComponents; ++i) {
    manifest["components"].push_back({{"type", "Toast"}, {"id", "t" + std::to_string(i)}});
  }
  EXPECT_EQ(edits(shop(), manifest).front(), "remove /components/t0");
}

TEST(Edits, NewComponentsHaveNewIdsAndOldOnesKeepTheirs) {
  const auto manifest = Json::parse(R"({"components":[{"type":"Toast","id":"t"}]})");
  const auto all = edit_schemas(shop(), {}, manifest);
  EXPECT_EQ(all[0]["properties"]["value"]["oneOf"][1]["properties"]["id"].dump(),
            R"({"type":"string","not":{"enum":["t"]}})");
  EXPECT_EQ(all[2]["properties"]["value"].dump(),
            R"({"type":"object","properties":{"type":{"const":"Toast"},"id":{"const":"t"}},)"
            R"("required":["type","id"],"additionalProperties":false})");
}

TEST(Edits, AreLeftOutWithoutAScreen) {
  EXPECT_EQ(target_schema(shop(), {Target::kPatch}), "");
  EXPECT_EQ(target_schema(shop(), {Target::kPatch, Target::kRefusal}),
            target_schema(shop(), {Target::kRefusal}));
}

TEST(Sql, IsHeldToTheGrammars) {
  auto app = shop();
  app.components[0].bindings.push_back({"title", "rows", BindingProperty::As::kRows});
  const SqlGrammars sql{true, "root ::= \"a\"", "root ::= \"b\""};
  const auto source = target_source(app, {Target::kManifest, Target::kAction}, sql);
  const auto schema = Json::parse(source.text)["oneOf"];
  EXPECT_EQ(schema[1]["properties"]["sql"].dump(), R"({"type":"string","x-grammar":"sql-action"})");
  EXPECT_EQ(schema[0]["properties"]["components"]["items"]["oneOf"][0]["properties"]["title"].dump(),
            R"({"type":"string","x-grammar":"sql-binding"})");
  ASSERT_EQ(source.named.size(), 2U);
  EXPECT_EQ(source.named[0].name, "sql-action");
  EXPECT_EQ(source.named[0].kind, "grammar");
  EXPECT_EQ(source.named[1].text, sql.binding);
}

TEST(Sql, WhatNeedsAStatementThatIsNotAllowedIsLeftOut) {
  auto app = shop();
  app.components[0].bindings.push_back({"unit", "rows", BindingProperty::As::kRows});
  const SqlGrammars none{true, "", ""};
  EXPECT_EQ(target_schema(app, {Target::kAction}, none), "");
  auto items = Json::parse(target_schema(app, {Target::kManifest, Target::kAction}, none));
  items = items["properties"]["components"]["items"]["oneOf"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_FALSE(items[0]["properties"].contains("unit"));  // the card can do without
  app.components[0].bindings[0].property = "title";       // but not without its title
  items = Json::parse(target_schema(app, {Target::kManifest}, none));
  items = items["properties"]["components"]["items"];
  EXPECT_EQ(items["properties"]["type"]["const"], "Toast");
}

std::vector<Column> catalog() {
  return {{"alerts", "id", "INTEGER", SR_INTEGER, SR_COLUMN_KEY, {}},
          {"alerts", "title", "TEXT", SR_TEXT, 0, {}},
          {"alerts", "status", "TEXT", SR_TEXT, 0, {"open", "resolved"}},
          {"alerts", "secret", "TEXT", SR_TEXT, 0, {}},
          {"notes", "body", "TEXT", SR_TEXT, 0, {}},
          {"users", "password", "TEXT", SR_TEXT, 0, {}}};
}

TEST(Preamble, TellsWhatThePolicyLetsBeSeen) {
  App app;
  app.name = "ops";
  app.prompt = "Be brief.";
  app.components.push_back(component("Card", R"({
    "description": "A card.", "type": "object",
    "properties": {
      "label": {"type": "string", "description": "Short."},
      "source": {"type": "string"},
      "level": {"type": "string", "enum": ["info", "error"]},
      "actions": {"type": "array", "items": {"type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}}},
    "required": ["label", "source"]})"));
  app.components[0].bindings.push_back({"source", "value", BindingProperty::As::kValue});
  app.routes[EventKind::kOpen].targets = {Target::kManifest};
  app.routes[EventKind::kCommand].targets = {Target::kAction, Target::kRefusal};
  app.policy.functions = {"count"};
  auto& alerts = app.policy.tables["alerts"];
  alerts.select = sql::Columns{.names = {"title", "status"}};
  alerts.update = sql::WriteRule{{.names = {"status"}}, {"id"}, 1};
  app.policy.tables["notes"].insert = sql::WriteRule{{.all = true}, {}, 2};
  app.policy.tables["gone"].select = sql::Columns{.all = true};
  const auto told = preamble(app, catalog());
  EXPECT_EQ(
      told.dump(),
      R"({"app":"ops","prompt":"Be brief.","tables":{"alerts":{"columns":{"id":"integer",)"
      R"("title":"text","status":{"one_of":["open","resolved"]}},"key":["id"],)"
      R"("select":["title","status"],"update":{"columns":["status"],"where":["id"],"max_rows":1}},)"
      R"("notes":{"columns":{"body":"text"},"insert":{"columns":"all","max_rows":2}}},)"
      R"("functions":["count"],"components":{"Card":{"about":"A card.","properties":)"
      R"({"label":"string: Short.","source":{"query":"value"},)"
      R"("level?":{"one_of":["info","error"]},"actions?":[{"a":"string","b?":"integer"}]}}},)"
      R"("routes":{"open":["UIStateManifest"],"command":["DatabaseAction","Refusal"]}})");
  EXPECT_EQ(told.dump(), preamble(app, catalog()).dump());
}

TEST(CaseFiles, TheAlertsCases) {
  config::Diagnostics d;
  const auto cases = load_cases(kAlerts / "tests", {}, d);
  std::ostringstream out;
  d.print(out);
  EXPECT_EQ(out.str(), "");
  ASSERT_GE(cases.size(), 2u);
  const auto resolve = std::find_if(cases.begin(), cases.end(), [](const Case& c) {
    return c.file.filename() == "resolve.yaml";
  });
  ASSERT_NE(resolve, cases.end());
  ASSERT_EQ(resolve->steps.size(), 2u);
  EXPECT_EQ(resolve->steps[0].event, CaseStep::Event::kOpen);
  const auto& click = resolve->steps[1];
  EXPECT_EQ(click.event, CaseStep::Event::kClick);
  EXPECT_EQ(click.component_id, "alerts");
  EXPECT_EQ(click.payload.dump(), R"({"user_action":"resolve_alert","alert_id":2})");
  EXPECT_EQ(click.ack, "accepted");
  EXPECT_EQ(click.ops->dump(),
            R"([{"op":"replace","path":"/components/0/rows/1/status","value":"resolved"}])");
  ASSERT_EQ(click.rows.size(), 1u);
  EXPECT_EQ(click.rows[0].second.dump(), R"([[1,"open"],[2,"resolved"],[3,"open"]])");
  ASSERT_EQ(click.view.size(), 3u);
  EXPECT_EQ(click.view[1].first, "/components/0/rows/1/status");
}

}  // namespace
}  // namespace sr::host
