#include "bench/decode/reader.h"

#include <numeric>

#include "host/base/clock.h"
#include "host/base/start_error.h"

namespace sr::bench {
namespace {

void check(const host::Status& status, const sr_error& error) {
  host::or_start_error(status);
  if (error.code != SR_OK) throw host::StartError(std::string("[bench] ") + error.message);
}

}  // namespace

std::vector<std::int32_t> some_tokens(std::size_t count, int vocabulary, std::uint32_t seed) {
  std::vector<std::int32_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525U + 1013904223U;
    out.push_back(static_cast<std::int32_t>((seed >> 8) % static_cast<std::uint32_t>(vocabulary)));
  }
  return out;
}

void Reader::open() { sequence_ = host::or_start_error(backend_.open()); }

void Reader::fork(const Reader& of) {
  sequence_ = host::or_start_error(backend_.fork(of.sequence_.get()));
}

sr_pick Reader::pick(sr_error& error) const {
  sr_pick out{};
  out.struct_size = sizeof out;
  out.sequence = sequence_.get();
  out.error = &error;
  return out;
}

double Reader::step(std::span<const std::int32_t> tokens) {
  host::AbiError error;
  sr_forward_item item{sizeof item,   SR_LOGITS_LAST, sequence_.get(), tokens.data(),
                       tokens.size(), &error};
  sr_forward_item* const items[] = {&item};
  auto choice = pick(error);
  sr_pick* const picks[] = {&choice};
  const auto start = host::Clock::now();
  check(backend_.forward(items), error);
  check(backend_.sample(picks), error);
  const auto ms = host::ms_since(start);
  chosen_ = choice.token;
  return ms;
}

std::vector<float> Reader::scores() {
  const auto size = static_cast<std::size_t>(backend_.vocabulary().size);
  std::vector<std::int32_t> tokens(size);
  std::iota(tokens.begin(), tokens.end(), 0);
  std::vector<float> out(size);
  host::AbiError error;
  auto all = pick(error);
  all.score_tokens = tokens.data();
  all.scores = out.data();
  all.score_count = size;
  sr_pick* const picks[] = {&all};
  check(backend_.sample(picks), error);
  return out;
}

}  // namespace sr::bench
