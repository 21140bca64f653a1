// Which rows a command may be about, by its words.
#include "host/session/choice.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

// A screen with one table of jobs, as a query fills it.
Screen jobs(const Json& rows) {
  Screen screen;
  screen.view = {{"components", {{{"type", "Table"}, {"id", "jobs"}, {"rows", rows}}}}};
  Binding binding;
  binding.component = "jobs";
  binding.property.fills = "rows";
  binding.plan.key = {"job"};
  binding.plan.key_of = "jobs";
  for (const auto& [name, column] :
       {std::pair("job", "id"), {"title", "title"}, {"state", "state"}, {"risk", "risk"}}) {
    sql::PlannedColumn planned;
    planned.name = name;
    planned.column = column;
    binding.plan.columns.push_back(planned);
  }
  screen.bindings = {binding};
  return screen;
}

const Screen& screen() {
  static const Screen kScreen = jobs(Json::parse(R"([
    {"job":1,"title":"Pump leaks in hall B","state":"open","risk":3},
    {"job":2,"title":"Pump is loud","state":"open","risk":12},
    {"job":3,"title":"Lamp is dark in hall B","state":"done","risk":3},
    {"job":4,"title":"Pump leaks at the gate","state":"done","risk":1}])"));
  return kScreen;
}

NamedRow job(int key) { return {"jobs", {{"id", key}}}; }

// The keys of the candidates, in their order.
std::string keys(std::string_view command, std::optional<int> chosen = {},
                 const Json& given = Json::object()) {
  std::string out;
  const auto row = chosen ? std::optional(job(*chosen)) : std::nullopt;
  for (const auto& one : candidates(command, screen(), {}, row, given)) {
    out += (out.empty() ? "" : " ") + one.row.key["id"].dump();
  }
  return out;
}

TEST(Candidates, AreTheRowsThatFitAsWellAsTheChosenOne) {
  EXPECT_EQ(keys("finish the pump job", 1), "1 2 4");
  EXPECT_EQ(keys("finish the leaking pump that leaks", 1), "");  // "that" points
  EXPECT_EQ(keys("the pump leaks, finish it off", 1), "");       // so does "it"
  EXPECT_EQ(keys("finish the pump leaks job", 4), "1 4");
}

TEST(Candidates, StandWithTheBestFirst) {
  EXPECT_EQ(keys("finish the pump leak by the gate: pump leaks", 1), "4 1");
  EXPECT_EQ(keys("finish the hall B pump", 4), "1 2 4");
}

TEST(Candidates, AreNoneWhenTheWordsTellTheRowFromAllOthers) {
  EXPECT_EQ(keys("finish the pump in the hall", 1), "");
  EXPECT_EQ(keys("finish the loud pump", 2), "");
  EXPECT_EQ(keys("finish the pump of risk 12", 2), "");
  EXPECT_EQ(keys("finish job 2, the pump", 2), "");
}

TEST(Candidates, AreNoneWhenNoWordSpeaksOfTheRow) {
  EXPECT_EQ(keys("finish something", 1), "");
  EXPECT_EQ(keys("finish the lamp", 1), "");  // what else is wrong with that is not known here
  EXPECT_EQ(keys("", 1), "");
  EXPECT_EQ(keys("finish the pump job", 9), "");  // not on screen
}

TEST(Candidates, AreNoneForWordsThatAreToBeWritten) {
  EXPECT_EQ(keys("call job 3 pump", 3, {{"title", "Pump"}}), "");
  EXPECT_EQ(keys("the lamp is open again", 3, {{"state", "open"}}), "");
  EXPECT_EQ(keys("reopen: open the lamp", 3, {{"state", "open"}}), "");
}

TEST(Candidates, AreNoneForACommandThatPoints) {
  for (const char* said :
       {"finish the first pump", "finish the newest pump", "the other pump is done",
        "finish that pump", "the last pump is done", "finish the riskiest pump"}) {
    EXPECT_EQ(keys(said, 1), "") << said;
  }
}

TEST(Candidates, AreAllRowsWhenOnlyTheirTableIsNamed) {
  EXPECT_EQ(keys("finish the job", 1), "1 2 3 4");
  EXPECT_EQ(keys("finish the job", 1, {{"state", "done"}}), "1 2") << "the others are done";
  EXPECT_EQ(keys("finish", 1), "");
}

TEST(Candidates, AreToldApartByShortAndCommonWordsAndByWholeTexts) {
  const auto of = [](const Json& rows, std::string_view said, int chosen) {
    return candidates(said, jobs(rows), {}, job(chosen)).size();
  };
  const auto screens = Json::parse(R"([{"job":1,"title":"Disk almost full on db","state":"open"},
      {"job":2,"title":"Disk almost full on TV","state":"done"},{"job":3,"title":"Disk","state":"open"}])");
  EXPECT_EQ(of(screens, "close the job \"Disk almost full on db\"", 1), 0U);
  EXPECT_EQ(of(screens, "close disk almost full on TV", 2), 0U);
  EXPECT_EQ(of(screens, "close the done disk job", 2), 0U);
  EXPECT_EQ(of(screens, "close the disk job", 3), 0U) << "its title is said whole";
  EXPECT_EQ(of(screens, "close the disk job", 1), 3U);
  const auto words = Json::parse(R"([{"job":1,"title":"Disk request of the last client"},
      {"job":2,"title":"Tape request"},{"job":3,"title":"Call"},{"job":4,"title":"Call back"}])");
  EXPECT_EQ(of(words, "finish the request", 2), 2U) << "no superlative";
  EXPECT_EQ(of(words, "finish the request of the last client", 2), 2U)
      << "\"last\" is a row's word";
  EXPECT_EQ(of(words, "give the call 3 points", 4), 2U)
      << "a number that is no key of the chosen row";
}

TEST(Candidates, AreToldApartByAWholeKey) {
  const auto rows = Json::parse(R"([{"job":"milk","title":"2"},{"job":"oat milk","title":"1"}])");
  const auto of = [&](const char* key) {
    return candidates("two more milk", jobs(rows), {}, NamedRow{"jobs", {{"id", key}}}).size();
  };
  EXPECT_EQ(of("milk"), 0U);
  EXPECT_EQ(of("oat milk"), 2U);
}

TEST(Candidates, WithoutAChosenOneAreThoseOfWhichTheCommandSpeaksMost) {
  EXPECT_EQ(keys("what of the pump"), "1 2 4");
  EXPECT_EQ(keys("what of the loud pump"), "");
}

TEST(Candidates, SayWhatTheRowIs) {
  const auto found =
      candidates("finish the pump leaks job", screen(), {{"jobs", "orders"}}, job(1));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].says, "Order 1: Pump leaks in hall B, open");
}

TEST(Choice, StandsAtTheTopOnceAndGoes) {
  auto view = screen().view;
  const auto all = candidates("finish the pump job", screen(), {}, job(1));
  show_choice(7, "finish the pump job", all, view);
  show_choice(9, "finish the pump job", all, view);
  ASSERT_EQ(view["components"].size(), 2U);
  EXPECT_EQ(view["components"][0],
            Json::parse(R"({"type":"Choice","id":"choice-9","command":"finish the pump job","rows":[
      {"says":"Job 1: Pump leaks in hall B, open","row":{"table":"jobs","key":{"id":1}}},
      {"says":"Job 2: Pump is loud, open","row":{"table":"jobs","key":{"id":2}}},
      {"says":"Job 4: Pump leaks at the gate, done","row":{"table":"jobs","key":{"id":4}}}]})"));
  take_away_choice(view);
  EXPECT_EQ(view, screen().view);
}

TEST(Choice, HoldsFiveRowsAndCountsTheRest) {
  Json rows = Json::array();
  for (int i = 1; i <= 8; ++i) rows.push_back({{"job", i}, {"title", "Pump"}});
  Json view{{"components", Json::array()}};
  show_choice(1, "the pump", candidates("the pump", jobs(rows), {}, job(3)), view);
  EXPECT_EQ(view["components"][0]["rows"].size(), 5U);
  EXPECT_EQ(view["components"][0]["rest"], 3);
}

TEST(NamedRow, IsReadOrToldWrong) {
  EXPECT_FALSE(named_row({{"command", "x"}}));
  const Json right{{"command", "x"}, {"row", {{"table", "jobs"}, {"key", {{"id", "17"}}}}}};
  EXPECT_EQ(row_mistake(right), "");
  EXPECT_TRUE(same_row(*named_row(right), job(17)));
  for (const char* row :
       {"7", "{}", R"({"table":"jobs"})", R"({"table":"jobs","key":{}})",
        R"({"table":1,"key":{"id":1}})", R"({"table":"jobs","key":{"id":[1]}})"}) {
    const Json wrong{{"command", "x"}, {"row", Json::parse(row)}};
    EXPECT_NE(row_mistake(wrong), "") << row;
    EXPECT_FALSE(named_row(wrong)) << row;
  }
}

}  // namespace
}  // namespace sr::host
