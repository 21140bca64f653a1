// host/cli/eval_command.h - `state-runtime eval DEPLOYMENT CASES…`: how many cases a backend gets
// right, by kind (docs/evaluation.md).
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct EvalArgs {
  std::string deployment;
  std::vector<std::string> cases;  // files, or folders of them
  std::vector<std::string> overrides;
  std::string json;                // where the result goes as JSON; empty: nowhere
  std::vector<std::string> kinds;  // only these; empty: all
  double min = 0;                  // the share that must be right
  bool quiet = false;              // no line for every wrong case
  bool failures = false;           // every wrong turn of what is said to an app
};

void add_eval(CLI::App& command, EvalArgs& args);
// 0, or 1 when fewer than `min` came out right. Throws StartError.
int eval_command(const EvalArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
