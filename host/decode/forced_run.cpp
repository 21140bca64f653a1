#include "host/decode/forced_run.h"

#include <algorithm>

namespace sr::host {
namespace {

constexpr std::size_t kMaxRun = 4096;
constexpr std::size_t kMaxToken = 256;  // no token of text is longer

std::vector<std::int32_t> tokens_in_order(const sr_vocabulary& v) {
  std::vector<std::int32_t> order;
  order.reserve(static_cast<std::size_t>(v.size));
  for (std::int32_t id = 0; id < v.size; ++id) {
    if (!token_bytes(v, id).empty()) order.push_back(id);
  }
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return token_bytes(v, a) < token_bytes(v, b);
  });
  return order;
}

// Advances over the tokens; how many it took before one could not come next.
std::size_t accepted(MatcherRef& matcher, std::span<const std::int32_t> tokens) {
  std::size_t taken = 0;
  while (taken < tokens.size() && matcher.accept(tokens[taken])) ++taken;
  return taken;
}

}  // namespace

ForcedRuns::ForcedRuns(const LoadedBackend& backend)
    : backend_(backend), in_order_(tokens_in_order(backend.vocabulary())), buffer_(kMaxRun) {}

bool ForcedRuns::may_grow(std::string_view text) const {
  const auto& v = backend_.vocabulary();
  const auto longer = std::upper_bound(
      in_order_.begin(), in_order_.end(), text,
      [&](std::string_view t, std::int32_t id) { return t < token_bytes(v, id); });
  return longer != in_order_.end() && token_bytes(v, *longer).starts_with(text);
}

std::size_t ForcedRuns::settled(std::string_view text, std::span<const std::int32_t> run) const {
  const auto& v = backend_.vocabulary();
  std::size_t first = run.size();
  auto begin = text.size();
  for (auto i = run.size(); i-- > 0;) {
    const auto size = token_bytes(v, run[i]).size();
    if (size > begin) break;  // the tokenizer wrote something other than the text
    begin -= size;
    if (text.size() - begin > kMaxToken) break;
    if (may_grow(text.substr(begin))) first = i;
  }
  return first;
}

Result<std::vector<std::int32_t>> ForcedRuns::take(MatcherRef& matcher) {
  const std::size_t size = matcher.forced(buffer_);
  if (size == 0) return std::vector<std::int32_t>();
  const std::string_view text(reinterpret_cast<const char*>(buffer_.data()), size);
  auto tokens = backend_.tokenize(text, /*specials=*/false);
  if (!tokens) return std::move(tokens).error();

  std::vector<std::int32_t> run = std::move(*tokens);
  const std::size_t safe = settled(text, run);
  // A tokenizer may write forced bytes with a token that reaches past what is forced to here;
  // then the model chooses from this point on.
  std::size_t taken = accepted(matcher, std::span(run).first(safe));
  if (taken == safe && safe < run.size()) {
    auto end = matcher.fork();  // unless the text ends with it, what follows may join it
    if (!end) return std::move(end).error();
    if (accepted(*end, std::span(run).subspan(safe)) == run.size() - safe &&
        end->status() == SR_MATCH_DONE) {
      matcher = std::move(*end);
      taken = run.size();
    }
  }
  run.resize(taken);
  return run;
}

}  // namespace sr::host
