#include "choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "state_runtime/plugin.hpp"

namespace sr::scripted {

namespace {

// What all other tokens together weigh: so little that text at temperature 1 follows the script.
constexpr double kDoubt = 1e-6;
constexpr std::size_t kPatience = 64;  // bytes astray before choices become arbitrary

bool in_string(std::string_view json) {
  bool inside = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (inside && json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      inside = !inside;
    }
  }
  return inside;
}

bool is_digit(std::int32_t c) { return c >= '0' && c <= '9'; }
bool is_number_part(char c) { return c == '-' || c == '+' || c == '.'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_number(std::int32_t c) { return is_digit(c) || c == '.' || c == 'e' || c == 'E'; }

// 5, -5, .5, and '5' but not '5 of them'.
bool begins_number(std::string_view text) {
  const char quote = text.starts_with('\'') || text.starts_with('"') ? text.front() : 0;
  if (quote != 0) {
    const auto end = text.find(quote, 1);
    if (end == std::string_view::npos) return false;
    text = text.substr(1, end - 1);
    for (const char c : text) {
      if (!continues_number(c) && !is_number_part(c)) return false;
    }
  }
  const auto first = text.find_first_not_of("+-.");
  return first != std::string_view::npos && first <= 2 && is_digit(text[first]);
}

bool is_closer(std::int32_t token) {
  return token == '"' || token == '}' || token == ']' || token == kEnd;
}

// The n-th allowed token for which `fits`, -1 if there are fewer.
template <class Fits>
std::int32_t nth(const Allowed& allowed, std::uint64_t n, Fits&& fits) {
  for (std::int32_t token = 0; token < kVocabulary; ++token) {
    if (allowed.has(token) && fits(token) && n-- == 0) return token;
  }
  return -1;
}

template <class Fits>
std::int32_t any_of(const Allowed& allowed, std::uint64_t noise, Fits&& fits) {
  std::uint64_t count = 0;
  for (std::int32_t token = 0; token < kVocabulary; ++token) {
    count += allowed.has(token) && fits(token) ? 1 : 0;
  }
  return count == 0 ? -1 : nth(allowed, noise % count, fits);
}

}  // namespace

Allowed::Allowed(const std::uint32_t* mask) : mask_(mask) {
  for (std::int32_t token = 0; token < kVocabulary; ++token) count_ += has(token) ? 1 : 0;
}

std::uint64_t mixed(std::uint64_t seed, std::uint64_t step) noexcept {  // SplitMix64
  std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * (step + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::int32_t finishing(const Allowed& allowed, std::string_view said, std::size_t astray) {
  if (allowed.has(kEnd)) return kEnd;
  if (astray > kPatience) {
    return any_of(allowed, mixed(said.size(), astray), [](auto) { return true; });
  }
  const bool inside = in_string(said);
  for (const char closer : std::string_view(inside ? "\"" : "}]\"")) {
    if (allowed.has(closer)) return closer;
  }
  // The quote that may stand around a value inside the string, but not twice: that would be an
  // escaped one. Then the lowest printable byte that does not repeat the one before.
  const int before = said.empty() ? -1 : static_cast<unsigned char>(said.back());
  if (inside && before != '\'' && allowed.has('\'')) return '\'';
  const auto printable = nth(allowed, 0, [&](std::int32_t token) {
    return token >= ' ' && token <= '~' && token != before;
  });
  return printable >= 0 ? printable : nth(allowed, 0, [](auto) { return true; });
}

bool changes_number(std::string_view script, std::size_t same, std::int32_t other) {
  const auto next = same < script.size() ? static_cast<unsigned char>(script[same]) : kEnd;
  if (same > 0 && is_digit(static_cast<unsigned char>(script[same - 1]))) {
    return continues_number(next) || continues_number(other);
  }
  if (same > 0 && is_word(script[same - 1])) return false;  // digits of a name
  return begins_number(script.substr(std::min(same, script.size())));
}

std::int32_t babbling(const Allowed& allowed, std::uint64_t noise) {
  const auto token = any_of(allowed, noise, [](std::int32_t t) { return !is_closer(t); });
  return token >= 0 ? token : any_of(allowed, noise, [](auto) { return true; });
}

float score(const Allowed& allowed, std::int32_t favourite, std::int32_t token) {
  if (!allowed.has(token)) return -std::numeric_limits<float>::infinity();
  if (allowed.count() == 1) return 0;
  return static_cast<float>(token == favourite ? std::log1p(-kDoubt)
                                               : std::log(kDoubt / (allowed.count() - 1)));
}

std::int32_t drawn(const Allowed& allowed, std::int32_t favourite, const sr_sampling* sampling,
                   std::uint64_t step) {
  if (sampling == nullptr || sampling->temperature == 0) return favourite;
  const double temperature = sampling->temperature;
  if (!(temperature > 0)) {
    throw Failure(SR_INVALID_ARGUMENT, "the temperature must be 0 or more");
  }
  // Candidates by falling weight: the favourite, then the others, which weigh the same.
  std::array<std::int32_t, kVocabulary> tokens;
  std::array<double, kVocabulary> weights;
  std::size_t count = 0;
  const auto add = [&](std::int32_t token) {
    tokens[count] = token;
    weights[count] = std::exp(score(allowed, favourite, token) / temperature);
    ++count;
  };
  add(favourite);
  for (std::int32_t token = 0; token < kVocabulary; ++token) {
    if (token != favourite && allowed.has(token)) add(token);
  }
  if (sampling->top_k != 0) count = std::min<std::size_t>(count, sampling->top_k);
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) total += weights[i];
  double nucleus = 0;
  std::size_t inside = 0;
  do {
    nucleus += weights[inside++];
  } while (inside < count && nucleus < sampling->top_p * total);
  const double uniform = static_cast<double>(mixed(sampling->seed, step) >> 11) * 0x1p-53;
  double left = uniform * nucleus;
  for (std::size_t i = 0; i + 1 < inside; ++i) {
    left -= weights[i];
    if (left < 0) return tokens[i];
  }
  return tokens[inside - 1];
}

}  // namespace sr::scripted
