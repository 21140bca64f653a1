#include "bench/constrain/bench_constrain.h"

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <ostream>
#include <sstream>

#include "bench/common/samples.h"
#include "host/base/start_error.h"
#include "host/cli/grammar_tools.h"

namespace sr::host {
namespace {

using bench::Samples;
using Clock = std::chrono::steady_clock;
using Tokens = std::vector<std::int32_t>;

constexpr int kColdRounds = 5;

double microseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw StartError("[bench] " + path + " cannot be read");
  return text.str();
}

Json read_json(const std::string& path) {
  auto json = Json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw StartError("[bench] " + path + " is not JSON");
  return json;
}

GrammarTools::Setup setup_of(const std::string& tokenizer, const BenchConstrainArgs& args,
                             bool flexible) {
  OptionInput whitespace;
  whitespace.name = "whitespace";
  whitespace.text = flexible ? "flexible" : "compact";
  return {tokenizer, {whitespace}, args.search};
}

// The least time of each step over all rounds, so that what else the machine does is left out.
class Steps {
 public:
  explicit Steps(std::size_t count) : least_(count, 1e12) {}
  void add(std::size_t step, double us) { least_[step] = std::min(least_[step], us); }
  double percentile(double p) const {
    Samples samples;
    for (const auto us : least_) samples.add(us);
    return samples.percentile(p);
  }

 private:
  std::vector<double> least_;
};

struct Walk {
  Steps masks, accepts;
  explicit Walk(std::size_t tokens) : masks(tokens + 1), accepts(tokens) {}
};

void walk(const GrammarRef& grammar, const Tokens& tokens, std::span<std::uint32_t> mask,
          Walk& into) {
  auto matcher = or_start_error(grammar.open());
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    into.masks.add(i, microseconds([&] { or_start_error(matcher.fill_mask(mask)); }));
    if (i == tokens.size()) break;
    const auto word = mask[static_cast<std::size_t>(tokens[i]) / 32];
    if ((word >> (tokens[i] % 32) & 1) == 0) {
      throw StartError("[bench] the grammar refuses the document: " + matcher.explain());
    }
    into.accepts.add(i, microseconds([&] { or_start_error(matcher.accept(tokens[i])); }));
  }
}

class Bench {
 public:
  Bench(const std::string& tokenizer, bool flexible, const BenchConstrainArgs& args)
      : args_(args), flexible_(flexible), tools_(setup_of(tokenizer, args, flexible)),
        backend_(*tools_.tokenizer()), runs_(backend_),
        mask_((static_cast<std::size_t>(backend_.vocabulary().size) + 31) / 32),
        // Keeps what is made of a vocabulary once, which is not the grammars' cost.
        arranged_(compile("{}")) {}

  // A copy of one mask.
  double floor_us() {
    const std::vector<std::uint32_t> from(mask_.size(), 1);
    Steps copy(1);
    for (int i = 0; i < 1000; ++i) {
      copy.add(0, microseconds([&] {
        std::memcpy(mask_.data(), from.data(), mask_.size() * sizeof(mask_[0]));
      }));
    }
    return copy.percentile(50);
  }

  Json run(const Json& test) {
    const auto schema = read_file(args_.data + "/schemas/" + test["schema"].get<std::string>() + ".json");
    auto document = read_file(args_.data + "/docs/" + test["document"].get<std::string>() + ".json");
    if (flexible_) document = Json::parse(document).dump(2);
    const auto tokens = or_start_error(backend_.tokenize(document, /*specials=*/false));
    Walk cold(tokens.size()), warm(tokens.size());
    Steps first(1), compiled(1), fork(1), rollback(1);
    std::shared_ptr<GrammarRef> grammar;
    for (int round = 0; round < kColdRounds; ++round) {
      // A schema that has not been seen, as far as the cache can tell.
      const auto fresh = [&] { return schema + std::string(++variant_, ' '); };
      const auto text = fresh();
      compiled.add(0, microseconds([&] { grammar = compile(text); }));
      walk(*grammar, tokens, mask_, cold);
      const auto other = fresh();
      first.add(0, microseconds([&] {
        grammar = compile(other);
        auto matcher = or_start_error(grammar->open());
        or_start_error(matcher.fill_mask(mask_));
      }));
    }
    for (int round = 0; round < args_.rounds; ++round) walk(*grammar, tokens, mask_, warm);
    measure_forks(*grammar, tokens, fork, rollback);
    const auto chosen = chosen_tokens(*grammar, runs_, tokens);

    Json row;
    row["schema"] = test["name"];
    row["vocab"] = backend_.vocabulary().size;
    row["whitespace"] = flexible_ ? "flexible" : "compact";
    row["tokens"] = tokens.size();
    row["compile_ms"] = compiled.percentile(50) / 1000;
    row["first_mask_ms"] = first.percentile(50) / 1000;
    row["mask_p50_us"] = warm.masks.percentile(50);
    row["mask_p99_us"] = warm.masks.percentile(99);
    row["mask_max_us"] = warm.masks.percentile(100);
    row["mask_cold_p50_us"] = cold.masks.percentile(50);
    row["mask_cold_p99_us"] = cold.masks.percentile(99);
    row["mask_cold_max_us"] = cold.masks.percentile(100);
    row["accept_p50_us"] = warm.accepts.percentile(50);
    row["accept_cold_p50_us"] = cold.accepts.percentile(50);
    row["fork_us"] = fork.percentile(50);
    row["rollback_us"] = rollback.percentile(50);
    row["chosen"] = chosen;
    row["forced_share"] = 1 - static_cast<double>(chosen) / static_cast<double>(tokens.size());
    return row;
  }

 private:
  std::shared_ptr<GrammarRef> compile(const std::string& schema) {
    return or_start_error(tools_.constrainer().compile({"json_schema", schema, {}},
                                                       backend_.vocabulary()));
  }

  // Of a matcher at the document's end: a fork, and taking the whole document back.
  void measure_forks(const GrammarRef& grammar, const Tokens& tokens, Steps& fork,
                     Steps& rollback) {
    auto matcher = or_start_error(grammar.open());
    for (const auto token : tokens) or_start_error(matcher.accept(token));
    for (int i = 0; i < 100; ++i) {
      std::optional<MatcherRef> copy;
      fork.add(0, microseconds([&] { copy.emplace(or_start_error(matcher.fork())); }));
      rollback.add(0, microseconds([&] { or_start_error(copy->rollback(tokens.size())); }));
    }
  }

  const BenchConstrainArgs& args_;
  const bool flexible_;
  GrammarTools tools_;
  const LoadedBackend& backend_;
  ForcedRuns runs_;
  std::vector<std::uint32_t> mask_;
  std::shared_ptr<GrammarRef> arranged_;
  std::size_t variant_ = 0;
};

void print_head(int tokens, bool flexible, double floor, std::ostream& out) {
  out << fmt::format("\n{} tokens, {} JSON; a copy of one mask: {:.2f} us\n", tokens,
                     flexible ? "indented" : "compact", floor);
  out << fmt::format("{:<18}{:>7}{:>9}{:>9} |{:>7}{:>7}{:>7} |{:>7}{:>7} |{:>7}{:>6}{:>6} |{:>7}\n",
                     "", "tokens", "compile", "first", "warm", "", "", "cold", "", "accept",
                     "fork", "back", "chosen");
  out << fmt::format("{:<18}{:>7}{:>9}{:>9} |{:>7}{:>7}{:>7} |{:>7}{:>7} |{:>7}{:>6}{:>6} |{:>7}\n",
                     "", "", "ms", "mask, ms", "p50 us", "p99 us", "max us", "p99 us", "max us",
                     "p50 us", "us", "us", "of all");
}

void print_row(const Json& row, const Json& test, bool flexible, std::ostream& out) {
  const auto number = [&](const char* name) { return row[name].get<double>(); };
  out << fmt::format(
      "{:<18}{:>7}{:>9.3f}{:>9.3f} |{:>7.2f}{:>7.2f}{:>7.2f} |{:>7.1f}{:>7.1f} |{:>7.2f}{:>6.2f}{:>6.2f} |{:>6.0f}%\n",
      row["schema"].get<std::string>(), row["tokens"].get<int>(), number("compile_ms"),
      number("first_mask_ms"), number("mask_p50_us"), number("mask_p99_us"), number("mask_max_us"),
      number("mask_cold_p99_us"), number("mask_cold_max_us"), number("accept_p50_us"),
      number("fork_us"), number("rollback_us"), 100 * (1 - number("forced_share")));
  if (flexible) return;
  for (const char* who : {"goal", "xgrammar", "llguidance"}) {
    const auto& of = test[who];
    out << fmt::format("  {:<16}{:>7}{:>9}{:>9.2f} |{:>7.1f}{:>7.0f}\n", who, "", "",
                       of["first_ms"].get<double>(), of["mask_p50_us"].get<double>(),
                       of["mask_p99_us"].get<double>());
  }
}

}  // namespace

void add_bench_constrain(CLI::App& command, BenchConstrainArgs& args) {
  command.add_option("--tokenizer", args.tokenizers, "A tokenizer.json; several as often as needed")
      ->required()->take_all();
  command.add_option("--data", args.data, "The folder with schemas and documents")
      ->capture_default_str();
  command.add_option("--rounds", args.rounds, "Warm walks through each document")
      ->capture_default_str();
  command.add_option("--search", args.search, "A further directory with plugins");
  command.add_option("--json", args.json_file, "Also write the rows to this file");
}

int bench_constrain_command(const BenchConstrainArgs& args, std::ostream& out) {
  const auto tests = read_json(args.data + "/cases.json");
  Json rows = Json::array();
  out << bench::machine() << '\n';
  for (const auto& tokenizer : args.tokenizers) {
    for (const bool flexible : {false, true}) {
      Bench bench(tokenizer, flexible, args);
      const auto floor = bench.floor_us();
      bool first = true;
      for (const auto& test : tests) {
        auto row = bench.run(test);
        row["floor_us"] = floor;
        if (std::exchange(first, false)) print_head(row["vocab"], flexible, floor, out);
        print_row(row, test, flexible, out);
        rows.push_back(std::move(row));
      }
    }
  }
  if (args.json_file.empty()) return 0;
  std::ofstream file(args.json_file);
  file << rows.dump(2) << '\n';
  if (!file) throw StartError("[bench] cannot write " + args.json_file);
  return 0;
}

}  // namespace sr::host
