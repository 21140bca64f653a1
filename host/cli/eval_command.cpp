#include "host/cli/eval_command.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>

#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/cases/spoken_report.h"
#include "host/cli/cases/tally.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/texts.h"
#include "host/config/yaml.h"

namespace sr::host {
namespace fs = std::filesystem;

namespace {

// Of case lists.
struct CaseReport {
  std::map<std::string, Tally> kinds;
  Tally total;
  Json failures = Json::array();

  void add(const Case& test, const std::vector<std::string>& why) {
    kinds[test.kind].add(why.empty());
    total.add(why.empty());
    if (why.empty()) return;
    Json failure;
    failure["case"] = test.name;
    failure["kind"] = test.kind;
    failure["file"] = config::display_path(test.file);
    failure["line"] = test.steps.empty() ? 0 : test.steps.front().at.line;
    failure["why"] = why;
    failures.push_back(std::move(failure));
  }
  Json json() const {
    Json out;
    out["kinds"] = Json::object();
    for (const auto& [kind, tally] : kinds) {
      out["kinds"][kind] = {{"right", tally.right}, {"of", tally.of}};
    }
    out["failures"] = failures;
    return out;
  }
};

void print_row(std::ostream& out, const std::string& kind, const Tally& tally) {
  out << fmt::format("{:<16}{:>6} of {:<6}{:>7.1f} %\n", kind, tally.right, tally.of,
                     100 * tally.share());
}

// What the paths hold: lists of cases, and apps with what is said to them.
struct Selected {
  std::vector<Case> cases;
  std::vector<SpokenApp> spoken;
};

Selected selected_by(const EvalArgs& args, const App& base, config::Diagnostics& diagnostics) {
  Selected out;
  for (const auto& path : args.cases) {
    if (!fs::exists(path)) throw StartError("[eval] there is no file or folder " + path);
    for (const auto& file : yaml_files(path, {}, diagnostics)) {
      const auto root = config::read_yaml(file, diagnostics);
      if (!root) continue;
      if (is_spoken(*root)) {
        out.spoken.push_back(read_spoken(*root, file, base, diagnostics));
      } else {
        read_case_list(*root, file, diagnostics, out.cases);
      }
    }
  }
  if (args.kinds.empty()) return out;
  const auto other = [&](const auto& of) {
    return std::find(args.kinds.begin(), args.kinds.end(), of.kind) == args.kinds.end();
  };
  std::erase_if(out.cases, other);
  for (auto& app : out.spoken) {
    std::erase_if(app.talks,
                  [&](const Talk& talk) { return std::all_of(talk.begin(), talk.end(), other); });
  }
  return out;
}

CaseReport play_cases(const EvalArgs& args, const CheckedDeployment& checked,
                      const std::vector<Case>& cases, const fs::path& scratch, std::ostream& out) {
  CaseReport report;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& test = cases[i];
    const auto folder = scratch / std::to_string(i);
    auto mine = args.overrides;
    if (!test.app.empty()) mine.push_back("app=" + test.app.string());
    mine.push_back(own_database(checked.deployment, folder));
    const auto why = run_case(test, args.deployment, mine, folder);
    report.add(test, why);
    if (!why.empty() && !args.quiet) {
      out << "wrong   " << test.name << '\n';
      for (const auto& reason : why) out << "        " << reason << '\n';
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  return report;
}

SpokenReport play_apps(const EvalArgs& args, const CheckedDeployment& checked,
                       const std::vector<SpokenApp>& apps, const fs::path& scratch,
                       std::ostream& out) {
  SpokenReport report;
  const auto* store = checked.deployment.find("store", checked.deployment.pipeline.store);
  if (!apps.empty() && store->type != "sqlite") {
    throw StartError("[eval] what is said to an app is judged in SQLite, and store " + store->name +
                     " is of type " + store->type +
                     "; use a deployment with a store of type sqlite");
  }
  for (const auto& app : apps) {
    const auto folder = scratch / app.app.name;
    auto mine = args.overrides;
    mine.push_back(own_database(checked.deployment, folder));
    const auto talks = play_spoken(app, args.deployment, mine, folder);
    report.add(app, talks);
    if (args.failures) {  // at once: many apps take minutes
      SpokenReport own;
      own.add(app, talks);
      own.print_failures(out);
      out.flush();
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  return report;
}

}  // namespace

void add_eval(CLI::App& command, EvalArgs& args) {
  command.add_option("deployment", args.deployment, "The deployment's YAML file")->required();
  add_texts(command, "cases", args.cases,
            "Lists of cases, apps with what is said to them, or folders of these")
      ->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  add_texts(command, "--kind", args.kinds, "Only cases of this kind");
  command.add_option("--json", args.json, "Write the result to this file");
  command.add_option("--min", args.min, "Fail when a smaller share is right")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--quiet", args.quiet, "Only the table");
  command.add_flag(
      "--failures", args.failures,
      "Each wrong turn of what is said to an app: what was wanted and written, and why");
}

int eval_command(const EvalArgs& args, std::ostream& out, std::ostream& err) {
  config::Diagnostics diagnostics;
  const auto checked = check_deployment(args.deployment, args.overrides, diagnostics);
  const auto wanted = selected_by(args, checked.app, diagnostics);
  diagnostics.print(err);
  if (!diagnostics.ok()) return kExitConfig;
  if (wanted.cases.empty() && wanted.spoken.empty()) {
    throw StartError("[eval] there are no cases to play");
  }

  const ScratchFolder scratch;
  const auto cases = play_cases(args, checked, wanted.cases, scratch.path(), out);
  for (const auto& [kind, tally] : cases.kinds) print_row(out, kind, tally);
  if (!wanted.cases.empty()) print_row(out, "all", cases.total);
  const auto spoken = play_apps(args, checked, wanted.spoken, scratch.path(), out);
  if (!wanted.spoken.empty()) spoken.print(out);
  if (!args.json.empty()) {
    auto result = cases.json();
    if (!wanted.spoken.empty()) result["spoken"] = spoken.json();
    std::ofstream file(args.json);
    file << result.dump(2) << '\n';
    if (!file) throw StartError("[eval] " + args.json + " cannot be written");
  }
  const auto right = cases.total.right + spoken.total().right;
  const auto of = cases.total.of + spoken.total().of;
  return static_cast<double>(right) < args.min * static_cast<double>(of) ? 1 : 0;
}

}  // namespace sr::host
