#include "bench/decode/bench_decode.h"

#include <spdlog/fmt/fmt.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

#include "bench/decode/bandwidth.h"
#include "bench/decode/reader.h"
#include "host/base/clock.h"
#include "host/base/start_error.h"
#include "host/plugins/model_tools.h"
#include "host/runtime/services.h"

namespace sr::host {
namespace {

using bench::Reader;
using bench::Samples;

// Threads that compute as long as this lives.
class Busy {
 public:
  explicit Busy(int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        volatile double x = 1;
        while (!stop_.load(std::memory_order_relaxed)) x = x * 0.999 + 1;
      });
    }
  }
  ~Busy() { stop_ = true; }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::jthread> threads_;
};

// Tokens that differ from each other, the same ones in every run.
std::vector<std::int32_t> some_tokens(std::size_t count, int vocabulary, std::uint32_t seed) {
  std::vector<std::int32_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525U + 1013904223U;
    out.push_back(static_cast<std::int32_t>((seed >> 8) % static_cast<std::uint32_t>(vocabulary)));
  }
  return out;
}

Options options_of(const BenchDecodeArgs& args, const sr_component& component,
                   const std::string& weights, int threads) {
  std::vector<OptionInput> inputs{{"model", args.model, {}, false},
                                  {"weights", weights, {}, false},
                                  {"threads", std::to_string(threads), {}, false}};
  if (args.turns > 0) {
    inputs.push_back({"attention_window", std::to_string(args.window), {}, false});
  }
  std::vector<OptionProblem> problems;
  auto options = Options::check(component, inputs, std::filesystem::current_path(), problems);
  for (const auto& problem : problems) {
    throw StartError("[bench] " + problem.option + " " + problem.what);
  }
  return options;
}

// One kind of weights on so many threads.
struct Figures {
  Samples one, run16, prompt64, fork;
  Samples memory;  // milliseconds to read as many bytes
};

Figures measure(const LoadedBackend& backend, const BenchDecodeArgs& args, std::uint64_t bytes,
                int threads) {
  constexpr int kBeforeFork = 64;  // so that all single tokens have about as much to look at
  const int vocabulary = backend.vocabulary().size;
  Figures out;
  const auto read_memory = [&] {
    const auto times = bench::read_times(bytes, threads);
    out.memory.add(times);
  };
  Reader base(backend), reader(backend);
  base.step(some_tokens(64, vocabulary, 1));
  read_memory();
  const Busy busy(args.busy);
  for (int i = 0; i < args.tokens; ++i) {
    if (i % kBeforeFork == 0) {
      const auto start = Clock::now();
      reader.fork(base);
      out.fork.add(ms_since(start));
    }
    const std::int32_t token[] = {reader.chosen()};
    out.one.add(reader.step(token));
  }
  for (int i = 0; i < std::max(5, args.tokens / 16); ++i) {
    reader.fork(base);
    out.run16.add(reader.step(some_tokens(16, vocabulary, static_cast<std::uint32_t>(i))));
  }
  for (int i = 0; i < std::max(3, args.tokens / 64); ++i) {
    reader.open();
    out.prompt64.add(reader.step(some_tokens(64, vocabulary, static_cast<std::uint32_t>(i))));
  }
  if (args.busy == 0) read_memory();
  return out;
}

Json row_of(const Figures& f, const BenchDecodeArgs& args, const std::string& weights, int threads,
            std::uint64_t bytes, std::uint64_t session_bytes) {
  const auto per_s = [&](const Samples& times, double p) {
    return static_cast<double>(bytes) / times.percentile(p) / 1e6;
  };
  Json out;
  out["model"] = std::filesystem::path(args.model).lexically_normal().filename().string();
  out["weights"] = weights;
  out["threads"] = threads;
  out["busy"] = args.busy;
  out["weight_bytes"] = bytes;
  out["session_bytes"] = session_bytes;
  out["ms_per_token"] = f.one.percentile(50);
  out["gb_per_s"] = per_s(f.one, 50);
  out["bandwidth_gb_per_s"] = per_s(f.memory, 50);
  out["fraction"] = f.memory.percentile(50) / f.one.percentile(50);
  out["best_ms_per_token"] = f.one.percentile(0);
  out["best_fraction"] = f.memory.percentile(0) / f.one.percentile(0);
  out["run16_ms"] = f.run16.percentile(50);
  out["run16_steps"] = f.run16.percentile(50) / f.one.percentile(50);
  out["prompt64_ms_per_token"] = f.prompt64.percentile(50) / 64;
  out["fork_ms"] = f.fork.percentile(50);
  return out;
}

void print_head(std::ostream& out) {
  out << fmt::format("{:<8}{:>8}{:>10}{:>10}{:>12}{:>12}{:>10}{:>10}{:>12}{:>10}\n", "weights",
                     "threads", "ms/token", "(best)", "GB/s read", "GB/s can", "fraction",
                     "run of 16", "prompt/tok", "fork ms");
}

void print(const Json& row, std::ostream& out) {
  const auto number = [&](const char* key) { return row.at(key).get<double>(); };
  out << fmt::format(
      "{:<8}{:>8}{:>10.3f}{:>10.3f}{:>12.1f}{:>12.1f}{:>9.0f}%{:>10.2f}{:>12.3f}{:>10.3f}\n",
      row.at("weights").get<std::string>(), row.at("threads").get<int>(), number("ms_per_token"),
      number("best_ms_per_token"), number("gb_per_s"), number("bandwidth_gb_per_s"),
      100 * number("fraction"), number("run16_ms"), number("prompt64_ms_per_token"),
      number("fork_ms"));
}

// Turns of 40 tokens, one after the other: is the last as fast as the first, and is what was
// carried the same as what a fresh sequence reads from the start?
Json turns(const LoadedBackend& backend, const BenchDecodeArgs& args, std::ostream& out) {
  constexpr std::size_t kTurn = 40;
  const int vocabulary = backend.vocabulary().size;
  const auto tokens = [&](int turn) {
    return some_tokens(kTurn, vocabulary, static_cast<std::uint32_t>(turn));
  };
  const int part = std::max(1, args.turns / 10);
  Reader carried(backend);
  auto medians = Json::array();
  out << fmt::format("turns of {} tokens, window {}\n", kTurn, args.window);
  for (int first = 0; first < args.turns; first += part) {
    const int last = std::min(args.turns, first + part);
    Samples times;
    for (int turn = first; turn < last; ++turn) times.add(carried.step(tokens(turn)));
    medians.push_back(times.percentile(50));
    out << fmt::format("  {:>6} to {:>6}: median {:.3f} ms a turn\n", first + 1, last,
                       times.percentile(50));
  }
  Reader replayed(backend);
  std::vector<std::int32_t> log;
  for (int turn = 0; turn < args.turns; ++turn) {
    const auto more = tokens(turn);
    log.insert(log.end(), more.begin(), more.end());
    if (turn % 25 != 24 && turn + 1 != args.turns) continue;
    replayed.step(log);
    log.clear();
  }
  const auto mine = carried.scores(), fresh = replayed.scores();
  double worst = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(mine[i]) - fresh[i]));
  }
  out << fmt::format("  carried against read from the start: log-probabilities differ by {} at most\n",
                     worst);
  return Json{{"turn_tokens", kTurn}, {"window", args.window}, {"median_ms", std::move(medians)},
              {"carried_against_replayed", worst}};
}

}  // namespace

void add_bench_decode(CLI::App& command, BenchDecodeArgs& args) {
  command.add_option("--model", args.model, "The model's folder")->required();
  command.add_option("--backend", args.backend, "Type of the backend")->capture_default_str();
  command.add_option("--plugins", args.plugins, "A further directory of plugins")->take_all();
  command.add_option("--weights", args.weights, "What matrices are held in; several, with commas")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--threads", args.threads, "How many threads; several, with commas")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--tokens", args.tokens, "Single tokens to measure")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--busy", args.busy, "Threads that compute beside")->capture_default_str();
  command.add_option("--turns", args.turns, "Only turns of 40 tokens, so many, with a window");
  command.add_option("--window", args.window, "attention_window of --turns")
      ->capture_default_str();
  command.add_option("--json", args.json_file, "Also write the figures to this file");
}

int bench_decode_command(const BenchDecodeArgs& args, const Registry& registry, std::ostream& out,
                         std::ostream& err) {
  boost::asio::io_context io;
  const Services services(io);
  const auto tools = ModelTools::find(registry, args.backend, services.api());
  if (!tools) {
    err << "error: " << tools.error().text() << '\n';
    return 1;
  }
  out << bench::machine() << '\n';
  if (args.turns == 0) print_head(out);
  Json rows = Json::array();
  for (const auto& weights : args.weights) {
    for (const int threads : args.threads) {
      const auto options = options_of(args, tools->component(), weights, threads);
      const auto model = Json::parse(or_start_error(tools->inspect(options)));
      const LoadedBackend backend(or_start_error(
          Instance::create(tools->component(), options, services.api(), "backend " + weights)));
      const auto bytes = model.at("weight_bytes").get<std::uint64_t>();
      if (args.turns > 0) {
        out << weights << ", " << threads << " threads: ";
        auto row = turns(backend, args, out);
        row["weights"] = weights;
        row["threads"] = threads;
        rows.push_back(std::move(row));
        continue;
      }
      rows.push_back(row_of(measure(backend, args, bytes, threads), args, weights, threads, bytes,
                            backend.describe().session_bytes));
      print(rows.back(), out);
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
