#include "bench/decode/busy.h"

#include <spdlog/fmt/fmt.h>

#include <atomic>
#include <deque>
#include <optional>
#include <ostream>
#include <thread>

#include "bench/common/samples.h"
#include "bench/decode/reader.h"

namespace sr::bench {
namespace {

constexpr int kBlock = 32;  // single tokens of one reader before it is the next one's turn

// Threads that compute as long as this lives; all of them have begun when it is made.
class Busy {
 public:
  explicit Busy(int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        begun_.fetch_add(1);
        begun_.notify_all();
        volatile double x = 1;
        while (!stop_.load(std::memory_order_relaxed)) x = x * 0.999 + 1;
      });
    }
    for (int now; (now = begun_.load()) < threads;) begun_.wait(now);
  }
  ~Busy() { stop_ = true; }

 private:
  std::atomic<int> begun_ = 0;
  std::atomic<bool> stop_ = false;
  std::vector<std::jthread> threads_;
};

struct Candidate {
  Reader base, reader;
  Samples alone, beside;
  explicit Candidate(const host::LoadedBackend& backend)
      : base(backend), reader(backend) {
    base.step(some_tokens(64, backend.vocabulary().size, 1));
  }
  void block(Samples& into) {
    reader.fork(base);
    for (int i = 0; i < kBlock; ++i) {
      const std::int32_t token[] = {reader.chosen()};
      into.add(reader.step(token));
    }
  }
};

}  // namespace

host::Json beside_busy(const Models& models, const std::string& weights,
                       const std::vector<int>& threads, int busy, int tokens, std::ostream& out) {
  std::deque<Candidate> candidates;
  for (const int count : threads) candidates.emplace_back(models.load({weights, count}));
  for (int done = 0; done < tokens; done += kBlock) {
    for (const bool occupied : {false, true}) {
      std::optional<Busy> beside;
      if (occupied) beside.emplace(busy);
      for (auto& candidate : candidates) {
        candidate.block(occupied ? candidate.beside : candidate.alone);
      }
    }
  }
  auto rows = host::Json::array();
  out << fmt::format("{}, ms a token{:>12}{:>12}{:>16}{:>12}\n", weights, "alone", "mean",
                     fmt::format("beside {} busy", busy), "mean");
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const auto& [alone, beside] = std::tie(candidates[i].alone, candidates[i].beside);
    auto row = models.row({weights, threads[i]});
    row["busy"] = busy;
    row["alone_ms"] = alone.percentile(50);
    row["alone_mean_ms"] = alone.mean();
    row["beside_ms"] = beside.percentile(50);
    row["beside_mean_ms"] = beside.mean();
    out << fmt::format("  {} thread{:<10}{:>12.3f}{:>12.3f}{:>16.3f}{:>12.3f}\n", threads[i],
                       threads[i] == 1 ? "" : "s", alone.percentile(50), alone.mean(),
                       beside.percentile(50), beside.mean());
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sr::bench
