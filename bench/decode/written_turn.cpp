#include "bench/decode/written_turn.h"

#include <spdlog/fmt/fmt.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <filesystem>
#include <ostream>

#include "bench/common/samples.h"
#include "bench/decode/reader.h"
#include "host/base/clock.h"
#include "host/base/start_error.h"
#include "host/decode/scheduler.h"

namespace sr::bench {

using namespace host;

namespace {

constexpr std::size_t kBefore = 512, kRead = 43;  // tokens
constexpr int kTurns = 50, kNotCounted = 3;

// {"kind":"sql","sql":"…"} with so many characters in between.
std::string schema(int characters) {
  return R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string",)"
         R"("pattern":"^[A-Za-z0-9_ ,=()]{)" +
         std::to_string(characters) +
         R"(}$"}},"required":["kind","sql"],"additionalProperties":false})";
}

LoadedConstrainer constrainer(const Registry& registry, const sr_host_api& api) {
  const auto* found = registry.find("constrainer", "json_schema");
  if (found == nullptr) throw StartError(registry.missing("constrainer", "json_schema"));
  std::vector<OptionProblem> problems;
  const auto options =
      Options::check(*found->component, {}, std::filesystem::current_path(), problems);
  return LoadedConstrainer(
      or_start_error(Instance::create(*found->component, options, api, "constrainer")));
}

struct Turn {
  double ms = 0;      // from the event's tokens to the last byte of the answer
  double settle = 0;  // reading the end of the answer, which the next turn would wait for
  Decoded decoded;
};

class Turns {
 public:
  Turns(LoadedBackend backend, const Registry& registry, asio::io_context& io,
        const sr_host_api& api)
      : io_(io), constrainer_(constrainer(registry, api)), scheduler_(std::move(backend)) {
    wait_for(read_base());
  }

  void use(int characters) {
    const GrammarSource source{"json_schema", schema(characters), {}};
    grammar_ = or_start_error(constrainer_.compile(source, vocabulary()));
  }
  Turn turn() {
    Turn out;
    wait_for(turn(out));
    return out;
  }

 private:
  const sr_vocabulary& vocabulary() const { return scheduler_.backend().vocabulary(); }

  void wait_for(Async<void> work) {
    std::exception_ptr failure;
    asio::co_spawn(io_, std::move(work), [&](std::exception_ptr e) { failure = std::move(e); });
    io_.restart();
    io_.run();
    if (failure) std::rethrow_exception(failure);
  }

  Async<void> read_base() {
    base_ = or_start_error(co_await scheduler_.open());
    ReadRequest request{base_, some_tokens(kBefore, vocabulary().size, 1)};
    or_start_error(co_await scheduler_.read(request));
  }

  Async<void> turn(Turn& out) {
    const auto start = Clock::now();
    auto sequence = or_start_error(co_await scheduler_.fork(base_));
    DecodeRequest request;
    request.sequence = sequence;
    request.prompt = some_tokens(kRead, vocabulary().size, 2);
    request.grammar = grammar_;
    out.decoded = or_start_error(co_await scheduler_.decode(request));
    out.ms = ms_since(start);
    if (out.decoded.unread.empty()) co_return;
    const auto settled = Clock::now();
    ReadRequest rest{sequence, out.decoded.unread};
    or_start_error(co_await scheduler_.read(rest));
    out.settle = ms_since(settled);
  }

  asio::io_context& io_;
  LoadedConstrainer constrainer_;
  Scheduler scheduler_;
  std::shared_ptr<GrammarRef> grammar_;
  SharedSequence base_;
};

}  // namespace

Json written_turn(const Models& models, const How& how, int written, const Registry& registry,
                  asio::io_context& io, const sr_host_api& api, std::ostream& out) {
  Turns turns(models.load(how), registry, io, api);
  // What the model writes is the same each time: characters are added until it is long enough,
  // never more at once than could be tokens.
  Turn turn;
  for (int characters = 1, missing = 1; missing > 0; characters += missing) {
    turns.use(characters);
    turn = turns.turn();
    missing = written - static_cast<int>(turn.decoded.tokens.size());
  }
  Samples all, read, forward, grammar, sample, settle;
  for (int i = -kNotCounted; i < kTurns; ++i) {
    turn = turns.turn();
    if (i < 0) continue;
    const auto& stats = turn.decoded.stats;
    all.add(turn.ms);
    read.add(stats.read_ms);
    forward.add(stats.forward_ms);
    grammar.add(stats.mask_ms);
    sample.add(stats.sample_ms);
    settle.add(turn.settle);
  }
  const auto& stats = turn.decoded.stats;
  auto row = models.row(how);
  row["read"] = kRead;
  row["written"] = turn.decoded.tokens.size();
  row["forced"] = stats.forced;
  row["steps"] = stats.steps;
  row["turn_ms"] = all.percentile(50);
  row["turn_p95_ms"] = all.percentile(95);
  row["best_turn_ms"] = all.percentile(0);
  row["read_ms"] = read.percentile(50);
  row["forward_ms"] = forward.percentile(50);
  row["grammar_ms"] = grammar.percentile(50);
  row["sample_ms"] = sample.percentile(50);
  row["settle_ms"] = settle.percentile(50);
  out << fmt::format(
             "{}, {} threads: a turn of {} tokens read, {} written ({} of them forced, {} steps): "
             "{:.2f} ms (best {:.2f}; reading {:.2f}, writing {:.2f}, grammar {:.2f}, choosing "
             "{:.2f}); then {:.2f} for the end of the answer\n",
             how.weights, how.threads, kRead, turn.decoded.tokens.size(), stats.forced,
             stats.steps, all.percentile(50), all.percentile(0), read.percentile(50),
             forward.percentile(50), grammar.percentile(50), sample.percentile(50),
             settle.percentile(50))
      << std::flush;
  return row;
}

}  // namespace sr::bench
