// Values that a statement names: where they may stand, and what each column takes.
#include "host/sql/parameters.h"

#include <gtest/gtest.h>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

Plan plan_of(std::string_view statement) {
  auto answer = world_guard().action(statement);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    ADD_FAILURE() << statement << ": [" << refusal->rule << "] " << refusal->why;
    return {};
  }
  return std::get<Plan>(std::move(answer));
}

Refusal refusal_of(std::string_view statement) {
  auto answer = world_guard().action(statement);
  if (const auto* plan = std::get_if<Plan>(&answer)) {
    ADD_FAILURE() << "allowed: " << plan->sql;
    return {};
  }
  return std::get<Refusal>(std::move(answer));
}

TEST(Parameters, KeepEveryOtherByteInItsPlace) {
  const std::string_view statement =
      "UPDATE t SET a = :a, b = ':c', \"x:y\" = :\"First \"\"Name\"\"\", c = :a::text WHERE k = :k";
  const auto numbered = number_parameters(statement);
  EXPECT_EQ(numbered.text,
            "UPDATE t SET a = $1, b = ':c', \"x:y\" = $2               , c = $1::text WHERE k = $3");
  EXPECT_EQ(numbered.text.size(), statement.size());
  EXPECT_EQ(numbered.names, (std::vector<std::string>{"a", "First \"Name\"", "k"}));
}

TEST(Parameters, AreWrittenAsTheyAreRead) {
  EXPECT_EQ(written_parameter("alert_id"), ":alert_id");
  EXPECT_EQ(written_parameter("größe"), ":\"größe\"");
  EXPECT_EQ(written_parameter("say \"hi\""), ":\"say \"\"hi\"\"\"");
  EXPECT_EQ(written_parameter("2nd"), ":\"2nd\"");
  for (const std::string name : {"alert_id", "größe", "say \"hi\"", "2nd", "order"}) {
    EXPECT_EQ(number_parameters(written_parameter(name)).names, std::vector<std::string>{name});
  }
}

TEST(Parameters, StandBesideAColumn) {
  const auto plan = plan_of("UPDATE alerts SET status = :to, opened_at = opened_at + :by WHERE id = :alert_id");
  EXPECT_EQ(plan.sql,
            "UPDATE alerts SET status = $1, opened_at = int8(opened_at + CAST($2 AS bigint)) WHERE id = $3");
  ASSERT_EQ(plan.parameters.size(), 3u);
  EXPECT_EQ(plan.parameters[0].name, "to");
  EXPECT_EQ(plan.parameters[0].column.name, "status");
  EXPECT_EQ(plan.parameters[0].use, ParameterUse::kAssigned);
  EXPECT_EQ(plan.parameters[1].use, ParameterUse::kAdded);
  EXPECT_EQ(plan.parameters[2].column.name, "id");
  EXPECT_EQ(plan.parameters[2].use, ParameterUse::kCompared);
  EXPECT_EQ(plan.parameters[2].at, 71);
}

TEST(Parameters, AreOfTheTypeOfEachPlaceWhereTheyStand) {
  const auto plan = plan_of("INSERT INTO notes (alert_id, body) VALUES (:x, :x)");
  EXPECT_EQ(plan.sql, "INSERT INTO notes (alert_id, body) VALUES ($1, $2)");
  EXPECT_EQ(plan.parameters[0].column.name, "alert_id");
  EXPECT_EQ(plan.parameters[1].column.name, "body");
}

TEST(Parameters, FixARowInItsWhere) {
  EXPECT_EQ(plan_of("DELETE FROM notes WHERE id IN (:a, :b)").sql, "DELETE FROM notes WHERE id IN ($1, $2)");
  EXPECT_EQ(refusal_of("DELETE FROM notes WHERE id > :a").rule, "where");
}

TEST(Parameters, StandNowhereElse) {
  for (const std::string_view statement : {
           "UPDATE alerts SET status = lower(:x) WHERE id = 1",
           "UPDATE alerts SET opened_at = :x * 2 WHERE id = 1",
           "UPDATE alerts SET status = :x || 'ed' WHERE id = 1",
           "UPDATE alerts SET status = coalesce(:x, 'open') WHERE id = 1",
           "UPDATE alerts SET status = 'open' WHERE id = 1 AND :x = :x",
           "UPDATE alerts SET status = 'open' WHERE id = 1 AND title LIKE :x",
           "UPDATE alerts SET status = 'open' WHERE id = 1 AND :x",
           "UPDATE alerts SET status = 'open' WHERE id = 1 AND id + 1 = :x",
           "INSERT INTO notes (alert_id, body) SELECT id, :x FROM alerts"}) {
    EXPECT_EQ(refusal_of(statement).rule, "parameter") << statement;
  }
}

TEST(Parameters, AreReadStrictly) {
  for (const std::string_view statement :
       {"UPDATE alerts SET status = : WHERE id = 1", "UPDATE alerts SET status = :1 WHERE id = 1",
        "UPDATE alerts SET status = :größe WHERE id = 1", "UPDATE alerts SET status = $1 WHERE id = 1",
        "UPDATE alerts SET status = :a'b' WHERE id = 1", "UPDATE alerts SET status = ? WHERE id = 1"}) {
    EXPECT_EQ(refusal_of(statement).rule, "parameter") << statement;
  }
  EXPECT_EQ(refusal_of("UPDATE alerts SET status = :\"a WHERE id = 1").rule, "unbalanced");
}

TEST(Parameters, ABindingNamesNone) {
  const auto answer = world_guard().binding("SELECT id FROM alerts WHERE id = :id");
  ASSERT_TRUE(std::holds_alternative<Refusal>(answer));
  EXPECT_EQ(std::get<Refusal>(answer).rule, "parameter");
  EXPECT_TRUE(std::holds_alternative<Plan>(
      world_guard().binding("SELECT id FROM alerts WHERE id = :id", nullptr, true)));
}

// What a value becomes, as text with its type; or the sentence that refuses it.
std::string bound(const Column& column, const Json& value, ParameterUse use = ParameterUse::kAssigned) {
  const auto answer = value_for(column, use, "v", value);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) return "no: " + refusal->why;
  struct Text {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return std::to_string(i); }
    std::string operator()(double d) const { return "real " + std::to_string(d); }
    std::string operator()(const std::string& s) const { return "'" + s + "'"; }
    std::string operator()(const Bytes&) const { return "bytes"; }
  };
  return std::visit(Text(), std::get<Value>(answer));
}

Column column(std::string type, sr_value_type value, std::uint32_t flags = 0) {
  return {"t", "c", std::move(type), value, flags, {}, 0};
}

TEST(BoundValues, OfWholeNumbers) {
  const auto big = column("BIGINT", SR_INTEGER);
  EXPECT_EQ(bound(big, 7), "7");
  EXPECT_EQ(bound(big, "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(bound(big, "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(bound(big, 3.0), "3");
  for (const Json& value : {Json("9223372036854775808"), Json(9223372036854775808u), Json(3.5), Json("3.0"),
                            Json(" 3"), Json("3x"), Json(""), Json(true), Json(1e300)}) {
    EXPECT_EQ(bound(big, value).substr(0, 3), "no:") << value;
  }
  auto small = column("integer", SR_INTEGER);
  small.bits = 32;
  EXPECT_EQ(bound(small, 2147483648),
            "no: v is 2147483648; c takes whole numbers from -2147483648 to 2147483647");
}

TEST(BoundValues, OfRealNumbersAndDecimals) {
  EXPECT_EQ(bound(column("REAL", SR_REAL), 0.5), "real 0.500000");
  EXPECT_EQ(bound(column("REAL", SR_REAL), "1e3"), "real 1000.000000");
  EXPECT_EQ(bound(column("REAL", SR_REAL), "0x10").substr(0, 3), "no:");
  EXPECT_EQ(bound(column("REAL", SR_REAL), "1e999").substr(0, 3), "no:");
  EXPECT_EQ(bound(column("REAL", SR_REAL), "nan").substr(0, 3), "no:");
  const auto money = column("DECIMAL(10,2)", SR_REAL);
  EXPECT_EQ(bound(money, "12.30"), "real 12.300000");
  EXPECT_EQ(bound(money, 12.345),
            "no: v is 12.345; c takes numbers of 8 digits before the point and 2 behind it");
  EXPECT_EQ(bound(column("DECIMAL(30,2)", SR_REAL), "123456789012345678.25"), "'123456789012345678.25'");
}

TEST(BoundValues, OfTextsByteForByte) {
  const auto text = column("TEXT", SR_TEXT);
  for (const std::string value : {"", "Jürgen Müller", "'; DROP TABLE users; --", "a\\b\"c", "\xF0\x9F\x98\x80",
                                  "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "<b>&amp;</b>", "{\"a\":1}", "007", "null"}) {
    EXPECT_EQ(bound(text, value), "'" + value + "'");
  }
  EXPECT_EQ(bound(text, std::string(20000, 'x')).size(), 20002u);
  EXPECT_EQ(bound(text, 7), "'7'");
  EXPECT_EQ(bound(text, true), "'true'");
  EXPECT_EQ(bound(text, Json::array({1})),
            "no: v is a list or an object; a value is a text, a number, true or false");
}

TEST(BoundValues, OfChoices) {
  auto status = column("TEXT", SR_TEXT, SR_COLUMN_NOT_NULL);
  status.choices = {"open", "resolved"};
  EXPECT_EQ(bound(status, "open"), "'open'");
  EXPECT_EQ(bound(status, "closed"), "no: v is 'closed'; c takes 'open' or 'resolved'");
}

TEST(BoundValues, OfTimes) {
  EXPECT_EQ(bound(column("DATE", SR_TEXT), "2024-02-29"), "'2024-02-29'");
  EXPECT_EQ(bound(column("DATE", SR_TEXT), "2023-02-29").substr(0, 3), "no:");
  EXPECT_EQ(bound(column("TIMESTAMP", SR_TEXT), "2024-02-29T09:30Z"), "'2024-02-29 09:30:00'");
  EXPECT_EQ(bound(column("TIMESTAMP", SR_TEXT), 5).substr(0, 3), "no:");
}

TEST(BoundValues, OfNothing) {
  EXPECT_EQ(bound(column("TEXT", SR_TEXT), nullptr), "null");
  EXPECT_EQ(bound(column("TEXT", SR_TEXT, SR_COLUMN_NOT_NULL), nullptr), "no: v is empty, and c cannot be");
  EXPECT_EQ(bound(column("TEXT", SR_TEXT), nullptr, ParameterUse::kCompared),
            "no: v is empty; a row is told by a value");
}

TEST(BoundValues, OfBooleans) {
  const auto muted = column("BOOLEAN", SR_BOOLEAN);
  EXPECT_EQ(bound(muted, true), "true");
  EXPECT_EQ(bound(muted, "false"), "false");
  EXPECT_EQ(bound(muted, 1), "true");
  EXPECT_EQ(bound(muted, "yes"), "no: v is 'yes'; c takes true or false");
}

TEST(Bind, TakesTheValuesOfAPlanInTheirOrder) {
  const auto plan = plan_of("UPDATE alerts SET status = :to WHERE id = :alert_id");
  const auto values = bind_values(plan, Json{{"alert_id", 2}, {"to", "resolved"}, {"more", 1}});
  ASSERT_TRUE(std::holds_alternative<std::vector<Value>>(values));
  EXPECT_EQ(std::get<std::vector<Value>>(values),
            (std::vector<Value>{Value(std::string("resolved")), Value(std::int64_t{2})}));
}

TEST(Bind, SaysWhatIsNotThere) {
  const auto plan = plan_of("UPDATE alerts SET status = 'open' WHERE id = :id");
  const auto why = [&](const Json& values) { return std::get<Refusal>(bind_values(plan, values)).why; };
  EXPECT_EQ(why(Json{{"alert_id", 2}, {"a b", 1}}),
            "there is no value :id; the event has :alert_id and :\"a b\"");
  EXPECT_EQ(why(Json::object()), "there is no value :id; the event has none");
}

}  // namespace
}  // namespace sr::host::sql::testing
