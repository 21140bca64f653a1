#include "bench/constrain/bench_constrain.h"

#include <spdlog/fmt/fmt.h>

#include <fstream>
#include <ostream>
#include <sstream>

#include "bench/common/samples.h"
#include "bench/constrain/app_targets.h"
#include "bench/constrain/forced_share.h"
#include "bench/constrain/measure.h"
#include "host/base/start_error.h"
#include "host/cli/texts.h"

namespace sr::host {
namespace {

using bench::AppTargets;
using bench::ConstrainBench;

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

void print_row(const Json& row, std::ostream& out) {
  const auto number = [&](const char* name) { return row[name].get<double>(); };
  out << fmt::format(
      "{:<18}{:>7}{:>9.3f}{:>9.3f} |{:>7.2f}{:>7.2f}{:>7.2f} |{:>7.1f}{:>7.1f} |{:>7.2f}{:>6.2f}{:>6.2f} |{:>6.0f}%\n",
      row["schema"].get<std::string>(), row["tokens"].get<int>(), number("compile_ms"),
      number("first_mask_ms"), number("mask_p50_us"), number("mask_p99_us"), number("mask_max_us"),
      number("mask_cold_p99_us"), number("mask_cold_max_us"), number("accept_p50_us"),
      number("fork_us"), number("rollback_us"), 100 * (1 - number("forced_share")));
}

void print_peers(const Json& test, std::ostream& out) {
  for (const char* who : {"goal", "xgrammar", "llguidance"}) {
    const auto& of = test[who];
    out << fmt::format("  {:<16}{:>7}{:>9}{:>9.2f} |{:>7.1f}{:>7.0f}\n", who, "", "",
                       of["first_ms"].get<double>(), of["mask_p50_us"].get<double>(),
                       of["mask_p99_us"].get<double>());
  }
}

void print_sql(const Json& row, std::ostream& out) {
  out << fmt::format("  {:<16}{:>7}{:>9.2f} ms with the SQL grammars; worst cold mask {:.0f} us\n",
                     "", "", row["compile_new_ms"].get<double>(),
                     row["mask_worst_us"].get<double>());
}

void print_spans_head(std::ostream& out) {
  out << fmt::format("{:<18}{:>8}{:>8} |{:>9}{:>9}{:>9} |{:>9}{:>9}{:>9} |{:>9}{:>9} |{:>9}\n",
                     "spans", "command", "values", "open", "and", "the same", "mask at", "in it",
                     "in it", "outside", "accept", "memory");
  out << fmt::format("{:<18}{:>8}{:>8} |{:>9}{:>9}{:>9} |{:>9}{:>9}{:>9} |{:>9}{:>9} |{:>9}\n", "",
                     "bytes", "", "us", "mask us", "again us", "span us", "p50 us", "p99 us",
                     "p50 us", "p50 us", "KiB");
}

void print_spans(const Json& row, std::ostream& out) {
  const auto number = [&](const char* name) { return row[name].get<double>(); };
  out << fmt::format(
      "{:<18}{:>8}{:>8} |{:>9.1f}{:>9.1f}{:>9.1f} |{:>9.1f}{:>9.2f}{:>9.2f} |{:>9.2f}{:>9.2f} |{:>9.0f}\n",
      "", row["command_bytes"].get<std::size_t>(), row["values"].get<std::size_t>(),
      number("open_us"), number("open_first_mask_us"), number("open_again_us"),
      number("mask_at_span_us"), number("mask_in_span_p50_us"), number("mask_in_span_p99_us"),
      number("mask_outside_p50_us"), number("accept_in_span_p50_us"), number("memory_kib"));
}

void print_forced(const Json& rows, std::ostream& out) {
  out << fmt::format("\n{:<16}{:>9}{:>9}{:>9} |{:>8}{:>8} |{:>9}{:>9}{:>9} |{:>10}\n", "", "answers",
                     "bytes", "tokens", "chosen", "forced", "another", "other", "of all",
                     "the same in");
  out << fmt::format("{:<16}{:>9}{:>9}{:>9} |{:>8}{:>8} |{:>9}{:>9}{:>9} |{:>10}\n", "", "", "", "",
                     "", "of all", "text", "bytes", "", "other tokens");
  for (const auto& row : rows) {
    out << fmt::format("{:<16}{:>9}{:>9}{:>9} |{:>8}{:>7.0f}% |{:>9}{:>9}{:>8.2f}% |{:>10}\n",
                       row["app"].get<std::string>(), row["answers"].get<int>(),
                       row["bytes"].get<int>(), row["tokens"].get<int>(), row["chosen"].get<int>(),
                       100 * row["forced_share"].get<double>(), row["other_answers"].get<int>(),
                       row["other_bytes"].get<int>(), 100 * row["other_share"].get<double>(),
                       row["other_tokens"].get<int>());
  }
}

class Table {
 public:
  Table(const BenchConstrainArgs& args, std::ostream& out)
      : args_(args), out_(out), tests_(read_json(args.data + "/cases.json")),
        targets_(read_json(args.data + "/targets.json")) {
    if (!args.deployment.empty()) app_.emplace(args.deployment, args.search);
  }

  void of(const std::string& tokenizer, bool flexible) {
    ConstrainBench bench(tokenizer, flexible, args_.rounds, args_.search);
    floor_ = bench.floor_us();
    flexible_ = flexible;
    print_head(bench.vocabulary_size(), flexible, floor_, out_);
    for (const auto& test : tests_) {
      const auto file = [&](const char* folder, const char* name) {
        return read_file(args_.data + folder + test[name].get<std::string>() + ".json");
      };
      add(test["name"], bench.run({"json_schema", file("/schemas/", "schema"), {}},
                                  flexible ? Json::parse(file("/docs/", "document")).dump(2)
                                           : file("/docs/", "document")));
      if (!flexible) print_peers(test, out_);
    }
    if (!flexible) spans(bench);
    if (!app_) return;
    for (const auto& test : targets_) {
      const auto source = app_->source(test["event"], test.value("manifest", Json()));
      add(app_->app() + ", " + test["name"].get<std::string>(),
          bench.run(source, test["document"].dump(flexible ? 2 : -1), app_->slots(test["document"].dump())));
      print_sql(all_.back(), out_);
    }
  }
  void forced() {
    const auto rows = bench::forced_share({args_.forced, args_.cases, args_.search});
    print_forced(rows, out_);
    all_.insert(all_.end(), rows.begin(), rows.end());
  }
  // Rows of schemas, of --forced, then of spans.
  Json all() const {
    auto out = all_;
    out.insert(out.end(), spans_.begin(), spans_.end());
    return out;
  }

 private:
  void spans(ConstrainBench& bench) {
    const auto grammar = read_file(args_.data + "/spans.gbnf");
    print_spans_head(out_);
    const auto one = [&](std::size_t bytes, std::size_t values) {
      Json row = {{"spans", "spans.gbnf"}};
      row.update(bench.run_spans(grammar, bytes, values));
      row["floor_us"] = floor_;
      print_spans(row, out_);
      spans_.push_back(std::move(row));
    };
    for (const std::size_t bytes : {40, 200, 2000, 16384, 65536}) one(bytes, 0);
    one(200, 3000);
  }
  void add(const std::string& name, const Json& measured) {
    Json row = {{"schema", name}, {"whitespace", flexible_ ? "flexible" : "compact"}};
    row.update(measured);
    row["floor_us"] = floor_;
    print_row(row, out_);
    all_.push_back(std::move(row));
  }

  const BenchConstrainArgs& args_;
  std::ostream& out_;
  const Json tests_, targets_;
  std::optional<AppTargets> app_;
  double floor_ = 0;
  bool flexible_ = false;
  Json all_ = Json::array(), spans_ = Json::array();
};

}  // namespace

void add_bench_constrain(CLI::App& command, BenchConstrainArgs& args) {
  add_texts(command, "--tokenizer", args.tokenizers,
            "A tokenizer.json; several as often as needed");
  command.add_option("--data", args.data, "The folder with schemas and documents")
      ->capture_default_str();
  command.add_option("--deployment", args.deployment,
                     "Also what this deployment's app lets a model write");
  auto* forced = command.add_option(
      "--forced", args.forced,
      "Also whether forced runs change what this deployment's model writes, in its test cases");
  add_texts(command, "--cases", args.cases, "Further case files for that, or folders of them")
      ->needs(forced);
  command.add_option("--rounds", args.rounds, "Warm walks through each document")
      ->capture_default_str();
  add_texts(command, "--search", args.search, "A further directory with plugins");
  command.add_option("--json", args.json_file, "Also write the rows to this file");
}

int bench_constrain_command(const BenchConstrainArgs& args, std::ostream& out) {
  if (args.tokenizers.empty() && args.forced.empty()) {
    throw StartError("[bench] nothing to measure: name a --tokenizer or a deployment for --forced");
  }
  Table rows(args, out);
  out << bench::machine() << '\n';
  for (const auto& tokenizer : args.tokenizers) {
    for (const bool flexible : {false, true}) rows.of(tokenizer, flexible);
  }
  if (!args.forced.empty()) rows.forced();
  if (args.json_file.empty()) return 0;
  std::ofstream file(args.json_file);
  file << rows.all().dump(2) << '\n';
  if (!file) throw StartError("[bench] cannot write " + args.json_file);
  return 0;
}

}  // namespace sr::host
