#include "bench/turn/bench_turn.h"

#include <spdlog/fmt/fmt.h>

#include <fstream>
#include <mutex>
#include <ostream>
#include <sstream>
#include <thread>

#include "bench/common/client.h"
#include "bench/common/samples.h"
#include "bench/common/scratch_deployment.h"
#include "host/base/start_error.h"
#include "host/cli/texts.h"

namespace sr::host {
namespace {

using bench::Samples;

constexpr int kWarmUp = 20;

struct CountColumn {
  const char* name;
  std::uint32_t Timings::*count;
};
// What the model did: forwards, and the tokens that it read before it wrote, chose, and was given
// because the grammar left no choice; of the last two, how many were read ahead of the choice.
constexpr CountColumn kCounts[] = {{"model steps", &Timings::model_steps},
                                   {"tokens read", &Timings::prompt_tokens},
                                   {"chosen", &Timings::sampled_tokens},
                                   {"forced", &Timings::forced_tokens},
                                   {"drafted", &Timings::ahead_tokens}};

// What one series of clicks cost. The observer writes from the executor's thread.
class Series {
 public:
  void add(const Timings& timings) {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < std::size(kStepTimes); ++i) {
      steps_[i].add(timings.*kStepTimes[i].ms);
      all_ms_ += timings.*kStepTimes[i].ms;
    }
    for (std::size_t i = 0; i < std::size(kCounts); ++i) {
      counts_[i].add(static_cast<double>(timings.*kCounts[i].count));
    }
    grammar_.add(timings.mask);
    grammar_ms_ += timings.mask;
  }
  void add_round_trip(double ms) { round_trip_.add(ms); }

  Json json() const {
    Json steps;
    for (std::size_t i = 0; i < std::size(kStepTimes); ++i) steps[kStepTimes[i].name] = steps_[i].json();
    Json out;
    out["steps"] = std::move(steps);
    for (std::size_t i = 0; i < std::size(kCounts); ++i) {
      out["model"][kCounts[i].name] =
          Json{{"p50", counts_[i].percentile(50)}, {"p99", counts_[i].percentile(99)}};
    }
    out["grammar"] = grammar_.json();
    out["grammar_share"] = share();
    out["round_trip"] = round_trip_.json();
    return out;
  }
  void print(const char* title, std::ostream& out) const {
    out << fmt::format("\n{} ({} clicks)\n  {:<12}{:>10}{:>10}\n", title, round_trip_.size(), "step",
                       "p50 ms", "p99 ms");
    for (std::size_t i = 0; i < std::size(kStepTimes); ++i) {
      out << fmt::format("  {:<12}{:>10.3f}{:>10.3f}\n", kStepTimes[i].name, steps_[i].percentile(50),
                         steps_[i].percentile(99));
    }
    out << fmt::format("  {:<12}{:>10.3f}{:>10.3f}\n", "round trip", round_trip_.percentile(50),
                       round_trip_.percentile(99));
    out << fmt::format("  {:<12}{:>10.3f}{:>10.3f}   {:.2f} % of the turns, within decode\n",
                       "grammar", grammar_.percentile(50), grammar_.percentile(99), 100 * share());
    for (std::size_t i = 0; i < std::size(kCounts); ++i) {
      out << fmt::format("  {:<12}{:>10.0f}{:>10.0f}   a click\n", kCounts[i].name,
                         counts_[i].percentile(50), counts_[i].percentile(99));
    }
  }

 private:
  // Of the time of all turns, what masks, accepting tokens and forced runs took.
  double share() const { return all_ms_ > 0 ? grammar_ms_ / all_ms_ : 0; }

  std::mutex mutex_;
  Samples steps_[std::size(kStepTimes)];
  Samples counts_[std::size(kCounts)];
  Samples round_trip_, grammar_;
  double all_ms_ = 0, grammar_ms_ = 0;
};

std::vector<Json> payloads(const BenchTurnArgs& args) {
  std::vector<Json> out;
  for (const auto& text : args.clicks) {
    out.push_back(Json::parse(text, nullptr, /*allow_exceptions=*/false));
    if (!out.back().is_object()) throw StartError("[bench] --click is not a JSON object: " + text);
  }
  return out;
}

}  // namespace

void add_bench_turn(CLI::App& command, BenchTurnArgs& args) {
  command.add_option("deployment", args.file, "The deployment's YAML file")->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  command.add_option("--turns", args.turns, "Clicks in each series")->capture_default_str();
  command.add_option("--pause", args.pause_ms, "Milliseconds between clicks of the first series")
      ->capture_default_str();
  command.add_option("--json", args.json_file, "Also write the figures to this file");
  args.clicks = {R"({"user_action":"resolve_alert","alert_id":2})",
                 R"({"user_action":"reopen_alert","alert_id":2})"};
  add_texts(command, "--click", args.clicks, "A payload to click with; several take turns");
}

int bench_turn_command(const BenchTurnArgs& args, std::ostream& out, std::ostream& err) {
  bench::ScratchDeployment scratch(args.file, args.overrides, err);
  if (!scratch.parts()) return kExitConfig;

  Series paused, back_to_back;
  std::atomic<Series*> current = nullptr;
  const auto observe = [&current](Runtime& runtime) {
    runtime.observe([&current](const Event& event, const TurnOutcome& outcome) {
      if (auto* series = current.load(); series != nullptr && event.kind == EventKind::kClick) {
        series->add(outcome.timings);
      }
    });
  };
  scratch.serve(observe, [&](const std::string& address) {
    const auto clicks = payloads(args);
    bench::Client client(address);
    std::size_t next = 0;
    const auto click = [&] { return client.click(clicks[next++ % clicks.size()]); };
    for (int i = 0; i < kWarmUp; ++i) click();
    const auto pause = std::chrono::milliseconds(args.pause_ms);
    std::this_thread::sleep_for(pause);
    current = &paused;
    for (int i = 0; i < args.turns; ++i) {
      paused.add_round_trip(click());
      std::this_thread::sleep_for(pause);
    }
    current = &back_to_back;
    for (int i = 0; i < args.turns; ++i) back_to_back.add_round_trip(click());
  });

  out << bench::machine() << '\n';
  paused.print(fmt::format("{} ms between clicks", args.pause_ms).c_str(), out);
  back_to_back.print("back to back", out);
  if (!args.json_file.empty()) {
    Json json;
    json["machine"] = bench::machine();
    json["turns"] = args.turns;
    json.update(paused.json());
    json["back_to_back"] = back_to_back.json();
    std::ofstream file(args.json_file);
    file << json.dump(2) << '\n';
    if (!file) throw StartError("[bench] cannot write " + args.json_file);
  }
  return 0;
}

}  // namespace sr::host
