// What the model is told of the rows on screen: tests/cases/event_log/shown.json, and over a session.
#include <gtest/gtest.h>

#include "host/session/log_text.h"
#include "host/session/shown.h"
#include "tests/host/decode/linked_plugins.h"

namespace sr::host::testing {
namespace {

Json table(const std::string& rows) {
  return Json::parse(R"({"components":[{"type":"T","id":"t","columns":["id","s"],"key":"id","rows":)" +
                     rows + "}]}");
}

TEST(Shown, KeyAndTextColumnsOfTables) {
  const auto view = Json::parse(R"({"components":[
      {"type":"AlertTable","id":"t","columns":["n","id","s"],"key":"id","rows":[{"n":5,"id":1,"s":"open"},{"n":6,"id":2,"s":null}]},
      {"type":"AlertTable","id":"u","columns":["s"],"rows":[{"s":"x"}]},
      {"type":"MetricCard","id":"m","value":3}]})");
  EXPECT_EQ(shown_digest(view), R"({"t":[[1,"open"],[2]],"u":[["x"]]})");
  EXPECT_EQ(shown_digest(Json::parse(R"({"components":[]})")), "{}");
}

TEST(Shown, IsBounded) {
  Json rows = Json::array();
  std::string umlauts;  // a two-byte letter across the limit
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  for (int i = 0; i < 30; ++i) rows.push_back({{"id", i}, {"s", "a" + umlauts}});
  Json view;
  view["components"] = Json::array({{{"id", "t"}, {"columns", {"id", "s"}}, {"key", "id"}, {"rows", rows}}});
  const auto digest = Json::parse(shown_digest(view));
  ASSERT_EQ(digest["t"].size(), 20U);
  const auto text = digest["t"][19][1].get<std::string>();
  EXPECT_EQ(text, "a" + umlauts.substr(0, 118) + "…");
}

TEST(Shown, Differences) {
  const auto file = std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/event_log/shown.json";
  for (const auto& example : Json::parse(read_text(file))) {
    EXPECT_EQ(compact(told_rows(example["before"], example["after"])), compact(example["told"]))
        << example["name"];
  }
}

TEST(Shown, OnlyWhatTheModelDoesNotKnowIsTold) {
  Shown shown;
  const auto first = table(R"([{"id":1,"s":"a disk that is almost full"},{"id":2,"s":"open"}])");
  const auto later = table(R"([{"id":1,"s":"a disk that is almost full"},{"id":2,"s":"done"}])");
  EXPECT_EQ(shown_update(shown, first, 4), R"({"t":[[1,"a disk that is almost full"],[2,"open"]]})");
  EXPECT_EQ(shown_update(shown, first, 9), std::nullopt);
  EXPECT_EQ(shown_update(shown, later, 14), R"({"t":{"rows":[[2,"done"]]}})");
  EXPECT_EQ(shown_update(shown, later, 19), std::nullopt);
}

TEST(Shown, ATableIsToldWholeAgainAfterAWhile) {
  Shown shown;
  const auto view = table(R"([{"id":1,"s":"open"}])");
  const std::string whole = R"({"t":[[1,"open"]]})";
  EXPECT_EQ(shown_update(shown, view, 4), whole);
  EXPECT_EQ(shown_update(shown, view, 67), std::nullopt);
  EXPECT_EQ(shown_update(shown, view, 68), whole);
  EXPECT_EQ(shown_update(shown, view, 131), std::nullopt);
}

TEST(Shown, ATableThatWasAwayIsToldWhole) {
  Shown shown;
  const auto view = table(R"([{"id":1,"s":"open"}])");
  EXPECT_TRUE(shown_update(shown, view, 4));
  EXPECT_EQ(shown_update(shown, Json::parse(R"({"components":[]})"), 9), std::nullopt);
  EXPECT_EQ(shown_update(shown, view, 14), R"({"t":[[1,"open"]]})");
}

TEST(Shown, AKeyOfSeveralColumnsStandsAsAList) {
  Shown shown;
  const auto view = [](const std::string& rows) {
    return Json::parse(R"({"components":[{"id":"t","columns":["s","c","w"],"key":["s","c"],"rows":[)" +
                       rows + "]}]}");
  };
  const std::string other = R"({"s":"ann","c":"math","w":"good, as ever before"})";
  EXPECT_EQ(shown_update(shown, view(other + R"(,{"s":"ann","c":"art","w":"so-so"})"), 4),
            R"({"t":[[["ann","math"],"good, as ever before"],[["ann","art"],"so-so"]]})");
  EXPECT_EQ(shown_update(shown, view(other + R"(,{"s":"ann","c":"art","w":"fine"})"), 9),
            R"({"t":{"rows":[[["ann","art"],"fine"]]}})");
  EXPECT_EQ(shown_update(shown, view(other), 14), R"({"t":{"gone":[["ann","art"]]}})");
}

TEST(Shown, RowsWithoutAKeyAreToldWhole) {
  Shown shown;
  const auto view = [](const std::string& s) {
    return Json::parse(R"({"components":[{"id":"t","columns":["s"],"rows":[{"s":"something long"},{"s":")" +
                       s + R"("}]}]})");
  };
  EXPECT_TRUE(shown_update(shown, view("a"), 4));
  EXPECT_EQ(shown_update(shown, view("b"), 9), R"({"t":[["something long"],["b"]]})");
}

TEST(Shown, WhatCouldNotBeFilledIsSaidInTwoWords) {
  Shown shown;
  const auto card = [](const std::string& member) {
    return Json::parse(R"({"components":[{"id":"t","label":"T",)" + member + "}]}");
  };
  const auto rows = table(R"([{"id":1,"s":"open"}])");
  EXPECT_EQ(shown_update(shown, card(R"("error":"why")"), 4), R"({"t":"not filled"})");
  EXPECT_EQ(shown_update(shown, card(R"("error":"another reason")"), 5), std::nullopt);
  EXPECT_EQ(shown_update(shown, card(R"("value":3)"), 6), R"({"t":"filled"})");
  EXPECT_EQ(shown_update(shown, card(R"("value":4)"), 7), std::nullopt);
  EXPECT_EQ(shown_update(shown, rows, 8), R"({"t":[[1,"open"]]})");
  EXPECT_EQ(shown_update(shown, card(R"("error":"why")"), 9), R"({"t":"not filled"})");
  EXPECT_EQ(shown_digest(card(R"("error":"why")")), R"({"t":"not filled"})");
  EXPECT_EQ(shown_update(shown, rows, 10), R"({"t":[[1,"open"]]})");
}

TEST(Shown, WhereAPersonHasMovedIsOneLine) {
  Shown shown;
  const auto view = [](int count, const std::string& window) {
    Json rows = Json::array();
    for (int i = 1; i <= count; ++i) rows.push_back({{"id", i}, {"s", "open"}});
    auto out = table(rows.dump());
    if (!window.empty()) out["components"][0]["window"] = Json::parse(window);
    return out;
  };
  EXPECT_TRUE(shown_update(shown, view(9, ""), 4));
  EXPECT_EQ(shown_update(shown, view(9, R"({"offset":10,"limit":10})"), 5), R"({"t":{"window":"rows 11-20"}})");
  EXPECT_EQ(shown_update(shown, view(2, R"({"offset":20,"limit":10,"search":"o"})"), 6),
            R"({"t":{"window":"rows 21-30; with o","rows":[[1,"open"],[2,"open"]]}})");
  EXPECT_EQ(shown_digest(view(1, R"({"offset":20,"limit":10,"filters":{"s":"open","n":null}})")),
            R"({"t":{"window":"rows 21-30; s = open; n = null","rows":[[1,"open"]]}})");
  EXPECT_EQ(shown_update(shown, view(9, ""), 7), R"({"t":{"window":"first rows"}})");
}

}  // namespace
}  // namespace sr::host::testing
