#include "bench/constrain/measure.h"

#include <cstring>

#include "bench/common/samples.h"
#include "host/base/start_error.h"

namespace sr::bench {
namespace {

using host::GrammarRef;
using host::GrammarSource;
using host::Json;
using host::or_start_error;
using host::StartError;

constexpr int kColdRounds = 5;
constexpr int kRandomWays = 60, kRandomBytes = 250;

host::GrammarTools::Setup setup_of(const std::string& tokenizer, bool flexible,
                                   const std::vector<std::string>& search) {
  host::OptionInput whitespace;
  whitespace.name = "whitespace";
  whitespace.text = flexible ? "flexible" : "compact";
  return {tokenizer, {whitespace}, search};
}

// The least time of each step over all rounds.
class Steps {
 public:
  explicit Steps(std::size_t count = 0) : least_(count, 1e12) {}
  void add(std::size_t step, double us) {
    if (step >= least_.size()) least_.resize(step + 1, 1e12);
    least_[step] = std::min(least_[step], us);
  }
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

void walk(const GrammarRef& grammar, const ConstrainBench::Slots& slots,
          const std::vector<std::int32_t>& tokens, std::span<std::uint32_t> mask, Walk& into) {
  auto matcher = or_start_error(grammar.open(slots));
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

// Of a matcher at the document's end: a fork, and taking the whole document back.
void measure_forks(const GrammarRef& grammar, const ConstrainBench::Slots& slots,
                   const std::vector<std::int32_t>& tokens, Steps& fork, Steps& rollback) {
  auto matcher = or_start_error(grammar.open(slots));
  for (const auto token : tokens) or_start_error(matcher.accept(token));
  for (int i = 0; i < 100; ++i) {
    std::optional<host::MatcherRef> copy;
    fork.add(0, microseconds([&] { copy.emplace(or_start_error(matcher.fork())); }));
    rollback.add(0, microseconds([&] { or_start_error(copy->rollback(tokens.size())); }));
  }
}

std::vector<std::int32_t> tokens_of_bytes(const sr_vocabulary& v) {
  std::vector<std::int32_t> out(256, -1);
  for (std::int32_t id = 0; id < v.size; ++id) {
    const auto bytes = host::token_bytes(v, id);
    if (bytes.size() == 1) out[static_cast<std::uint8_t>(bytes[0])] = id;
  }
  return out;
}

}  // namespace

ConstrainBench::ConstrainBench(const std::string& tokenizer, bool flexible, int rounds,
                               const std::vector<std::string>& search)
    : rounds_(rounds),
      tools_(setup_of(tokenizer, flexible, search)),
      backend_(*tools_.tokenizer()),
      runs_(backend_),
      mask_((static_cast<std::size_t>(backend_.vocabulary().size) + 31) / 32),
      byte_tokens_(tokens_of_bytes(backend_.vocabulary())),
      // Keeps what is made of a vocabulary once, which is not the grammars' cost.
      arranged_(compile({"json_schema", "{}", {}})) {}

double ConstrainBench::floor_us() {
  const std::vector<std::uint32_t> from(mask_.size(), 1);
  Steps copy(1);
  for (int i = 0; i < 1000; ++i) {
    copy.add(0, microseconds([&] {
               std::memcpy(mask_.data(), from.data(), mask_.size() * sizeof(mask_[0]));
             }));
  }
  return copy.percentile(50);
}

std::shared_ptr<GrammarRef> ConstrainBench::compile(const GrammarSource& source) {
  return or_start_error(tools_.constrainer().compile(source, backend_.vocabulary()));
}

GrammarSource ConstrainBench::fresh(GrammarSource source, bool named) {
  const auto end = std::string(++variant_, ' ') + "\n";
  source.text += end;
  if (named) {
    for (auto& grammar : source.named) grammar.text += "#" + end;
  }
  return source;
}

Json ConstrainBench::run(const GrammarSource& source, const std::string& document,
                         const Slots& slots) {
  const auto tokens = or_start_error(backend_.tokenize(document, /*specials=*/false));
  Walk cold(tokens.size()), warm(tokens.size());
  Steps first(1), compiled(1), all_new(1), fork(1), rollback(1);
  std::shared_ptr<GrammarRef> grammar;
  for (int round = 0; round < kColdRounds; ++round) {
    const auto all = fresh(source, /*named=*/true);
    all_new.add(0, microseconds([&] { grammar = compile(all); }));
    const auto one = fresh(all, /*named=*/false);
    compiled.add(0, microseconds([&] { grammar = compile(one); }));
    walk(*grammar, slots, tokens, mask_, cold);
    const auto other = fresh(one, /*named=*/false);
    first.add(0, microseconds([&] {
                grammar = compile(other);
                auto matcher = or_start_error(grammar->open(slots));
                or_start_error(matcher.fill_mask(mask_));
              }));
  }
  for (int round = 0; round < rounds_; ++round) walk(*grammar, slots, tokens, mask_, warm);
  measure_forks(*grammar, slots, tokens, fork, rollback);
  const auto chosen = chosen_tokens(*grammar, runs_, tokens, slots);

  Json row;
  row["vocab"] = backend_.vocabulary().size;
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
  if (!source.named.empty()) {
    row["compile_new_ms"] = all_new.percentile(50) / 1000;
    row["mask_worst_us"] = worst_mask_us(source, document, slots);
  }
  return row;
}

// One of the plain characters that may come, all equally likely; -1 when there is none.
std::int32_t ConstrainBench::random_byte_token(std::uint32_t& dice) const {
  std::int32_t chosen = -1;
  std::uint32_t allowed = 0;
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) {
    const auto token = byte_tokens_[byte];
    if (token < 0 || (mask_[static_cast<std::size_t>(token) / 32] >> (token % 32) & 1) == 0)
      continue;
    dice = dice * 1664525 + 1013904223;
    if ((dice >> 8) % ++allowed == 0) chosen = token;
  }
  return chosen;
}

// The random ways are the same in every round, so that each of their steps has a least time.
double ConstrainBench::worst_mask_us(const GrammarSource& source, const std::string& document,
                                     const Slots& slots) {
  Steps masks;
  for (int round = 0; round < kColdRounds; ++round) {
    const auto grammar = compile(fresh(source, /*named=*/false));
    std::size_t step = 0;
    const auto fill = [&](host::MatcherRef& matcher) {
      masks.add(step++, microseconds([&] { or_start_error(matcher.fill_mask(mask_)); }));
    };
    auto matcher = or_start_error(grammar->open(slots));
    for (const char c : document) {
      fill(matcher);
      const auto token = byte_tokens_[static_cast<std::uint8_t>(c)];
      if (token < 0) throw StartError("[bench] the vocabulary has no token for each byte");
      or_start_error(matcher.accept(token));
    }
    std::uint32_t dice = 1;
    for (int way = 0; way < kRandomWays; ++way) {
      matcher = or_start_error(grammar->open(slots));
      for (int i = 0; i < kRandomBytes; ++i) {
        fill(matcher);
        const auto token = random_byte_token(dice);
        if (token < 0) break;
        or_start_error(matcher.accept(token));
      }
    }
  }
  return masks.percentile(100);
}

}  // namespace sr::bench
