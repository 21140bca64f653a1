#include "sampling.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "state_runtime/plugin.hpp"

namespace sr::hybrid {

namespace {

bool allowed(const sr_pick& pick, std::size_t token) {
  return pick.mask == nullptr || ((pick.mask[token / 32] >> (token % 32)) & 1U) != 0;
}

// Uniform in [0, 1): splitmix64 of both numbers.
double uniform(std::uint64_t seed, std::uint64_t step) {
  std::uint64_t x = seed + (step + 1) * 0x9E3779B97F4A7C15U;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27) * 0x94D049BB133111EBU;
  return static_cast<double>((x ^ x >> 31) >> 11) * 0x1p-53;
}

struct Candidate {
  std::int32_t token;
  double weight;
};

std::int32_t drawn(std::span<const float> logits, const sr_pick& pick, float most,
                   std::uint64_t step) {
  const auto& how = *pick.sampling;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!allowed(pick, i)) continue;
    candidates.push_back({static_cast<std::int32_t>(i),
                          std::exp(static_cast<double>(logits[i] - most) / how.temperature)});
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::weight);
  if (how.top_k > 0 && candidates.size() > how.top_k) candidates.resize(how.top_k);
  double sum = 0;
  for (const auto& candidate : candidates) sum += candidate.weight;
  double kept = 0;
  std::size_t count = 0;
  while (count < candidates.size() && (count == 0 || kept < sum * how.top_p)) {
    kept += candidates[count++].weight;
  }
  double rest = uniform(how.seed, step) * kept;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    rest -= candidates[i].weight;
    if (rest < 0) return candidates[i].token;
  }
  return candidates[count - 1].token;
}

}  // namespace

void choose(std::span<const float> logits, std::uint64_t step, sr_pick& pick) {
  pick.token = -1;
  std::size_t best = logits.size();
  float next = -INFINITY;  // the likeliest of the others
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!allowed(pick, i)) continue;
    if (best != logits.size() && logits[i] <= logits[best]) {
      next = std::max(next, logits[i]);
      continue;
    }
    if (best != logits.size()) next = logits[best];
    best = i;
  }
  if (best == logits.size()) throw Failure(SR_INVALID_ARGUMENT, "the mask allows no token");
  if (pick.score_count > 0) {
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (allowed(pick, i)) sum += std::exp(static_cast<double>(logits[i] - logits[best]));
    }
    for (std::size_t i = 0; i < pick.score_count; ++i) {
      const auto token = pick.score_tokens[i];
      if (token < 0 || static_cast<std::size_t>(token) >= logits.size()) {
        throw Failure(SR_INVALID_ARGUMENT, "token " + std::to_string(token) +
                                               " is not in the vocabulary of " +
                                               std::to_string(logits.size()) + " tokens");
      }
      const auto at = static_cast<std::size_t>(token);
      pick.scores[i] = allowed(pick, at)
                           ? static_cast<float>(logits[at] - logits[best] - std::log(sum))
                           : -INFINITY;
    }
    return;
  }
  const float temperature = pick.sampling == nullptr ? 0 : pick.sampling->temperature;
  if (!(temperature >= 0) || !std::isfinite(temperature)) {
    throw Failure(SR_INVALID_ARGUMENT, "the temperature must be 0 or more");
  }
  pick.token = temperature == 0 ? static_cast<std::int32_t>(best)
                                : drawn(logits, pick, logits[best], step);
  if (!SR_HAS(&pick, margin)) return;
  const auto chosen = static_cast<std::size_t>(pick.token);
  pick.margin = chosen == best ? logits[best] - next : logits[chosen] - logits[best];
}

}  // namespace sr::hybrid
