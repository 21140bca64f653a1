// Text that a grammar leaves no choice about: it is taken as one run, in the tokens that the model
// would have written itself.
#include <gtest/gtest.h>

#include "host/decode/forced_run.h"
#include "tests/host/decode/linked_plugins.h"
#include "tests/host/decode/tape.h"

namespace sr::host::testing {
namespace {

constexpr const char* kAction =
    R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"}},)"
    R"("required":["kind","sql"],"additionalProperties":false})";

std::string text_of(const LoadedBackend& backend, const std::vector<std::int32_t>& tokens) {
  std::string out;
  for (const auto t : tokens) out += "[" + std::string(token_bytes(backend.vocabulary(), t)) + "]";
  return out;
}

struct Forced {
  explicit Forced(std::vector<std::string> words, const std::string& schema) {
    deck.words = std::move(words);
    backend.emplace(tape(deck));
    auto compiled = json_schema().compile({"json_schema", schema, {}}, backend->vocabulary());
    if (!compiled) throw std::runtime_error(compiled.error().text());
    grammar = *compiled;
    auto opened = grammar->open();
    matcher.emplace(std::move(*opened));
    runs.emplace(*backend);
  }
  std::string take() {
    auto run = runs->take(*matcher);
    return run ? text_of(*backend, *run) : run.error().text();
  }
  TapeDeck deck;
  std::optional<LoadedBackend> backend;
  std::shared_ptr<GrammarRef> grammar;
  std::optional<MatcherRef> matcher;
  std::optional<ForcedRuns> runs;
};

TEST(ForcedRuns, TakesTheRunInTheTokenizersOwnTokens) {
  Forced f({R"({")", "kind", R"(":")", "sql", R"(",")"}, kAction);
  EXPECT_EQ(f.take(), R"([{"][kind][":"][sql][","][sql][":"])");
  EXPECT_EQ(f.take(), "");  // the text of the statement is the model's choice
}

TEST(ForcedRuns, HoldsBackATokenThatWhatFollowsMayJoin) {
  // The quote that opens the statement may be the beginning of `"UP`.
  Forced f({R"("UP)"}, kAction);
  EXPECT_EQ(f.take(), R"([{]["][k][i][n][d]["][:]["][s][q][l]["][,]["][s][q][l]["][:])");
}

TEST(ForcedRuns, HoldsBackEveryTokenThatALongerOneMayCover) {
  // Not the quote alone but the colon and the quote begin a longer token.
  Forced f({R"(:"UP)"}, kAction);
  EXPECT_EQ(f.take(), R"([{]["][k][i][n][d]["][:]["][s][q][l]["][,]["][s][q][l]["])");
}

TEST(ForcedRuns, HoldsNothingBackWhereTheTextEnds) {
  Forced f({"}}}"}, R"({"type":"object","properties":{"a":{"const":1}},)"
                    R"("required":["a"],"additionalProperties":false})");
  EXPECT_EQ(f.take(), R"([{]["][a]["][:][1][}])");
  EXPECT_EQ(f.matcher->status(), SR_MATCH_DONE);
}

}  // namespace
}  // namespace sr::host::testing
