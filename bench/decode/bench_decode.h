// bench/decode/bench_decode.h - `state-runtime bench decode --model DIR`: what reading and writing
// tokens costs on a backend, beside how fast the machine reads as many bytes.
//
// Goes through the backend's plugin. For each kind of weights and number of threads: one token at a
// time, a forced run of 16, a prompt of 64, a fork; memory read by as many threads, in between.
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
  int busy = 0;      // threads that compute beside
  int turns = 0;     // of 40 tokens: only those, with a window
  int window = 256;
};

void add_bench_decode(CLI::App& command, BenchDecodeArgs& args);
int bench_decode_command(const BenchDecodeArgs& args, const Registry& registry, std::ostream& out,
                         std::ostream& err);

}  // namespace sr::host
