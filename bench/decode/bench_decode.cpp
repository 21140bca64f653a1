#include "bench/decode/bench_decode.h"

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <ostream>

#include "bench/common/samples.h"
#include "bench/decode/busy.h"
#include "bench/decode/long_run.h"
#include "bench/decode/models.h"
#include "bench/decode/single.h"
#include "bench/decode/written_turn.h"
#include "host/base/start_error.h"
#include "host/cli/texts.h"
#include "host/runtime/services.h"

namespace sr::host {

void add_bench_decode(CLI::App& command, BenchDecodeArgs& args) {
  command.add_option("--model", args.model, "The model's folder")->required();
  command.add_option("--backend", args.backend, "Type of the backend")->capture_default_str();
  add_texts(command, "--plugins", args.plugins, "A further directory of plugins");
  command.add_option("--weights", args.weights, "What matrices are held in; several, with commas")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--threads", args.threads, "How many threads; several, with commas")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--tokens", args.tokens, "Single tokens to measure")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  auto* busy = command.add_option("--busy", args.busy,
                                  "Only single tokens, alone and beside so many busy threads");
  auto* turns = command.add_option("--turns", args.turns,
                                   "Only turns of 40 tokens, so many, with a window");
  command.add_option("--window", args.window, "attention_window of --turns")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  auto* write = command.add_option(
      "--write", args.written,
      "Only turns that read 43 tokens and write so many under a JSON schema");
  for (auto* only : {busy, turns, write}) {
    only->check(CLI::PositiveNumber);
    for (auto* other : {busy, turns, write}) {
      if (other != only) only->excludes(other);
    }
  }
  command.add_option("--json", args.json_file, "Also write the figures to this file");
}

int bench_decode_command(const BenchDecodeArgs& args, const Registry& registry, std::ostream& out,
                         std::ostream& err) {
  boost::asio::io_context io;
  const Services services(io);
  std::optional<bench::Models> models;
  try {
    models.emplace(registry, args.backend, args.model, services.api());
  } catch (const StartError& error) {
    err << "error: " << error.what() << '\n';
    return 1;
  }
  out << bench::machine() << '\n';
  const bool single = args.busy == 0 && args.turns == 0 && args.written == 0;
  if (single) bench::print_single_head(out);
  auto rows = Json::array();
  for (const auto& weights : args.weights) {
    if (args.busy > 0) {
      const auto more =
          bench::beside_busy(*models, weights, args.threads, args.busy, args.tokens, out);
      rows.insert(rows.end(), more.begin(), more.end());
      continue;
    }
    for (const int threads : args.threads) {
      const bench::How how{weights, threads, args.turns > 0 ? args.window : 0};
      rows.push_back(args.turns > 0 ? bench::long_run(*models, how, args.turns, out)
                     : args.written > 0
                         ? bench::written_turn(*models, how, args.written, registry, io,
                                               services.api(), out)
                         : bench::single_tokens(*models, how, args.tokens, out));
    }
  }
  if (!args.json_file.empty()) {
    std::ofstream file(args.json_file);
    file << Json{{"machine", bench::machine()}, {"rows", std::move(rows)}}.dump(2) << '\n';
    if (!file) throw StartError("[bench] cannot write " + args.json_file);
  }
  return 0;
}

}  // namespace sr::host
