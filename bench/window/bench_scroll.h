// bench/window/bench_scroll.h - `state-runtime bench scroll DEPLOYMENT`: two people move over a
// large table while a third changes rows of it.
//
// The whole host over real WebSockets, with a database of its own, an app of one table, a screen
// that it declares and an action with a statement, so that no model is asked. First each alone,
// then all at once: every change also repaints what the other two look at.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct BenchScrollArgs {
  std::string file;
  std::vector<std::string> overrides;
  int rows = 1'000'000;
  int times = 200;
};

void add_bench_scroll(CLI::App& command, BenchScrollArgs& args);
int bench_scroll_command(const BenchScrollArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
