#include "bench/window/bench_window.h"

#include <spdlog/fmt/fmt.h>

#include <ostream>

#include "bench/common/samples.h"
#include "bench/common/scratch_deployment.h"
#include "bench/window/measured.h"
#include "host/base/clock.h"
#include "host/base/start_error.h"
#include "host/cli/texts.h"
#include "host/session/bindings.h"

namespace sr::host {
namespace {

constexpr std::uint64_t kTimeoutMs = 2000, kTooShortMs = 50;

struct Case {
  const char* name;
  sql::Window window;
  std::uint64_t timeout_ms = kTimeoutMs;
};

sql::Window window(std::uint64_t offset, std::vector<sql::SortKey> sort = {}, std::string search = {}) {
  return {offset, 100, std::move(sort), std::move(search), {}};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"first rows", window(0)},
      {"rows 101-200", window(100)},
      {"rows 500001-500100", window(500'000)},
      {"by an indexed column", window(0, {{"indexed", false}})},
      {"the same, descending", window(0, {{"indexed", true}})},
      {"search", window(0, {}, "item 99999")},
      {"by a column without an index", window(0, {{"plain", false}})},
      {"the same in 50 ms", window(0, {{"plain", false}}), kTooShortMs},
  };
  return all;
}

class Bench {
 public:
  Bench(LoadedStore& store, const BenchWindowArgs& args, std::ostream& out)
      : store_(store), args_(args), out_(out) {
    sql::Policy policy;
    policy.tables["measured"].select = sql::Columns{.all = true, .names = {}};
    const sql::Guard guard(policy, or_start_error(store.catalog()));
    auto planned = guard.binding(bench::kMeasuredQuery);
    if (auto* refusal = std::get_if<sql::Refusal>(&planned)) throw StartError("[bench] " + refusal->why);
    binding_.plan = std::get<sql::Plan>(std::move(planned));
    binding_.property.as = BindingProperty::As::kTable;
  }

  void run() {
    out_ << fmt::format("{} rows, {} times each\n  {:<30}{:>10}{:>10}{:>12}{:>12}\n", args_.rows,
                        args_.times, "window of 100", "p50 ms", "p99 ms", "counted p50", "p99");
    for (const auto& one : cases()) {
      binding_.window = one.window;
      binding_.plan.timeout_ms = one.timeout_ms;
      std::string said;
      const auto rows = measure(std::uint64_t{1}, said);
      const auto counted = measure(std::nullopt, said);
      out_ << fmt::format("  {:<30}{:>10.2f}{:>10.2f}{:>12.2f}{:>12.2f}  {}\n", one.name,
                          rows.percentile(50), rows.percentile(99), counted.percentile(50),
                          counted.percentile(99), said);
    }
  }

 private:
  // With a total that is known already nothing is counted.
  bench::Samples measure(std::optional<std::uint64_t> total, std::string& said) {
    bench::Samples out;
    binding_.total = total;
    for (int i = 0; i < args_.times; ++i) {
      const auto start = Clock::now();
      auto transaction = or_start_error(store_.begin(/*write=*/false));
      Answers answers(transaction);
      const auto answer = answers.of(binding_);
      out.add(ms_since(start));
      if (!answer) {
        said = answers.sentence(answer.error(), binding_);
      } else if (!total) {
        said = (*answer)->total ? "of " + std::to_string(*(*answer)->total) : "of more";
      }
    }
    return out;
  }

  LoadedStore& store_;
  const BenchWindowArgs& args_;
  std::ostream& out_;
  Binding binding_;
};

}  // namespace

void add_bench_window(CLI::App& command, BenchWindowArgs& args) {
  command.add_option("deployment", args.file, "The deployment's YAML file")->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  command.add_option("--rows", args.rows, "Rows of the table")->capture_default_str();
  command.add_option("--times", args.times, "Of each window")->capture_default_str();
}

int bench_window_command(const BenchWindowArgs& args, std::ostream& out, std::ostream& err) {
  bench::ScratchDeployment scratch(args.file, args.overrides, err);
  auto& parts = scratch.parts();
  if (!parts) return kExitConfig;
  or_start_error(parts->store.run_script(bench::kMeasuredTable));
  or_start_error(parts->store.run_script(bench::measured_rows(args.rows)));
  out << bench::machine() << '\n';
  Bench(parts->store, args, out).run();
  return 0;
}

}  // namespace sr::host
