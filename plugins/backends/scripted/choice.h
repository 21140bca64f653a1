// choice.h - one token out of those that a mask allows. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "reading.h"
#include "state_runtime/backend.h"

namespace sr::scripted {

class Allowed {
 public:
  explicit Allowed(const std::uint32_t* mask);  // nullptr allows all
  bool has(std::int32_t token) const noexcept {
    return token >= 0 && token < kVocabulary &&
           (mask_ == nullptr || ((mask_[token / 32] >> (token % 32)) & 1U) != 0);
  }
  int count() const noexcept { return count_; }

 private:
  const std::uint32_t* mask_;
  int count_ = 0;
};

// A pseudo-random number that depends on both.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t step) noexcept;

// For text that is off the script since `astray` bytes: what ends the JSON soonest (the end token,
// then closing brackets or the closing quote). Where nothing closes it never settles on a cycle.
std::int32_t finishing(const Allowed&, std::string_view said, std::size_t astray);

// Text that is off the script from byte `same` on, where `other` stands or will: does that make
// another number of one that the script says, by cutting it, going on with it or beginning it in
// another way? A number in quotes is one, too.
bool changes_number(std::string_view script, std::size_t same, std::int32_t other);

// For nonsense: an arbitrary token that neither ends a string or a bracket nor the text, if any.
std::int32_t babbling(const Allowed&, std::uint64_t noise);

// The model's opinion is a distribution over the allowed tokens with nearly all its weight on
// `favourite`. score() is the natural logarithm of a token's probability in it, -infinity for a
// forbidden one; drawn() samples from it, greedy without parameters or at temperature 0. Throws
// Failure(SR_INVALID_ARGUMENT) for a temperature that is negative or not a number.
float score(const Allowed&, std::int32_t favourite, std::int32_t token);
std::int32_t drawn(const Allowed&, std::int32_t favourite, const sr_sampling*, std::uint64_t step);

}  // namespace sr::scripted
