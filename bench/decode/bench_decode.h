// bench/decode/bench_decode.h - `state-runtime bench decode --model DIR`: what reading and writing
// tokens costs on a backend, beside how fast the machine reads as many bytes.
//
// Goes through the backend's plugin, for each kind of weights and number of threads (single.h). Or
// instead: beside busy threads (busy.h), many turns on one sequence (long_run.h), or what a turn
// reads and writes under a JSON schema (written_turn.h).
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

#include "host/plugins/registry.h"

namespace sr::host {

struct BenchDecodeArgs {
  std::string model, backend = "cpu", json_file;
  std::vector<std::string> plugins;  // further directories
  std::vector<std::string> weights = {"bf16", "int8", "int4"};
  std::vector<int> threads = {1, 2};
  int tokens = 512;  // of each series of single ones
  int busy = 0;
  int turns = 0;
  int window = 256;
  int written = 0;
};

void add_bench_decode(CLI::App& command, BenchDecodeArgs& args);
int bench_decode_command(const BenchDecodeArgs& args, const Registry& registry, std::ostream& out,
                         std::ostream& err);

}  // namespace sr::host
