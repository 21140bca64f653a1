// bench/constrain/forced_share.h - do forced runs change what a model writes?
//
// Cases are played through the whole runtime. Then the model writes every answer of the logs
// twice again, from exactly what it had read before: with forced runs, and choosing every token
// itself under the same masks. Greedy, as the app's routes are. Throws StartError.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.h"

namespace sr::bench {

// Two ways to the same place in one log: what was written, in which tokens.
struct TwoAnswers {
  std::string with_runs, one_by_one;
  std::vector<std::int32_t> tokens_with_runs, tokens_one_by_one;
};

// Sums over answers; each row of the report is one of them.
class ForcedShare {
 public:
  // `chosen`: how many of the tokens with runs the model chose.
  void add(const TwoAnswers& both, std::size_t chosen);
  void add(const ForcedShare& other);
  // answers, bytes, tokens, chosen, forced_share, chosen_alone (without runs), other_answers (of
  // another text), other_bytes (behind the first byte that differs, of the longer), other_share
  // (of all bytes), other_tokens (answers of the same text in other tokens).
  host::Json json() const;

 private:
  std::size_t answers_ = 0, bytes_ = 0, tokens_ = 0, chosen_ = 0, chosen_alone_ = 0;
  std::size_t other_answers_ = 0, other_bytes_ = 0, other_tokens_ = 0;
};

struct ForcedShareArgs {
  std::string deployment;           // with the cases that it names itself
  std::vector<std::string> cases;   // case files, or folders of them (docs/evaluation.md)
  std::vector<std::string> search;  // further directories with plugins
};

// A row for each app and, when there are several, one for all: `app`, and the sums.
host::Json forced_share(const ForcedShareArgs& args);

}  // namespace sr::bench
