#include "bench/decode/long_run.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "bench/common/samples.h"
#include "bench/decode/reader.h"

namespace sr::bench {
namespace {

constexpr std::size_t kTurn = 40;
constexpr int kYoungEvery = 4;    // turns of the carried sequence
constexpr int kReadTogether = 25;  // turns, when the whole log is read again

std::vector<std::int32_t> tokens_of(int turn, int vocabulary) {
  return some_tokens(kTurn, vocabulary, static_cast<std::uint32_t>(turn));
}

// How far the log-probabilities of what may follow are apart at most, once another sequence has
// read the same turns in longer pieces.
double against_replay(Reader& carried, Reader& fresh, int turns, int vocabulary) {
  std::vector<std::int32_t> log;
  for (int turn = 0; turn < turns; ++turn) {
    const auto more = tokens_of(turn, vocabulary);
    log.insert(log.end(), more.begin(), more.end());
    if ((turn + 1) % kReadTogether != 0 && turn + 1 != turns) continue;
    fresh.step(log);
    log.clear();
  }
  const auto mine = carried.scores(), others = fresh.scores();
  double worst = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(mine[i]) - others[i]));
  }
  return worst;
}

}  // namespace

host::Json long_run(const Models& models, const How& how, int turns, std::ostream& out) {
  const auto backend = models.load(how);
  const int vocabulary = backend.vocabulary().size;
  const int part = std::max(1, turns / 10);
  Reader carried(backend), young_base(backend), young(backend);
  for (int turn = 0; turn <= how.window / static_cast<int>(kTurn); ++turn) {
    young_base.step(tokens_of(turn, vocabulary));
  }
  auto medians = host::Json::array(), young_medians = host::Json::array();
  std::vector<double> ratios;
  out << fmt::format("{}, {} threads: turns of {} tokens, window {}\n", how.weights, how.threads,
                     kTurn, how.window);
  for (int first = 0; first < turns; first += part) {
    const int last = std::min(turns, first + part);
    Samples times, young_times;
    for (int turn = first; turn < last; ++turn) {
      const auto tokens = tokens_of(turn, vocabulary);
      times.add(carried.step(tokens));
      if (turn % kYoungEvery != 0) continue;
      young.fork(young_base);
      young_times.add(young.step(tokens));
    }
    medians.push_back(times.percentile(50));
    young_medians.push_back(young_times.percentile(50));
    ratios.push_back(times.percentile(50) / young_times.percentile(50));
    out << fmt::format("  {:>6} to {:>6}: median {:.3f} ms a turn, {:.3f} of a young sequence's\n",
                       first + 1, last, times.percentile(50), ratios.back())
        << std::flush;
  }
  const auto second = std::min<std::size_t>(1, ratios.size() - 1);
  const auto flat = medians.back().get<double>() / medians[second].get<double>();
  const auto flat_of_young = ratios.back() / ratios[second];
  Reader fresh(backend);
  const auto worst = against_replay(carried, fresh, turns, vocabulary);
  out << fmt::format("  the last part against the second: {:.3f}; beside a young sequence {:.3f}\n",
                     flat, flat_of_young)
      << fmt::format("  carried against read from the start: log-probabilities differ by {} at "
                     "most\n",
                     worst);
  auto row = models.row(how);
  row["turns"] = turns;
  row["turn_tokens"] = kTurn;
  row["window"] = how.window;
  row["median_ms"] = std::move(medians);
  row["young_median_ms"] = std::move(young_medians);
  row["last_against_second"] = flat;
  row["last_against_second_of_young"] = flat_of_young;
  row["carried_against_replayed"] = worst;
  return row;
}

}  // namespace sr::bench
