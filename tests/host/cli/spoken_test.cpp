// What is said to an app, played through the real runtime and judged by its effect: the file
// tests/cases/spoken/shop.yaml has each effect right and wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "host/app/load.h"
#include "host/base/start_error.h"
#include "host/cli/cases/query_text.h"
#include "host/cli/cases/same_value.h"
#include "host/cli/cases/spoken_report.h"
#include "host/cli/scratch_folder.h"
#include "host/config/yaml.h"
#include "host/plugins/registry.h"
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SR_SOURCE_DIR;

const App& base() {
  static const App app = [] {
    config::Diagnostics diagnostics;
    return load_app(kSource / "configs/apps/alerts", diagnostics);
  }();
  return app;
}

std::string text_of(const config::Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text);
  return text.str();
}

SpokenApp read_text(const std::string& text, config::Diagnostics& diagnostics) {
  const auto source = config::Source::file("shop.yaml", text);
  const auto root = config::decode_yaml(source, text, diagnostics);
  return root ? read_spoken(*root, "shop.yaml", base(), diagnostics) : SpokenApp();
}

std::string shop_text() {
  std::ifstream in(kSource / "tests/cases/spoken/shop.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The shop as it is written, played once.
struct Played {
  SpokenApp app;
  std::vector<PlayedTalk> talks;
};

const Played& shop() {
  static const Played played = [] {
    config::Diagnostics diagnostics;
    Played out;
    out.app = read_text(shop_text(), diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << text_of(diagnostics);
    const ScratchFolder folder;
    const auto file = folder.path() / "deployment.yaml";
    std::ofstream(file) << R"({"version": 1, "app": ")"
                        << (kSource / "configs/apps/alerts").string()
                        << R"(", "backends": {"main": {"type": "scripted", "rules": ")"
                        << (kSource / "tests/cases/spoken/rules.yaml").string() << R"("}},
"stores": {"facts": {"type": "sqlite", "path": "facts.db"}},
"transports": {"lines": {"type": "stdio"}},
"constrainers": {"json": {"type": "json_schema"}},
"pipeline": {"backend": "main", "store": "facts", "constrainer": "json"}})";
    out.talks = play_spoken(out.app, file, {}, folder.path(), plugins_linked_in);
    return out;
  }();
  return played;
}

// "right", "half", or the cause; of the first talk in which this is said, a line each turn.
std::string verdict_of(const std::string& said, std::size_t turns = 1) {
  for (const auto& talk : shop().talks) {
    if (talk[0].turn->said != said || talk.size() != turns) continue;
    std::string out;
    for (const auto& played : talk) {
      const auto& verdict = played.verdict;
      out += (out.empty() ? "" : "; ");
      out += verdict.half ? "half" : verdict.right ? "right" : verdict.cause;
    }
    return out;
  }
  return "not said";
}

struct Judged {
  std::string said, verdict;
};
void PrintTo(const Judged& j, std::ostream* out) { *out << j.said; }

class Spoken : public ::testing::TestWithParam<Judged> {};

TEST_P(Spoken, IsJudged) { EXPECT_EQ(verdict_of(GetParam().said), GetParam().verdict); }

INSTANTIATE_TEST_SUITE_P(
    Shop, Spoken,
    ::testing::Values(
        Judged{"lent out", "right"}, Judged{"lent out by day", "right"},
        Judged{"lent out by day with ties", "right"},
        Judged{"lent out the other way", "another order"},
        Judged{"lent out with notes", "other columns"}, Judged{"all in one", "too many rows"},
        Judged{"only one", "too few rows"},
        Judged{"of nobody with a hoover", "looks for a text that is nowhere"},
        Judged{"lost ones", "right"}, Judged{"with members", "right"},
        Judged{"without members", "other rows"},
        Judged{"look and write", "a change in place of a look"},
        Judged{"look refused", "refused by the model"}, Judged{"how many lent as a card", "right"},
        Judged{"how many lent as a list", "right"},
        Judged{"how many lent as another list", "no number on screen"},
        Judged{"number wrong", "another number"}, Judged{"number as a row", "right"},
        Judged{"the sander came back", "right"}, Judged{"the wrong one came back", "another row"},
        Judged{"came back and more", "more columns than wanted"},
        Judged{"came back without its day", "not all of the columns"},
        Judged{"only due 9 may 2026 and no state", "another column"},
        Judged{"lost it", "another value"}, Judged{"both came back", "right"},
        Judged{"both and only one came back", "not all of the rows"},
        Judged{"one and both came back", "more rows than wanted"},
        Judged{"nothing came back of 99", "no row was changed"},
        Judged{"came back as it was", "a change that changes nothing"},
        Judged{"shown in place", "a screen in place of a change"},
        Judged{"noted loosely that the cord is worn", "right"}, Judged{"note emptied", "right"},
        Judged{"noted otherwise The plug is worn.", "another value"},
        Judged{"jo takes a drill until 1 june 2026", "right"},
        Judged{"jo takes a saw until 1 june 2026", "another value"},
        Judged{"strike the plane", "right"}, Judged{"strike or keep", "right"},
        Judged{"that thing of jo", "half"}, Judged{"that thing of jo done", "changed something"},
        Judged{"that thing of jo shown", "a screen in place of a question"},
        Judged{"that thing of jo refused", "refused without asking back"},
        Judged{"burn it", "right"}, Judged{"burn it anyway", "changed something"},
        Judged{"burn it and show", "a screen in place of a refusal"},
        Judged{"scrap unknown 77", "right"}));

TEST(SpokenTalks, AreJudgedTurnByTurn) {
  EXPECT_EQ(verdict_of("the sander came back", 3), "right; right; right");
  EXPECT_EQ(verdict_of("nothing came back of 99", 2),
            "no row was changed; what is wanted cannot be, after an earlier mistake");
}

TEST(SpokenClicks, GoThroughWhatTheAppDeclares) {
  std::vector<std::string> verdicts;
  for (const auto& talk : shop().talks) {
    if (talk[0].turn->kind == "click" || talk[0].turn->kind == "submit") {
      verdicts.push_back(talk[0].verdict.right ? "right" : talk[0].verdict.cause);
    }
  }
  EXPECT_EQ(verdicts, (std::vector<std::string>{"right", "right", "refused by the app", "right"}));
}

TEST(SpokenReport, CountsWhatMustNotBe) {
  SpokenReport report;
  report.add(shop().app, shop().talks);
  const auto json = report.json();
  EXPECT_EQ(json["apps"], 1);
  EXPECT_EQ(json["not_asked_back"], 1);
  EXPECT_EQ(json["wrote_though_it_must_not"]["count"], 3);  // a look, a question back, a refusal
  EXPECT_EQ(json["refused_though_it_must_not"]["count"], 8);
  EXPECT_EQ(json["talks"]["of"], 3);
  EXPECT_EQ(json["talks"]["right"], 1);
  EXPECT_EQ(json["kinds"]["ambiguous"]["right"], 1);
  EXPECT_EQ(json["kinds"]["ambiguous"]["of"], 4);
  EXPECT_EQ(json["causes"]["another row"], 1);
  std::ostringstream failures, table;
  report.print_failures(failures);
  EXPECT_NE(failures.str().find("why     another row: wanted loans 10: state 'out' → 'back'; "
                                "done loans 11: state 'out' → 'back'"),
            std::string::npos)
      << failures.str();
  report.print(table);
  EXPECT_NE(table.str().find("wrote though it must not"), std::string::npos) << table.str();
}

TEST(Tally, HasWilsonsInterval) {
  Tally tally;
  for (int i = 0; i < 100; ++i) tally.add(i < 62);
  EXPECT_NEAR(tally.interval().low, 0.5221, 1e-4);
  EXPECT_NEAR(tally.interval().high, 0.7090, 1e-4);
  EXPECT_EQ(Tally().interval().low, 0);
  EXPECT_EQ(Tally().interval().high, 1);
}

TEST(SameValue, IsWhatItMeans) {
  EXPECT_TRUE(same_value(2, 2.0));
  EXPECT_TRUE(same_value(true, 1));
  EXPECT_FALSE(same_value("2", 2));
  EXPECT_FALSE(same_value(nullptr, ""));
  EXPECT_TRUE(same_value("2026-10-08 06:00", "2026-10-08T06:00:00"));
  EXPECT_TRUE(same_value("2026-10-08", "2026-10-08 00:00:00"));
  EXPECT_TRUE(same_value("06:00", "06:00:00"));
  EXPECT_FALSE(same_value("2026-10-08 06:00", "2026-10-08 06:00:01"));
  EXPECT_FALSE(same_value("score 12:00:00", "score 12:00"));
  EXPECT_TRUE(reads_as(100.0 / 3, 33.3));
  EXPECT_FALSE(reads_as(9.46, 9.5));
  EXPECT_FALSE(reads_as(100.0 / 3, 33));
}

TEST(QueryText, IsTakenApartOutsideOfBrackets) {
  const auto parts = parts_of_query(
      "SELECT a, (SELECT max(b) FROM t ORDER BY 1) FROM \"order\" WHERE c = 'limit, from' "
      "ORDER BY coalesce(a, b) DESC, \"x\" LIMIT 3");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->items, "a, (SELECT max(b) FROM t ORDER BY 1)");
  EXPECT_EQ(parts->rest, "FROM \"order\" WHERE c = 'limit, from'");
  EXPECT_EQ(parts->order, (std::vector<std::string>{"coalesce(a, b)", "\"x\""}));
  EXPECT_TRUE(parts->limited);
  EXPECT_TRUE(parts->plain);
  EXPECT_FALSE(parts_of_query("UPDATE t SET a = 1").has_value());
  EXPECT_EQ(texts_in("WHERE a = 'it''s' AND \"b'c\" = ''"), std::vector<std::string>{"it's"});
}

// The shop with one line changed, and what is said of it.
struct Mistake {
  std::string line, becomes, says;
};
void PrintTo(const Mistake& m, std::ostream* out) { *out << m.becomes; }

class SpokenMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(SpokenMistakes, AreToldAtTheirLine) {
  auto text = shop_text();
  const auto at = text.find(GetParam().line);
  ASSERT_NE(at, std::string::npos);
  const auto number =
      std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
  text.replace(at, GetParam().line.size(), GetParam().becomes);
  config::Diagnostics diagnostics;
  read_text(text, diagnostics);
  const auto told = text_of(diagnostics);
  EXPECT_NE(told.find("shop.yaml:" + number + ":"), std::string::npos) << told;
  EXPECT_NE(told.find(GetParam().says), std::string::npos) << told;
  EXPECT_EQ(diagnostics.errors(), 1U) << told;
}

INSTANTIATE_TEST_SUITE_P(
    Shop, SpokenMistakes,
    ::testing::Values(Mistake{"- { say: lent out, kind: filter, show:",
                              "- { say: lent out, kind: filtre, show:", "did you mean \"filter\""},
                      Mistake{"lost ones, kind: filter, show: \"SELECT loan_no FROM loans WHERE "
                              "state = 'lost'\", empty: true",
                              "lost ones, kind: filter", "has no effect, which is one of"},
                      Mistake{"- { say: lost ones, kind: filter,",
                              "- { say: lost ones, undo: true, kind: filter,", "effect is one of"},
                      Mistake{"refuse: not_allowed }\n", "refuse: not_alowed }\n",
                              "did you mean \"not_allowed\""},
                      Mistake{"- { say: strike the plane,",
                              "- { say: strike, click: { user_action: x },", "event is one of"},
                      Mistake{"on: loan,", "on: lone,", "there is no screen \"lone\""},
                      Mistake{"type: form,", "type: toast,", "table, metric, chart, form"},
                      Mistake{"screens:\n  home:", "screens:\n  start:", "screens lacks \"home\""},
                      Mistake{"values: { loan_no: 11, due: 2026-06-01 }", "values: 11",
                              "must be a mapping"},
                      Mistake{"delete: { where: [loan_no] }", "delete: { were: [loan_no] }",
                              "did you mean \"where\""}));

}  // namespace
}  // namespace sr::host::test
