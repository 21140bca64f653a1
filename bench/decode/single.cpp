#include "bench/decode/single.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ostream>

#include "bench/common/samples.h"
#include "bench/decode/bandwidth.h"
#include "bench/decode/reader.h"
#include "host/base/clock.h"

namespace sr::bench {
namespace {

constexpr int kAtOnce = 16;  // single tokens between two looks at the memory
constexpr int kPasses = 2;   // over the memory, each time
// What came before has taken a small model's weights, or the memory, out of the cache.
constexpr int kPassedOver = 2;
constexpr std::size_t kNeverCached = std::size_t{1} << 28;  // bytes

struct Figures {
  Samples one, run16, prompt64, fork;
  Samples memory;    // milliseconds to read as many bytes
  Samples fraction;  // of each block: memory just before and after it, over its tokens
};

Figures measure(const host::LoadedBackend& backend, int tokens, std::uint64_t bytes, int threads) {
  const int vocabulary = backend.vocabulary().size;
  const int passed_over = bytes < kNeverCached ? kPassedOver : 0;
  Figures out;
  MemoryReads memory(bytes, threads);
  const auto look = [&] {
    Samples times;
    for (int i = 0; i < passed_over; ++i) memory.pass();
    for (int i = 0; i < kPasses; ++i) times.add(memory.pass());
    out.memory.add(times);
    return times.mean();
  };
  Reader base(backend), reader(backend);
  base.step(some_tokens(64, vocabulary, 1));
  auto before = look();
  for (int done = 0; done < tokens; done += kAtOnce) {
    const auto start = host::Clock::now();
    reader.fork(base);  // so that all tokens have about as much to look at
    out.fork.add(host::ms_since(start));
    Samples block;
    for (int i = -passed_over; i < kAtOnce; ++i) {
      const std::int32_t token[] = {reader.chosen()};
      const auto ms = reader.step(token);
      if (i >= 0) block.add(ms);
    }
    out.one.add(block);
    const auto after = look();
    out.fraction.add((before + after) / 2 / block.percentile(50));
    before = after;
  }
  for (int i = 0; i < std::max(5, tokens / 16); ++i) {
    reader.fork(base);
    out.run16.add(reader.step(some_tokens(16, vocabulary, static_cast<std::uint32_t>(i))));
  }
  for (int i = 0; i < std::max(3, tokens / 64); ++i) {
    reader.open();
    out.prompt64.add(reader.step(some_tokens(64, vocabulary, static_cast<std::uint32_t>(i))));
  }
  return out;
}

}  // namespace

void print_single_head(std::ostream& out) {
  out << fmt::format("{:<8}{:>8}{:>10}{:>10}{:>12}{:>12}{:>10}{:>10}{:>12}{:>10}\n", "weights",
                     "threads", "ms/token", "(best)", "GB/s read", "GB/s can", "fraction",
                     "run of 16", "prompt/tok", "fork ms");
}

host::Json single_tokens(Models& models, const How& how, int tokens, std::ostream& out) {
  const auto bytes = models.weight_bytes(how.weights);
  const auto backend = models.load(how);
  const auto f = measure(backend, tokens, bytes, how.threads);
  const auto gb_per_s = [&](const Samples& times) {
    return static_cast<double>(bytes) / times.percentile(50) / 1e6;
  };
  auto row = models.row(how);
  row["weight_bytes"] = bytes;
  row["session_bytes"] = backend.describe().session_bytes;
  row["ms_per_token"] = f.one.percentile(50);
  row["best_ms_per_token"] = f.one.percentile(0);
  row["gb_per_s"] = gb_per_s(f.one);
  row["bandwidth_gb_per_s"] = gb_per_s(f.memory);
  row["fraction"] = f.fraction.percentile(50);
  row["run16_ms"] = f.run16.percentile(50);
  row["run16_steps"] = f.run16.percentile(50) / f.one.percentile(50);
  row["prompt64_ms_per_token"] = f.prompt64.percentile(50) / 64;
  row["fork_ms"] = f.fork.percentile(50);
  const auto number = [&](const char* key) { return row.at(key).get<double>(); };
  out << fmt::format(
             "{:<8}{:>8}{:>10.3f}{:>10.3f}{:>12.1f}{:>12.1f}{:>9.0f}%{:>10.2f}{:>12.3f}{:>10.3f}\n",
             how.weights, how.threads, number("ms_per_token"), number("best_ms_per_token"),
             number("gb_per_s"), number("bandwidth_gb_per_s"), 100 * number("fraction"),
             number("run16_ms"), number("prompt64_ms_per_token"), number("fork_ms"))
      << std::flush;
  return row;
}

}  // namespace sr::bench
