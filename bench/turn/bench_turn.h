// bench/turn/bench_turn.h - `state-runtime bench turn DEPLOYMENT`: what one click costs.
//
// Starts the deployment on a database of its own (with PostgreSQL in schemas of its own, dropped at
// the end), with its WebSocket transport on a free port, and clicks over a real connection: first
// with a pause between clicks, then each as soon as the last one has painted. Prints p50 and p99 of
// every step of the turn and of the round trip, and how many forwards and tokens of the model a
// click took.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct BenchTurnArgs {
  std::string file, json_file;
  std::vector<std::string> overrides;
  std::vector<std::string> clicks;  // payloads, sent in turn
  int turns = 1000;
  int pause_ms = 20;
};

void add_bench_turn(CLI::App& command, BenchTurnArgs& args);
int bench_turn_command(const BenchTurnArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
