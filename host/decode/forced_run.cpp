#include "host/decode/forced_run.h"

#include <algorithm>
#include <string_view>

namespace sr::host {
namespace {

constexpr std::size_t kMaxRun = 4096;

// Marks every token that another token begins with. In sorted order a token's extensions follow
// it directly, so one comparison with the next different one is enough.
std::vector<bool> tokens_that_may_grow(const sr_vocabulary& v) {
  std::vector<std::int32_t> order;
  order.reserve(static_cast<std::size_t>(v.size));
  for (std::int32_t id = 0; id < v.size; ++id) {
    if (!token_bytes(v, id).empty()) order.push_back(id);
  }
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return token_bytes(v, a) < token_bytes(v, b);
  });
  std::vector<bool> grows(static_cast<std::size_t>(v.size), false);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto self = token_bytes(v, order[i]);
    auto next = i + 1;
    while (next < order.size() && token_bytes(v, order[next]) == self) ++next;
    if (next < order.size() && token_bytes(v, order[next]).substr(0, self.size()) == self) {
      grows[static_cast<std::size_t>(order[i])] = true;
    }
  }
  return grows;
}

}  // namespace

ForcedRuns::ForcedRuns(const LoadedBackend& backend)
    : backend_(backend), may_grow_(tokens_that_may_grow(backend.vocabulary())), buffer_(kMaxRun) {}

Result<std::vector<std::int32_t>> ForcedRuns::take(MatcherRef& matcher) {
  const std::size_t size = matcher.forced(buffer_);
  if (size == 0) return std::vector<std::int32_t>();
  auto tokens =
      backend_.tokenize({reinterpret_cast<const char*>(buffer_.data()), size}, /*specials=*/false);
  if (!tokens) return std::move(tokens).error();

  std::vector<std::int32_t> run = std::move(*tokens);
  const auto last = run.empty() ? -1 : run.back();
  std::size_t taken = 0;
  for (const auto token : run) {
    if (taken + 1 == run.size() && may_grow_[static_cast<std::size_t>(last)]) {
      auto end = matcher.fork();  // unless the text ends with it, what follows may join it
      if (!end) return std::move(end).error();
      auto accepted = end->accept(last);
      if (!accepted) return accepted.error();
      if (end->status() != SR_MATCH_DONE) break;
    }
    // A tokenizer may write forced bytes with a token that reaches past what is forced to here;
    // then the model chooses from this point on.
    if (!matcher.accept(token)) break;
    ++taken;
  }
  run.resize(taken);
  return run;
}

}  // namespace sr::host
