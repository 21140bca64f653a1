// From manifest to view over the real database.
#include <gtest/gtest.h>

#include "host/session/bindings.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

struct Filled {
  Json view;
  std::string why;
};

Filled fill_from(World& w, const std::string& components) {
  const auto manifest = Json::parse(R"({"kind":"manifest","components":)" + components + "}");
  auto planned = plan_bindings(w.app, w.engine->guard, manifest);
  if (const auto* rejection = std::get_if<Rejection>(&planned)) {
    return {{}, rejection->by + " " + rejection->rule + ": " + rejection->why};
  }
  Filled out{unfilled_view(w.app, w.engine->guard.catalog(), manifest), {}};
  auto transaction = w.facts->store().begin(false);
  const auto filled = fill(*transaction, std::get<std::vector<Binding>>(planned),
                           [](const Binding&) { return true; }, out.view);
  if (!filled) out.why = filled.error().what;
  return out;
}

TEST(Bindings, ATableGetsColumnsKeyAndRows) {
  World w;
  const auto [view, why] = fill_from(w, R"([{"type":"AlertTable","id":"t","title":"T",
      "source":"SELECT status, id FROM alerts WHERE id < 3 ORDER BY id"}])");
  EXPECT_EQ(why, "");
  EXPECT_EQ(view.dump(), R"({"components":[{"type":"AlertTable","id":"t","title":"T",)"
                         R"("columns":["status","id"],"key":"id",)"
                         R"("rows":[{"status":"open","id":1},{"status":"open","id":2}],"total":2}]})");
}

TEST(Bindings, WhatHasNoTitleIsCalledWhatItShows) {
  World w;
  w.app.labels["alerts"] = "alarms";
  const auto [view, why] = fill_from(w, R"([
      {"type":"AlertTable","id":"t","source":"SELECT id, title FROM alerts WHERE severity = 'high'"},
      {"type":"MetricCard","id":"m","source":"SELECT count(*) FROM alerts"},
      {"type":"MetricCard","id":"n","label":"N","source":"SELECT count(*) FROM alerts"}])");
  EXPECT_EQ(why, "");
  EXPECT_EQ(view["components"][0]["title"], "Alarms · severity high");
  EXPECT_EQ(view["components"][1]["label"], "Alarms");
  EXPECT_FALSE(view["components"][1].contains("title")) << "it has none";
  EXPECT_EQ(view["components"][2]["label"], "N");
}

TEST(Bindings, RowsWithoutTheirKeyHaveNone) {
  World w;
  const auto [view, why] = fill_from(
      w, R"([{"type":"AlertTable","id":"t","title":"T","source":"SELECT title FROM alerts WHERE id = 9"}])");
  EXPECT_EQ(why, "");
  EXPECT_EQ(view.dump(), R"({"components":[{"type":"AlertTable","id":"t","title":"T",)"
                         R"("columns":["title"],"rows":[],"total":0}]})");
}

TEST(Bindings, PointsFieldsAndValues) {
  World w;
  const auto [view, why] = fill_from(w, R"([
      {"type":"MetricCard","id":"m","label":"M","source":"SELECT count(*) FROM alerts"},
      {"type":"MetricCard","id":"n","label":"N","source":"SELECT value FROM metrics WHERE id = 999"},
      {"type":"LineChart","id":"l","title":"L","source":"SELECT at AS x, value AS y FROM metrics WHERE id IN (9, 10) ORDER BY at"}])");
  EXPECT_EQ(why, "");
  EXPECT_EQ(view["components"][0]["value"], 3);
  EXPECT_EQ(view["components"][1]["value"], Json());
  EXPECT_EQ(view["components"][2]["points"].dump(), R"([{"x":0,"y":3.1},{"x":1,"y":2.9}])");
}

// docs/protocol.md, "Values".
TEST(Bindings, ValuesOfTheDatabaseAsJson) {
  const std::pair<Value, const char*> cases[] = {
      {std::monostate(), "null"},
      {true, "true"},
      {std::int64_t{9007199254740991}, "9007199254740991"},
      {std::int64_t{-9007199254740991}, "-9007199254740991"},
      {std::int64_t{9007199254740992}, R"("9007199254740992")"},
      {std::int64_t{9007199254740993}, R"("9007199254740993")"},
      {std::numeric_limits<std::int64_t>::min(), R"("-9223372036854775808")"},
      {0.3, "0.3"},
      {-0.0, "0.0"},
      {1e-7, "1e-07"},
      {1e22, "1e+22"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::quiet_NaN(), R"("NaN")"},
      {std::numeric_limits<double>::infinity(), R"("Infinity")"},
      {-std::numeric_limits<double>::infinity(), R"("-Infinity")"},
      {std::string("a\\b"), R"("a\\b")"},
      {Bytes{std::string("\0\xff\0", 3)}, R"("3 bytes")"},
      {Bytes{"x"}, R"("1 byte")"},
  };
  for (const auto& [value, json] : cases) EXPECT_EQ(json_of(value).dump(), json);
}

TEST(Bindings, WhatTheGuardRefusesNamesTheComponent) {
  World w;
  const auto refused = fill_from(
      w, R"([{"type":"MetricCard","id":"m","label":"M","source":"SELECT secret FROM alerts"}])");
  EXPECT_TRUE(refused.why.starts_with("guard column: component \"m\", source: ")) << refused.why;
}

TEST(Bindings, TwoComponentsOfOneId) {
  World w;
  EXPECT_EQ(fill_from(w, R"([{"type":"MetricCard","id":"m","label":"A","source":"SELECT count(*) FROM alerts"},
                             {"type":"MetricCard","id":"m","label":"B","source":"SELECT count(*) FROM alerts"}])")
                .why,
            "screen id: two components have the id \"m\"");
}

}  // namespace
}  // namespace sr::host::testing
