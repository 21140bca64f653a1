// bench/window/bench_window.h - `state-runtime bench window DEPLOYMENT`: what a window of a large table
// costs.
//
// Makes a table of its own in a database of its own (with PostgreSQL in schemas of its own, dropped at
// the end), and fills a component from it as a screen does: the first rows, others, sorted, searched,
// each with and without counting all rows, and once without an index and with too little time.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct BenchWindowArgs {
  std::string file;
  std::vector<std::string> overrides;
  int rows = 1'000'000;
  int times = 50;
};

void add_bench_window(CLI::App& command, BenchWindowArgs& args);
int bench_window_command(const BenchWindowArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
