#include "host/cli/eval_command.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>

#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/texts.h"

namespace sr::host {
namespace fs = std::filesystem;

namespace {

struct Count {
  std::size_t right = 0, of = 0;
};

struct Tally {
  std::map<std::string, Count> kinds;
  Json failures = Json::array();

  void add(const Case& test, const std::vector<std::string>& why) {
    auto& count = kinds[test.kind];
    ++count.of;
    if (why.empty()) {
      ++count.right;
      return;
    }
    Json failure;
    failure["case"] = test.name;
    failure["kind"] = test.kind;
    failure["file"] = config::display_path(test.file);
    failure["line"] = test.steps.empty() ? 0 : test.steps.front().at.line;
    failure["why"] = why;
    failures.push_back(std::move(failure));
  }
  Count total() const {
    Count all;
    for (const auto& [kind, count] : kinds) {
      all.right += count.right;
      all.of += count.of;
    }
    return all;
  }
  Json json() const {
    Json out;
    out["kinds"] = Json::object();
    for (const auto& [kind, count] : kinds) {
      out["kinds"][kind] = {{"right", count.right}, {"of", count.of}};
    }
    out["failures"] = failures;
    return out;
  }
};

void print_row(std::ostream& out, const std::string& kind, const Count& count) {
  const double share = count.of == 0 ? 0 : 100.0 * double(count.right) / double(count.of);
  out << fmt::format("{:<16}{:>6} of {:<6}{:>7.1f} %\n", kind, count.right, count.of, share);
}

std::vector<Case> cases_of(const EvalArgs& args, config::Diagnostics& diagnostics) {
  std::vector<Case> cases;
  for (const auto& path : args.cases) {
    if (!fs::exists(path)) throw StartError("[eval] there is no file or folder " + path);
    auto some = load_case_lists(path, diagnostics);
    std::move(some.begin(), some.end(), std::back_inserter(cases));
  }
  if (!args.kinds.empty()) {
    std::erase_if(cases, [&](const Case& test) {
      return std::find(args.kinds.begin(), args.kinds.end(), test.kind) == args.kinds.end();
    });
  }
  return cases;
}

}  // namespace

void add_eval(CLI::App& command, EvalArgs& args) {
  command.add_option("deployment", args.deployment, "The deployment's YAML file")->required();
  add_texts(command, "cases", args.cases, "Case files, or folders of them")->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  add_texts(command, "--kind", args.kinds, "Only cases of this kind");
  command.add_option("--json", args.json, "Write the result to this file");
  command.add_option("--min", args.min, "Fail when a smaller share is right")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--quiet", args.quiet, "Only the table");
}

int eval_command(const EvalArgs& args, std::ostream& out, std::ostream& err) {
  config::Diagnostics diagnostics;
  const auto checked = check_deployment(args.deployment, args.overrides, diagnostics);
  const auto cases = cases_of(args, diagnostics);
  diagnostics.print(err);
  if (!diagnostics.ok()) return kExitConfig;
  if (cases.empty()) throw StartError("[eval] there are no cases to play");

  const ScratchFolder scratch;
  Tally tally;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& test = cases[i];
    const auto folder = scratch.path() / std::to_string(i);
    auto mine = args.overrides;
    if (!test.app.empty()) mine.push_back("app=" + test.app.string());
    mine.push_back(own_database(checked.deployment, folder));
    const auto why = run_case(test, args.deployment, mine, folder);
    tally.add(test, why);
    if (!why.empty() && !args.quiet) {
      out << "wrong   " << test.name << '\n';
      for (const auto& reason : why) out << "        " << reason << '\n';
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  for (const auto& [kind, count] : tally.kinds) print_row(out, kind, count);
  const auto total = tally.total();
  print_row(out, "all", total);
  if (!args.json.empty()) {
    std::ofstream file(args.json);
    file << tally.json().dump(2) << '\n';
    if (!file) throw StartError("[eval] " + args.json + " cannot be written");
  }
  return double(total.right) < args.min * double(total.of) ? 1 : 0;
}

}  // namespace sr::host
