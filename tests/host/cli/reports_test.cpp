// Faults that other systems had: each file of tests/cases/reports is played on every store that it
// names, through the real runtime. tests/cases/reports/README.md says what a file holds.
#include <gtest/gtest.h>

#include <fstream>

#include "host/app/case_file.h"
#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/scratch_folder.h"
#include "host/config/read.h"
#include "host/config/yaml.h"
#include "host/runtime/rights.h"
#include "host/session/log_text.h"
#include "tests/host/runtime/stage.h"
#include "tests/plugins/stores/postgres/server.h"

extern "C" {
const sr_plugin* sr_plugin_v1_postgres(void);
}

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;
using config::Diagnostics;
using config::Node;

const fs::path kSource = SR_SOURCE_DIR;

struct Report {
  fs::path file;
  std::string engine;
};

void PrintTo(const Report& r, std::ostream* out) { *out << r.file.stem() << " on " << r.engine; }

// The engines that a file names, without looking at the rest.
std::vector<std::string> engines_of(const fs::path& file) {
  Diagnostics diagnostics;
  const auto root = config::read_yaml(file, diagnostics);
  const auto* named = root && root->is_map() ? root->get("engines") : nullptr;
  std::vector<std::string> engines;
  if (named != nullptr) {
    for (const auto& item : named->items) engines.push_back(item.text);
  }
  // A file that names none is a test that fails and says so.
  if (engines.empty()) engines.emplace_back("none");
  return engines;
}

std::vector<Report> reports() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kSource / "tests/cases/reports")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Report> out;
  for (const auto& file : files) {
    for (auto& engine : engines_of(file)) out.push_back({file, std::move(engine)});
  }
  return out;
}

void linked_in(const config::Deployment& deployment, Registry& registry) {
  plugins_linked_in(deployment, registry);
  or_start_error(registry.add(sr_plugin_v1_postgres(), {}));
}

std::string text_of(const Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text);
  return text.str();
}

void expect_parts(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) {
    EXPECT_NE(text.find(part), std::string::npos) << "nothing of \"" << part << "\" in:\n" << text;
  }
}

Json list_of(const Node* node) { return node == nullptr ? Json::array() : config::to_json(*node); }

// What a file describes as an app and a deployment in a folder. JSON is YAML.
class ReportedApp {
 public:
  ReportedApp(const Node& root, Diagnostics& diagnostics) : map_(root, diagnostics, "a report") {
    map_.required("name", "one sentence: what must happen");
    map_.optional("from");
    map_.required("engines", "[sqlite], [postgres] or both");
    schema_ = map_.required("schema", "the tables");
    seed_ = map_.optional("seed");
    tables_ = map_.required("tables", "what the policy allows, as in app.yaml");
    functions_ = map_.optional("functions");
    grammar_ = map_.optional("grammar");
    screen_ = map_.required("screen", "the components of the first screen");
    rules_ = map_.optional("rules");
    rights_ = map_.optional("rights_say");
    start_ = map_.optional("start_says");
    steps_ = start_ != nullptr ? map_.optional("steps")
                               : map_.required("steps", "events, each with what must follow");
    map_.finish();
    if (diagnostics.ok() && steps_ != nullptr) {
      steps = read_steps(*steps_, diagnostics, /*others=*/true);
    }
    start_says = texts(start_, diagnostics);
    rights_say = texts(rights_, diagnostics);
  }

  fs::path write(const fs::path& folder) const {
    const auto app = folder / "app";
    fs::create_directories(app);
    fs::copy(kSource / "configs/apps/alerts/components", app / "components");
    std::ofstream(app / "schema.sql") << schema_->text;
    std::ofstream(app / "seed.sql") << (seed_ == nullptr ? std::string() : seed_->text);
    std::ofstream(app / "app.yaml") << app_yaml().dump();
    std::ofstream(app / "scripted.yaml") << rules_yaml().dump();
    const auto file = folder / "deployment.yaml";
    std::ofstream(file) << R"({"version": 1, "app": "app",
"backends": {"main": {"type": "scripted", "rules": "app/scripted.yaml"}},
"stores": {"facts": {"type": "sqlite", "path": "facts.db", "watch_interval": "20ms"}},
"transports": {"lines": {"type": "stdio"}},
"constrainers": {"json": {"type": "json_schema"}},
"pipeline": {"backend": "main", "store": "facts", "constrainer": "json"}})";
    return file;
  }

  std::vector<CaseStep> steps;
  std::vector<std::string> start_says;  // parts of why it does not start; empty: it starts
  std::vector<std::string> rights_say;  // parts of what `store check` says; empty: nothing

 private:
  static std::vector<std::string> texts(const Node* list, Diagnostics& diagnostics) {
    if (list == nullptr) return {};
    return config::read_list(*list, diagnostics).value_or(std::vector<std::string>());
  }
  bool may_write() const {
    for (const auto& table : tables_->members) {
      for (const auto* verb : {"insert", "update", "delete"}) {
        if (table.value.get(verb) != nullptr) return true;
      }
    }
    return false;
  }
  Json app_yaml() const {
    Json components = Json::object();
    for (const auto* name : {"AlertTable", "MetricCard", "LineChart", "SettingsForm",
                             "ToastNotification"}) {
      components[name] = std::string("components/") + name + ".json";
    }
    Json functions = {"count", "sum", "avg", "min", "max", "round", "coalesce", "lower", "upper",
                      "abs", "length"};
    if (functions_ != nullptr) functions = config::to_json(*functions_);
    Json policy{{"functions", functions}, {"tables", config::to_json(*tables_)}};
    if (grammar_ != nullptr) policy["grammar"] = grammar_->text;
    // A route to statements is an error where the policy allows none.
    Json routes{{"open", {{"targets", {"UIStateManifest"}}}},
                {"command", {{"targets", {"UIStateManifest", "Refusal"}}}}};
    if (may_write()) {
      routes["click"] = routes["submit"] = Json{{"targets", {"DatabaseAction"}}};
      routes["command"] = Json{{"targets", {"UIStateManifest", "DatabaseAction", "Refusal"}}};
    }
    return {{"version", 1},
            {"name", "report"},
            {"title", "Report"},
            {"prompt", "You run a screen."},
            {"schema", "schema.sql"},
            {"seed", "seed.sql"},
            {"components", components},
            {"routes", routes},
            {"policy", policy}};
  }
  // The screen answers `open`; what the model says to the rest stands in the file.
  Json rules_yaml() const {
    Json rules = list_of(rules_);
    rules.insert(rules.begin(),
                 Json{{"when", {{"open", {{"any", true}}}}},
                      {"say", {{"kind", "manifest"}, {"components", list_of(screen_)}}}});
    return {{"version", 1}, {"rules", rules}};
  }

  config::MapReader map_;
  const Node *schema_, *seed_, *tables_, *functions_, *grammar_, *screen_, *rules_, *rights_, *start_;
  const Node* steps_;
};

class Reports : public ::testing::TestWithParam<Report> {
 protected:
  // What turns the deployment to the store that the test is for.
  std::vector<std::string> overrides() {
    if (GetParam().engine == "sqlite") return {};
    auto& server = sr::test::PostgresServer::instance();
    database_ = server.fresh_database();
    return {"stores.facts={ type: postgres, url: \"" + server.url(database_) + "\", admin_url: \"" +
            server.url(database_, "postgres") + "\", role_prefix: sr_report_, roles: 6 }"};
  }
  std::function<void(const std::string&)> another_program() {
    if (GetParam().engine == "sqlite") {
      return [file = folder_.path() / "facts.db"](const std::string& sql) {
        OtherProgram(file).run(sql);
      };
    }
    return [this](const std::string& sql) {
      sr::test::PostgresServer::instance().run(database_, sql);
    };
  }

  const ScratchFolder folder_;
  std::string database_;
};

TEST_P(Reports, EndsWell) {
  const auto& engine = GetParam().engine;
  ASSERT_TRUE(engine == "sqlite" || engine == "postgres")
      << "`engines` is [sqlite], [postgres] or both, not " << engine;
  Diagnostics diagnostics;
  const auto root = config::read_yaml(GetParam().file, diagnostics);
  ASSERT_TRUE(root.has_value()) << text_of(diagnostics);
  const ReportedApp app(*root, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << text_of(diagnostics);

  const auto deployment = app.write(folder_.path());
  std::string said;
  try {
    with_stage(deployment, overrides(), folder_.path(), [&](host::Stage& stage, Player& player) {
      stage.another_program = another_program();
      std::string missing;
      for (const auto& s :
           missing_rights(stage.app(), or_start_error(stage.store().catalog()), stage.store()))
        missing += s + "\n";
      EXPECT_EQ(missing.empty(), app.rights_say.empty()) << missing;
      expect_parts(missing, app.rights_say);
      for (const auto& failure : play_steps(app.steps, stage, player)) ADD_FAILURE() << failure;
    }, linked_in);
  } catch (const StartError& error) {
    said = error.what();
  }
  EXPECT_EQ(said.empty(), app.start_says.empty()) << said;
  expect_parts(said, app.start_says);
}

// What one session's action reaches is painted in the others, too.
TEST(Stale, AnotherSessionShowsWhatAViewShows) {
  Diagnostics diagnostics;
  const auto root = config::read_yaml(kSource / "tests/cases/reports/stale_view.yaml", diagnostics);
  ASSERT_TRUE(root.has_value()) << text_of(diagnostics);
  const ReportedApp app(*root, diagnostics);
  const ScratchFolder folder;
  with_stage(app.write(folder.path()), {}, folder.path(), [&](host::Stage& stage, Player& player) {
    Player other(stage);
    CaseStep open, looks_on;
    EXPECT_EQ(other.play(open).trouble, "");
    looks_on.event = CaseStep::Event::kOutside;
    stage.another_program = [&](const std::string&) {
      for (const auto& failure : play_steps(app.steps, stage, player)) ADD_FAILURE() << failure;
    };
    EXPECT_EQ(other.play(looks_on).trouble, "");
    const auto& components = other.view()["components"];
    EXPECT_EQ(components[0]["rows"], Json::parse(R"([{"id":2,"name":"b"}])"));
    EXPECT_EQ(components[2]["value"], 1);
  }, linked_in);
}

std::string name_of(const ::testing::TestParamInfo<Report>& info) {
  return info.param.file.stem().string() + "_" + info.param.engine;
}

INSTANTIATE_TEST_SUITE_P(Files, Reports, ::testing::ValuesIn(reports()), name_of);

}  // namespace
}  // namespace sr::host::test
