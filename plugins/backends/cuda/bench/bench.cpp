// cuda_bench MODEL [weights[,weights…]] [batch[,batch…]] - what steps, runs and moves cost on the
// device, beside how fast it reads as many bytes in the same run. Prints one table for each kind of
// weights. `cuda_bench make CONFIG FOLDER` writes a model with random weights first; `cuda_bench turns
// MODEL COUNT` reads so many turns of 40 tokens into one sequence with a window, and compares what it
// says then with a fresh one that reads all of it again; `cuda_bench steps MODEL WEIGHTS` measures a
// step of one token as one kernel and as many, in turn, and compares what they say. For one who works
// on the kernels; exit 1 with a sentence when something is wrong.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "bandwidth.h"
#include "model.h"
#include "random_model.h"

namespace sr::cuda {
namespace {

using Clock = std::chrono::steady_clock;
using hybrid::Logits;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) out.push_back(part);
  return out;
}

class Bench {
 public:
  explicit Bench(Model& model) : model_(model) {}

  std::vector<std::int32_t> tokens(std::size_t count) {
    std::vector<std::int32_t> out;
    for (std::size_t i = 0; i < count; ++i) {
      seed_ = seed_ * 1664525U + 1013904223U;
      out.push_back(static_cast<std::int32_t>(
          (seed_ >> 8) % static_cast<std::uint32_t>(model_.description().vocabulary)));
    }
    return out;
  }

  // Reads the tokens into the sequence and chooses what follows; milliseconds.
  double read(DeviceSequence& sequence, std::span<const std::int32_t> ids) {
    const Run run{&sequence, ids, Logits::kLast};
    sr_pick pick{};
    sr_error error{};
    pick.error = &error;
    const auto start = Clock::now();
    model_.forward({&run, 1}, never_);
    const Model::Choice choice{sequence.logits.front().get(), &pick};
    model_.choose({&choice, 1}, model_.description().vocabulary);
    return ms_since(start);
  }

  // Reads `count` tokens into each sequence and chooses what follows; milliseconds.
  double step(std::vector<DeviceSequence>& sequences, std::size_t count) {
    std::vector<std::vector<std::int32_t>> ids;
    std::vector<Run> runs;
    for (std::size_t i = 0; i < sequences.size(); ++i) ids.push_back(tokens(count));
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      runs.push_back({&sequences[i], ids[i], Logits::kLast});
    }
    std::vector<sr_pick> picks(sequences.size());
    std::vector<Model::Choice> choices;
    sr_error error{};
    const auto start = Clock::now();
    model_.forward(runs, never_);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      picks[i] = {};
      picks[i].error = &error;
      choices.push_back({sequences[i].logits.front().get(), &picks[i]});
    }
    model_.choose(choices, model_.description().vocabulary);
    return ms_since(start);
  }

  std::vector<DeviceSequence> open(std::size_t count, std::size_t length) {
    std::vector<DeviceSequence> out(count, DeviceSequence(model_.empty()));
    if (length > 0) step(out, length);
    return out;
  }

  double steps(std::size_t batch, std::size_t count, int rounds, std::size_t length = 64) {
    auto sequences = open(batch, length);
    for (int i = 0; i < 4; ++i) step(sequences, count);
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) times.push_back(step(sequences, count));
    return median(times);
  }

  double fresh(std::size_t count, int rounds) {
    std::vector<double> times;
    for (int i = 0; i < rounds + 1; ++i) {
      auto sequences = open(1, 0);
      const auto ms = step(sequences, count);
      if (i > 0) times.push_back(ms);
    }
    return median(times);
  }

  double fork(int rounds) {
    auto sequences = open(1, 200);
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
      const auto start = Clock::now();
      const auto copy = sequences.front();
      model_.wait();
      times.push_back(ms_since(start));
    }
    return median(times);
  }

  double out_and_back(int rounds) {
    auto sequences = open(1, 700);
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
      const auto start = Clock::now();
      const auto host = model_.take_out(sequences.front().state);
      sequences.front() = DeviceSequence(model_.put_back(host));
      times.push_back(ms_since(start));
    }
    return median(times);
  }

 private:
  Model& model_;
  std::uint32_t seed_ = 1;
  const std::atomic<bool> never_ = false;
};

double bandwidth(Device& device) {
  constexpr std::uint64_t kBytes = std::uint64_t{4} << 30;
  const Memory memory(device, kBytes), out(device, 4);
  device.zero(memory.data(), kBytes);
  std::vector<double> times;
  for (int i = 0; i < 7; ++i) {
    device.wait();
    const auto start = Clock::now();
    for (int k = 0; k < 4; ++k) {
      read_all(device, memory.data(), kBytes, reinterpret_cast<float*>(out.data()));
    }
    device.wait();
    times.push_back(ms_since(start) / 4);
  }
  return static_cast<double>(kBytes) / median(times) / 1e6;
}

int turns(const std::string& folder, int count) {
  const auto model =
      Model::load(open_device(0), folder, hybrid::Format::kBF16, {.size = 256}, {});
  Bench bench(*model);
  DeviceSequence sequence(model->empty());
  std::vector<std::int32_t> all;
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto ids = bench.tokens(40);
    all.insert(all.end(), ids.begin(), ids.end());
    times.push_back(bench.read(sequence, ids));
  }
  std::printf("%d turns of 40 tokens, window 256; ms a turn, the median of each tenth:", count);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto tenth = [&](std::size_t k) {
      return times.begin() + static_cast<std::ptrdiff_t>(times.size() * k / 10);
    };
    std::printf(" %.3f", median({tenth(i), tenth(i + 1)}));
  }
  DeviceSequence fresh(model->empty());
  for (std::size_t at = 0; at < all.size(); at += 512) {
    bench.read(fresh, std::span(all).subspan(at, std::min<std::size_t>(512, all.size() - at)));
  }
  const auto carried = model->logits(*sequence.logits.front());
  const auto replayed = model->logits(*fresh.logits.front());
  double squares = 0, whole = 0, worst = 0;
  for (std::size_t i = 0; i < carried.size(); ++i) {
    const double difference = carried[i] - replayed[i];
    squares += difference * difference;
    whole += static_cast<double>(replayed[i]) * replayed[i];
    worst = std::max(worst, std::abs(difference));
  }
  const auto best = [](const std::vector<float>& row) {
    return std::ranges::max_element(row) - row.begin();
  };
  std::printf("\ncarried against replayed: root mean square %.2e of the logits', largest difference "
              "%.2e, the best token is %s\n",
              std::sqrt(squares / whole), worst,
              best(carried) == best(replayed) ? "the same" : "another");
  return 0;
}

// Root mean square of the difference, relative to the second.
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double squares = 0, whole = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    squares += d * d;
    whole += static_cast<double>(b[i]) * b[i];
  }
  return std::sqrt(squares / whole);
}

int steps(const std::string& folder, const std::string& formats) {
  for (const auto& format : split(formats)) {
    std::unique_ptr<Model> models[2];
    std::vector<DeviceSequence> sequences[2];
    std::vector<double> times[2];
    for (const int i : {0, 1}) {
      models[i] = Model::load(open_device(0), folder, hybrid::format_named(format), {},
                              {.resident = 0, .one_kernel = i == 0});
      sequences[i] = Bench(*models[i]).open(1, 64);
    }
    Bench benches[2] = {Bench(*models[0]), Bench(*models[1])};
    for (int round = 0; round < 20; ++round) {
      for (const int i : {0, 1}) {
        for (int k = 0; k < 24; ++k) {
          const double ms = benches[i].step(sequences[i], 1);
          if (k >= 4) times[i].push_back(ms);
        }
      }
    }
    std::vector<float> logits[2];
    for (const int i : {0, 1}) logits[i] = models[i]->logits(*sequences[i].front().logits.front());
    std::printf("%s: one kernel %.3f ms (least %.3f), many %.3f ms (least %.3f); difference %.2e\n",
                format.c_str(), median(times[0]), std::ranges::min(times[0]), median(times[1]),
                std::ranges::min(times[1]), difference(logits[0], logits[1]));
    std::fflush(stdout);
  }
  return 0;
}

int run(const std::string& folder, const std::string& formats, const std::string& batches) {
  double gb_per_s = 0;
  {
    const auto device = open_device(0);
    gb_per_s = bandwidth(*device);
    std::printf("%s, reads %.0f GB/s\n", device->facts().name.c_str(), gb_per_s);
  }
  for (const auto& format : split(formats)) {
    auto start = Clock::now();
    const auto model = Model::load(open_device(0), folder, hybrid::format_named(format), {}, {});
    const auto bytes = static_cast<double>(model->facts().weight_bytes);
    const double floor = bytes / gb_per_s / 1e6;
    std::printf("\n%s: %.3f GB, loaded in %.1f s; floor %.3f ms\n", format.c_str(), bytes / 1e9,
                ms_since(start) / 1e3, floor);
    Bench bench(*model);
    for (const auto& batch : split(batches)) {
      if (batch == "-") break;
      const auto size = static_cast<std::size_t>(std::stoi(batch));
      const double ms = bench.steps(size, 1, size > 8 ? 40 : 200);
      std::printf("  batch %-4zu %8.3f ms  %9.0f tokens/s  %5.1f %% of the floor\n", size, ms,
                  1e3 * static_cast<double>(size) / ms, 100 * floor / ms);
      std::fflush(stdout);
    }
    std::printf("  700 tokens, fresh       %8.3f ms\n", bench.fresh(700, 8));
    std::printf("  32 tokens, live         %8.3f ms\n", bench.steps(1, 32, 40));
    std::printf("  run of 16               %8.3f ms\n", bench.steps(1, 16, 40));
    std::printf("  batch 1 behind 4000     %8.3f ms\n", bench.steps(1, 1, 60, 4000));
    std::printf("  fork                    %8.4f ms\n", bench.fork(100));
    std::printf("  out and back            %8.3f ms\n", bench.out_and_back(20));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace sr::cuda

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::string(argv[1]) == "make") {
      sr::hybrid::write_random_model({.config = argv[2], .folder = argv[3], .tokenizer = {}}, {});
      return 0;
    }
    if (argc == 4 && std::string(argv[1]) == "turns") {
      return sr::cuda::turns(argv[2], std::max(10, std::stoi(argv[3])));
    }
    if (argc == 4 && std::string(argv[1]) == "steps") return sr::cuda::steps(argv[2], argv[3]);
    if (argc < 2) throw std::runtime_error("usage: cuda_bench MODEL [WEIGHTS] [BATCHES]");
    return sr::cuda::run(argv[1], argc > 2 ? argv[2] : "bf16,int8,int4",
                         argc > 3 ? argv[3] : "1,2,4,8,16,32,64");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "cuda_bench: %s\n", e.what());
    return 1;
  }
}
