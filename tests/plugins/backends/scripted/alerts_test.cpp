// The rules of the alerts app: each event has its answer, and each answer is what the schemas of
// the app's components ask for, member by member in their order.
#include <set>

#include "harness.h"
#include "rules.h"

namespace sr::scripted {
namespace {

const std::string kApp = SR_SOURCE_DIR "/configs/apps/alerts/";

Json schema_of(const std::string& type) {
  std::ifstream file(kApp + "components/" + type + ".json");
  EXPECT_TRUE(file) << type;
  return Json::parse(file);
}

// Objects, arrays, text and enums are all that these schemas hold.
void check(const Json& value, const Json& schema, const std::string& where) {
  if (schema["type"] == "string") {
    EXPECT_TRUE(value.is_string()) << where;
    if (schema.contains("enum")) {
      EXPECT_NE(std::ranges::find(schema["enum"], value), schema["enum"].end()) << where;
    }
    return;
  }
  if (schema["type"] == "array") {
    ASSERT_TRUE(value.is_array()) << where;
    for (const auto& item : value) check(item, schema["items"], where + "[]");
    return;
  }
  ASSERT_TRUE(value.is_object()) << where;
  auto property = schema["properties"].begin();
  for (const auto& [name, member] : value.items()) {
    while (property != schema["properties"].end() && property.key() != name) ++property;
    ASSERT_NE(property, schema["properties"].end())
        << where << "." << name << " is unknown or out of the schema's order";
    check(member, property.value(), where + "." + name);
  }
  for (const auto& name : schema["required"]) {
    EXPECT_TRUE(value.contains(name.get<std::string>())) << where << " lacks " << name;
  }
}

class AlertsRules : public testing::Test {
 protected:
  // The parsed answer to an event, after checks that hold for every answer.
  Json answer(const std::string& event) {
    SCOPED_TRACE(event);
    const auto says = rules_.answer(event).says;
    EXPECT_EQ(says.size(), 1U);
    auto json = Json::parse(says.front(), nullptr, false);
    EXPECT_EQ(json.dump(), says.front()) << "not compact JSON";
    if (json["kind"] == "manifest") check_manifest(json);
    EXPECT_EQ(json.size(), 2U);
    return json;
  }
  static void check_manifest(const Json& manifest) {
    std::set<std::string> ids;
    for (const auto& component : manifest["components"]) {
      auto member = component.begin();
      ASSERT_EQ(member.key(), "type");
      ASSERT_EQ((++member).key(), "id");
      EXPECT_TRUE(ids.insert(component["id"]).second) << component["id"];
      auto properties = component;
      properties.erase("type");
      properties.erase("id");
      check(properties, schema_of(component["type"]), component["id"]);
    }
  }
  std::vector<std::string> types(const Json& manifest) {
    std::vector<std::string> out;
    for (const auto& component : manifest["components"]) out.push_back(component["type"]);
    return out;
  }
  std::string sql(const std::string& event) { return answer(event)["sql"]; }
  Json command(const std::string& text) {
    return answer(Json{{"command", text}}.dump());
  }

  Rules rules_ = Rules::load(kApp + "scripted.yaml");
};

TEST_F(AlertsRules, opens_with_the_table) {
  EXPECT_EQ(
      rules_.answer(R"({"open":"alerts"})").says.front(),
      R"({"kind":"manifest","components":[{"type":"AlertTable","id":"alerts","title":"Alerts",)"
      R"("source":"SELECT id, title, severity, status FROM alerts ORDER BY id",)"
      R"("actions":[{"user_action":"resolve_alert","label":"Resolve","param":"alert_id",)"
      R"("when":{"column":"status","equals":"open"}}]}]})");
  answer(R"({"open":"alerts"})");
}

TEST_F(AlertsRules, clicks_are_one_statement) {
  EXPECT_EQ(sql(R"({"user_action":"resolve_alert","alert_id":2})"),
            "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id");
  EXPECT_EQ(sql(R"({"user_action":"acknowledge_alert","alert_id":2})"),
            "UPDATE alerts SET status = 'acknowledged' WHERE id = :alert_id");
  EXPECT_EQ(sql(R"({"user_action":"reopen_alert","alert_id":3})"),
            "UPDATE alerts SET status = 'open' WHERE id = :alert_id");
}

TEST_F(AlertsRules, a_submit_saves_the_changed_field) {
  EXPECT_EQ(sql(R"({"submit":"settings","values":{"threshold":"85"}})"),
            "UPDATE settings SET value = :threshold WHERE name = 'threshold'");
  EXPECT_EQ(sql(R"({"submit":"settings","values":{"paging":false}})"),
            "UPDATE settings SET value = :paging WHERE name = 'paging'");
}

TEST_F(AlertsRules, metrics_are_three_cards_and_two_charts) {
  const auto manifest = command("show me database metrics");
  EXPECT_EQ(types(manifest), (std::vector<std::string>{"MetricCard", "MetricCard", "MetricCard",
                                                       "LineChart", "LineChart"}));
  EXPECT_EQ(command("METRICS"), manifest);
}

TEST_F(AlertsRules, other_screens) {
  const auto open = answer(R"({"open":"alerts"})");
  EXPECT_EQ(command("show all alerts"), open);
  EXPECT_EQ(command("Back"), open);
  EXPECT_EQ(types(command("open the settings")), std::vector<std::string>{"SettingsForm"});
  EXPECT_EQ(command("only critical alerts")["components"][0]["source"],
            "SELECT id, title, severity, status FROM alerts WHERE severity = 'critical' ORDER BY id");
  EXPECT_EQ(command("show medium ones")["components"][0]["source"],
            "SELECT id, title, severity, status FROM alerts WHERE severity = 'medium' ORDER BY id");
  EXPECT_EQ(command("show open alerts")["components"][0]["source"],
            "SELECT id, title, severity, status FROM alerts WHERE status = 'open' ORDER BY id");
  EXPECT_EQ(command("triage")["components"][0]["actions"].size(), 3U);
}

TEST_F(AlertsRules, commands_that_change_facts) {
  EXPECT_EQ(command("resolve 2")["sql"], "UPDATE alerts SET status = 'resolved' WHERE id = 2");
  EXPECT_EQ(command("please Resolve alert #12")["sql"],
            "UPDATE alerts SET status = 'resolved' WHERE id = 12");
  EXPECT_EQ(command("ack 1")["sql"], "UPDATE alerts SET status = 'acknowledged' WHERE id = 1");
  EXPECT_EQ(command("reopen 3")["sql"], "UPDATE alerts SET status = 'open' WHERE id = 3");
  EXPECT_EQ(command("resolve the disk alert")["kind"], "refuse");
}

TEST_F(AlertsRules, anything_else_is_refused) {
  EXPECT_EQ(command("write me a poem")["kind"], "refuse");
  EXPECT_EQ(answer(R"({"user_action":"explode","alert_id":2})")["kind"], "refuse");
  EXPECT_EQ(answer(R"({"user_action":"resolve_alert"})")["kind"], "refuse");
}

TEST(AlertsBackend, plays_the_rules_through_the_plugin) {
  test::TestBackend backend({{"rules", kApp + "scripted.yaml"}});
  ASSERT_EQ(backend.created(), SR_OK) << backend.error().message;
  auto s = backend.open();
  backend.ask(s, R"({"user_action":"resolve_alert","alert_id":2})");
  EXPECT_EQ(backend.say(s),
            R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = :alert_id"})");
}

}  // namespace
}  // namespace sr::scripted
