// Texts as masks allow them, for tests that hold what may be written to something else.
#pragma once

#include <random>
#include <string>

#include "support.h"

namespace sr::testing {

// How likely tokens are, beside one of a single byte: of several bytes, and such that hold what
// closes a string, a list or an object, in the first `patience` steps and after them.
struct Taste {
  int most_steps, patience;
  std::uint32_t long_token, closing, closing_late;
};

// Writes on to the end of the text. "" when it has not ended after most_steps. A place where nothing
// may come, and a token of a mask that is refused, are failures of the test.
std::string random_text(MatcherHandle& m, const TestVocabulary& vocabulary, std::mt19937& dice,
                        const Taste& taste);

}  // namespace sr::testing
