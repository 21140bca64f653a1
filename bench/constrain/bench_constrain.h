// bench/constrain/bench_constrain.h - `state-runtime bench constrain`: what constraining costs.
//
// Compiles each schema of bench/data/constrain, walks its document token by token with a real
// vocabulary, and times masks and accepted tokens: where a position is new (cold), and where it
// has been before (warm). Beside them stand the floor, a copy of one mask in the same run, what
// other libraries need, and the goal. The numbers of others were measured on another machine.
// Says, too, whether forced runs change what a model writes.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct BenchConstrainArgs {
  std::string data = "bench/data/constrain";
  std::vector<std::string> tokenizers;  // tokenizer.json files
  std::string deployment;               // whose app's targets are measured, too; may be empty
  std::vector<std::string> search;
  std::string forced;              // a deployment whose model answers with and without forced runs
  std::vector<std::string> cases;  // the events that it answers, beside its own tests
  std::string json_file;
  int rounds = 20;
};

void add_bench_constrain(CLI::App& command, BenchConstrainArgs& args);
int bench_constrain_command(const BenchConstrainArgs& args, std::ostream& out);

}  // namespace sr::host
