// state-runtime's commands, as a person runs them: exit status, output, sentences.
#include <gtest/gtest.h>

#include <fstream>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "tests/end_to_end/child.h"

namespace sr::test {
namespace {

namespace fs = std::filesystem;
using host::Json;
using host::ScratchFolder;

const std::string kSource = SR_SOURCE_DIR;
const std::string kStdio = kSource + "/configs/alerts-stdio.yaml";
constexpr int kConfigurationIsWrong = 78;

std::string facts_in(const ScratchFolder& folder) {
  return "stores.facts.path=" + (folder.path() / "facts.db").string();
}

TEST(Check, FindsFiveMistakesEachAtItsPlace) {
  const auto file = kSource + "/tests/cases/config/five_mistakes.yaml";
  const auto done = run({"check", file});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_EQ(done.out, "");
  int located = 0;
  std::istringstream lines(done.err);
  for (std::string line; std::getline(lines, line);) {
    if (!has(line, ": error: ")) continue;
    ++located;
    const auto place = line.substr(0, line.find(": error: "));
    const auto column = place.rfind(':');
    const auto row = place.rfind(':', column - 1);
    EXPECT_GT(std::stoi(place.substr(column + 1)), 0) << line;
    EXPECT_GT(std::stoi(place.substr(row + 1)), 0) << line;
  }
  EXPECT_EQ(located, 5) << done.err;
  EXPECT_TRUE(has(done.err, "5 errors")) << done.err;
  EXPECT_TRUE(has(done.err, "Nothing was started.")) << done.err;
}

TEST(Check, OfWhatShipsIsFine) {
  const auto done = run({"check", kStdio});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_TRUE(has(done.out, ": ok; app alerts")) << done.out;
}

TEST(Check, SaysWhatRunSaysOfTransports) {
  const ScratchFolder folder;
  const auto file = (folder.path() / "web.yaml").string();
  std::ofstream(file) << "version: 1\napp: " << kSource << "/configs/apps/alerts\n"
                      << "backends: { main: { type: scripted, rules: " << kSource
                      << "/configs/apps/alerts/scripted.yaml } }\n"
                      << "stores: { facts: { type: sqlite, path: facts.db } }\n"
                      << "transports:\n  web: { type: websocket, listen: 127.0.0.1:0, hosts: [a.example] }\n"
                      << "constrainers: { json: { type: json_schema } }\n"
                      << "pipeline: { backend: main, store: facts, constrainer: json }\n";
  EXPECT_EQ(run({"check", file}).status, 0) << run({"check", file}).err;
  for (const char* wrong :
       {"listen=127.0.0.1:99999", "listen=:8080", "hosts=[\"http://x\"]", "hosts=[\"a b\"]",
        "origins=[\"evil.example\"]", "origins=[\"https://x/path\"]", "path=ws", "send_low_water=2MiB"}) {
    const auto set = std::string("transports.web.") + wrong;
    const auto told = run({"check", file, "--set", set});
    EXPECT_EQ(told.status, kConfigurationIsWrong) << set;
    EXPECT_EQ(told.out, "") << set;
    const auto option = set.substr(0, set.find('='));
    EXPECT_TRUE(has(told.err, "error: " + option + ": ")) << told.err;
    EXPECT_EQ(told.err, run({"run", file, "--set", set}).err);
  }
}

TEST(Check, OfAFileThatIsNotThere) {
  const auto done = run({"check", "/nowhere/deployment.yaml"});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(done.err, "/nowhere/deployment.yaml")) << done.err;
}

TEST(CommandLine, MistakesEndWithStatusTwo) {
  EXPECT_EQ(run({}).status, 2);
  EXPECT_EQ(run({"fly"}).status, 2);
  EXPECT_EQ(run({"run"}).status, 2);
  EXPECT_EQ(run({"check", kStdio, "--loud"}).status, 2);
  EXPECT_EQ(run({"--help"}).status, 0);
  const auto version = run({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(version.out.starts_with("state-runtime ")) << version.out;
}

TEST(Eval, CountsByKindAndSaysWhatWentWrong) {
  const ScratchFolder folder;
  const auto file = (folder.path() / "result.json").string();
  const auto cases = kSource + "/tests/cases/eval/alerts.yaml";
  const auto done = run({"eval", kStdio, cases, "--json", file, "--set", facts_in(folder)});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_TRUE(has(done.out, "the rows of alerts have changed")) << done.out;

  std::ifstream stream(file);
  const auto result = Json::parse(stream);
  for (const auto* kind : {"click", "screen", "refusal"}) {
    EXPECT_EQ(result["kinds"][kind]["right"], 1) << kind << done.out;
    EXPECT_EQ(result["kinds"][kind]["of"], 2) << kind;
  }
  ASSERT_EQ(result["failures"].size(), 3u);
  EXPECT_EQ(result["failures"][1]["case"], "Other numbers are not");

  EXPECT_EQ(run({"eval", kStdio, cases, "--min", "0.5"}).status, 0);
  EXPECT_EQ(run({"eval", kStdio, cases, "--min", "0.6"}).status, 1);
}

TEST(Eval, PlaysWhatIsSaidToAnApp) {
  const ScratchFolder folder;
  const auto file = (folder.path() / "result.json").string();
  const auto shop = kSource + "/tests/cases/spoken/shop.yaml";
  const auto done = run({"eval", kStdio, shop, "--failures", "--json", file, "--kind", "click",
                         "--kind", "delete", "--set", facts_in(folder)});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_TRUE(has(done.out, "said    strike the plane")) << done.out;
  EXPECT_TRUE(has(done.out, "all turns (1 apps)")) << done.out;

  std::ifstream stream(file);
  const auto spoken = Json::parse(stream)["spoken"];
  EXPECT_EQ(spoken["kinds"]["click"]["right"], 2) << done.out;
  EXPECT_EQ(spoken["kinds"]["click"]["of"], 3) << done.out;
  EXPECT_EQ(spoken["all"]["of"], 5);
  ASSERT_EQ(spoken["turns"].size(), 5u);
  EXPECT_EQ(spoken["turns"][0]["said"], "strike the plane");

  std::ofstream(folder.path() / "shop.yaml") << "app: shop\nevents: []\n";
  const auto broken = run({"eval", kStdio, (folder.path() / "shop.yaml").string()});
  EXPECT_EQ(broken.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(broken.err, "lacks \"schema\": the tables")) << broken.err;
}

TEST(Eval, OfCasesThatCannotBeRead) {
  const ScratchFolder folder;
  const auto file = folder.path() / "cases.yaml";
  std::ofstream(file) << "app: nowhere\ncases:\n  - name: x\n    steps:\n"
                         "      - command: x\n        keys: 3\n        facts: changed\n";
  const auto done = run({"eval", kStdio, file.string()});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(done.err, "there is no folder")) << done.err;
  EXPECT_TRUE(has(done.err, "must be a list of values")) << done.err;
  EXPECT_TRUE(has(done.err, "unchanged")) << done.err;
  EXPECT_EQ(run({"eval", kStdio, "/nowhere"}).status, kConfigurationIsWrong);
}

TEST(StoreInit, CreatesSeedsAndCanBeRepeated) {
  const ScratchFolder folder;
  const auto first = run({"store", "init", kStdio, "--set", facts_in(folder)});
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_TRUE(has(first.out, "were created and seeded")) << first.out;
  const auto second = run({"store", "init", kStdio, "--set", facts_in(folder)});
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_TRUE(has(second.out, "nothing was done")) << second.out;
}

TEST(Run, WithoutTablesNamesTheCommandThatMakesThem) {
  const ScratchFolder folder;
  const auto done = run({"run", kStdio, "--set", facts_in(folder)});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(done.err, "the table \"alerts\"")) << done.err;
  EXPECT_TRUE(has(done.err, "state-runtime store init")) << done.err;
  EXPECT_TRUE(has(done.err, "Nothing was started.")) << done.err;
  EXPECT_EQ(done.out, "");
}

TEST(Run, WithARulesFileThatIsWrongSaysWhereInTheDeployment) {
  const ScratchFolder folder;
  const auto done = run({"run", kStdio, "--set", facts_in(folder), "--set",
                         "backends.main.misbehave=wrong_output"});
  EXPECT_EQ(done.status, kConfigurationIsWrong);
  EXPECT_TRUE(has(done.err, "misbehave_say")) << done.err;
}

TEST(Test, PassesForTheAppThatShips) {
  const auto done = run({"test", kStdio});
  EXPECT_EQ(done.status, 0) << done.out << done.err;
  EXPECT_TRUE(has(done.out, " passed, 0 failed")) << done.out;
}

TEST(Test, ACaseThatFailsSaysWhereAndWhatCame) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "wrong.yaml") << "name: Row 2 is left alone\n"
                                                 "steps:\n"
                                                 "  - click:\n"
                                                 "      payload: { user_action: resolve_alert, alert_id: 2 }\n"
                                                 "    view:\n"
                                                 "      /components/0/rows/1/status: open\n";
  const auto done = run({"test", kStdio, "--set", "tests=" + folder.path().string()});
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_TRUE(has(done.out, "FAILED  Row 2 is left alone")) << done.out;
  EXPECT_TRUE(has(done.out, "wrong.yaml:3: view /components/0/rows/1/status: expected \"open\", "
                            "got \"resolved\"")) << done.out;
  EXPECT_TRUE(has(done.out, "0 passed, 1 failed")) << done.out;
}

TEST(Test, AStepThatIsToldToSlowDownIsPlayedAgain) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "fast.yaml")
      << "name: One click after the other\nsteps:\n"
         "  - click: { payload: { user_action: resolve_alert, alert_id: 1 } }\n    ack: accepted\n"
         "  - click: { payload: { user_action: resolve_alert, alert_id: 2 } }\n    ack: accepted\n";
  const auto done = run({"test", kStdio, "--set", "tests=" + folder.path().string(), "--set",
                         "limits.event_burst=1", "--set", "limits.events_per_second=10"});
  EXPECT_EQ(done.status, 0) << done.out;
}

TEST(Test, AnyErrorIsAsGoodAsNone) {
  const ScratchFolder folder;
  const auto play = [&](const std::string& error) {
    std::ofstream(folder.path() / "any.yaml")
        << "name: Either\nsteps:\n"
           "  - command: fly me to the moon\n    error: " + error + "\n"
           "  - click: { payload: { user_action: resolve_alert, alert_id: 1 } }\n    error: " + error +
               "\n";
    return run({"test", kStdio, "--set", "tests=" + folder.path().string()});
  };
  EXPECT_EQ(play("any").status, 0);
  const auto refused = play("refused");
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(has(refused.out, "any.yaml:5: error: expected \"refused\", got \"\"")) << refused.out;
}

TEST(Plugins, ListNamesEveryOne) {
  const auto done = run({"plugins", "list", "--json"});
  EXPECT_EQ(done.status, 0) << done.err;
  const auto json = Json::parse(done.out);
  std::vector<std::string> types;
  for (const auto& component : json["components"]) types.push_back(component["type"].get<std::string>());
  for (const auto* type : {"scripted", "sqlite", "json_schema", "stdio", "websocket"}) {
    EXPECT_NE(std::find(types.begin(), types.end(), type), types.end()) << type << " in " << done.out;
  }
  EXPECT_EQ(json["refused"], Json::array()) << done.out;
  EXPECT_TRUE(has(run({"plugins", "list"}).out, "sqlite"));
}

TEST(Plugins, TheSchemaOfDeploymentsTakesWhatIsRightAndNothingElse) {
  const ScratchFolder folder;
  const auto file = folder.path() / "schema.json";
  const auto schema = run({"plugins", "schema"});
  EXPECT_EQ(schema.status, 0) << schema.err;
  std::ofstream(file) << schema.out;
  const std::string right =
      R"({"version":1,"app":"a","backends":{"main":{"type":"scripted","rules":"r.yaml"}},)"
      R"("stores":{"facts":{"type":"sqlite","path":"a.db","lock_timeout":"5s","connections":4,"cache":"8MiB"}},)"
      R"("transports":{"web":{"type":"websocket","origins":["https://a.example"],"max_connections":"${N:-10}"}},)"
      R"("constrainers":{"json":{"type":"json_schema"}},)"
      R"("pipeline":{"backend":"main","store":"facts","constrainer":"json"},"limits":{"message_size":"1MiB"}})";
  const auto check = [&](const std::string& text) {
    return run({"grammar", "check", "--schema", file.string(), "--warn", "minProperties", text});
  };
  EXPECT_EQ(check(right).status, 0) << check(right).out << check(right).err;
  const std::pair<const char*, const char*> mistakes[] = {
      {"\"version\":1", "\"version\":2"}, {"\"5s\"", "\"5 seconds\""},   {"\"rules\"", "\"rulse\""},
      {"scripted", "scriptde"},          {"\"cache\":\"8MiB\"", "\"cache\":\"8MB\""},
      {":4,", ":0,"},                    {"\"main\":", "\"2nd\":"},       {"\"path\":\"a.db\",", ""}};
  for (const auto& [there, instead] : mistakes) {
    auto wrong = right;
    wrong.replace(wrong.find(there), std::string_view(there).size(), instead);
    const auto done = check(wrong);
    EXPECT_NE(done.status, 0) << instead;
    EXPECT_TRUE(has(done.out, "refused at byte")) << done.out << done.err;
  }
}

TEST(Plugins, DescribeTellsTheOptions) {
  const auto done = run({"plugins", "describe", "store/sqlite"});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_TRUE(has(done.out, "lock_timeout")) << done.out;
  EXPECT_EQ(run({"plugins", "describe", "scripted"}).status, 0);
  const auto unknown = run({"plugins", "describe", "store/sqlit"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_TRUE(has(unknown.err, "sqlite")) << unknown.err;
}

// The shape that later measurements and their readers rely on; no figure is judged here.
TEST(Bench, TurnWritesWhatTheGuidePromises) {
  const ScratchFolder folder;
  const auto deployment = folder.path() / "bench.yaml";
  std::ofstream(deployment) << "version: 1\napp: " << kSource << "/configs/apps/alerts\n"
                            << "backends: { main: { type: scripted, rules: " << kSource
                            << "/configs/apps/alerts/scripted.yaml } }\n"
                            << "stores: { facts: { type: sqlite, path: facts.db } }\n"
                            << "transports: { web: { type: websocket, listen: 127.0.0.1:1 } }\n"
                            << "constrainers: { json: { type: json_schema } }\n"
                            << "pipeline: { backend: main, store: facts, constrainer: json }\n";
  const auto file = folder.path() / "turn.json";
  const auto done = run({"bench", "turn", deployment.string(), "--turns", "50", "--pause", "1",
                         "--json", file.string()});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_FALSE(fs::exists(folder.path() / "facts.db"));  // it works on a database of its own
  std::ifstream in(file);
  const auto json = Json::parse(in);
  EXPECT_TRUE(json["machine"].is_string());
  EXPECT_EQ(json["turns"], 50);
  for (const auto* series : {&json, &json["back_to_back"]}) {
    for (const auto* step : {"wait", "accept", "read", "decode", "act", "paint", "commit", "settle"}) {
      const auto& figures = series->at("steps").at(step);
      EXPECT_TRUE(figures["p50_ms"].is_number()) << step;
      EXPECT_GE(figures["p99_ms"].get<double>(), figures["p50_ms"].get<double>()) << step;
    }
    EXPECT_GT(series->at("round_trip").at("p50_ms").get<double>(), 0);
    const auto& model = series->at("model");
    const auto p50 = [&](const char* count) { return model.at(count).at("p50").get<double>(); };
    EXPECT_GT(p50("tokens read"), 0);
    EXPECT_GT(p50("chosen"), 0);
    EXPECT_GT(p50("forced"), p50("chosen")) << "most of a statement follows from the grammar";
    // The same click came before: its prompt is one forward, and the draft of its answer another.
    EXPECT_EQ(p50("model steps"), 2);
    EXPECT_GT(p50("drafted"), 0);
  }
  EXPECT_TRUE(has(done.out, "round trip")) << done.out;
}

TEST(Bench, WithoutAWebSocketSaysSo) {
  const auto done = run({"bench", "turn", kStdio, "--turns", "1"});
  EXPECT_NE(done.status, 0);
  EXPECT_TRUE(has(done.err, "no WebSocket transport")) << done.err;
}

}  // namespace
}  // namespace sr::test
