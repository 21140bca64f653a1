// engine/bytes/number_rule.h - numbers within bounds and multiples of others, as automata.
//
// A bounded number is written without exponent; an integer also without fraction.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/bytes/byte_dfa.h"
#include "engine/bytes/decimal.h"

namespace sr::constrain {

struct NumberRule {
  struct Bound {
    Decimal at;
    bool open = false;  // the bound itself is not in
  };
  std::optional<Bound> min, max;
  std::vector<Decimal> multiples;  // a value is a multiple of each; all above zero
  bool integer = false;

  bool bounded() const { return min || max || !multiples.empty(); }
  void also(const NumberRule& other);
};

// nullptr when no number satisfies the rule. Errors: sr::Failure(SR_EXHAUSTED) beyond
// `max_states`.
std::shared_ptr<const ByteDfa> number_dfa(const NumberRule& rule, std::size_t max_states);

bool satisfies(const Decimal& value, const NumberRule& rule, std::size_t max_states);

}  // namespace sr::constrain
