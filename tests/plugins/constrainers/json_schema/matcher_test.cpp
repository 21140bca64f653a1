// What a matcher can do besides walking: forced bytes, rollback, fork, reasons, bad input.
#include <gtest/gtest.h>

#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {
namespace {

constexpr const char* kAction =
    R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"}},)"
    R"("required":["kind","sql"],"additionalProperties":false})";
constexpr const char* kTargets =
    R"({"anyOf":[{"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string"}},)"
    R"("required":["kind","sql"],"additionalProperties":false},)"
    R"({"type":"object","properties":{"kind":{"const":"refuse"},"say":{"type":"string"}},)"
    R"("required":["kind","say"],"additionalProperties":false}]})";

TEST(Forced, RunsToTheNextChoice) {
  Plugin plugin;
  auto m = plugin.open(kAction, TestVocabulary::bytes());
  EXPECT_EQ(m.forced(), R"({"kind":"sql","sql":")");
  EXPECT_EQ(m.forced(5), R"({"kin)");
  EXPECT_EQ(m.accept(R"({"kind":"sql","sql":")"), "");
  EXPECT_EQ(m.forced(), "");
  EXPECT_EQ(m.accept("x\""), "");
  EXPECT_EQ(m.forced(), "}");
}

TEST(Forced, StopsWhereUnionsPart) {
  Plugin plugin;
  auto m = plugin.open(kTargets, TestVocabulary::bytes());
  EXPECT_EQ(m.forced(), R"({"kind":")");
  EXPECT_EQ(m.accept(R"({"kind":"r)"), "");
  EXPECT_EQ(m.forced(), R"(efuse","say":")");
}

TEST(Forced, StopsWhereTheTextMayEnd) {
  Plugin plugin;
  auto m = plugin.open(R"({"enum":["a",1,10,100]})", TestVocabulary::bytes());
  EXPECT_EQ(m.accept("1"), "");
  EXPECT_EQ(m.status(), SR_MATCH_MAY_END);
  EXPECT_EQ(m.forced(), "");
}

TEST(Forced, IsAsLongAsItMustBe) {
  Plugin plugin;
  const std::string text(1000, 'x');
  auto m = plugin.open(R"({"const":")" + text + R"("})", TestVocabulary::bytes());
  EXPECT_EQ(m.forced(), "\"" + text + "\"");
  EXPECT_EQ(m.forced(700).size(), 700U);
}

TEST(Status, SaysWhenTheTextIsDone) {
  Plugin plugin;
  auto m = plugin.open(R"({"type":"integer"})", TestVocabulary::bytes());
  EXPECT_EQ(m.status(), SR_MATCH_OPEN);
  EXPECT_EQ(m.accept("1"), "");
  EXPECT_EQ(m.status(), SR_MATCH_MAY_END);
  auto zero = plugin.open(R"({"type":"integer"})", TestVocabulary::bytes());
  EXPECT_EQ(zero.accept("0"), "");
  EXPECT_EQ(zero.status(), SR_MATCH_DONE);
}

TEST(Rollback, GoesBackAnyNumberOfTokens) {
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::mixed();
  auto m = plugin.open(kAction, vocabulary);
  const auto tokens =
      vocabulary.tokenize(R"({"kind":"sql","sql":"SELECT \"a\" FROM the é \u00e9"})");
  std::vector<std::vector<std::uint32_t>> masks{m.mask()};
  for (const auto token : tokens) {
    ASSERT_EQ(m.accept(token), "");
    masks.push_back(m.mask());
  }
  EXPECT_EQ(m.status(), SR_MATCH_DONE);
  for (std::size_t keep = tokens.size() + 1; keep-- > 0;) {
    auto copy = m.fork();
    copy.rollback(tokens.size() - keep);
    EXPECT_EQ(copy.mask(), masks[keep]);
    for (auto i = keep; i < tokens.size(); ++i) ASSERT_EQ(copy.accept(tokens[i]), "");
    EXPECT_EQ(copy.mask(), masks.back());
  }
  EXPECT_THROW(m.rollback(tokens.size() + 1), Refused);
  EXPECT_EQ(m.mask(), masks.back());
}

TEST(Rollback, TakesBackTheEndToken) {
  Plugin plugin;
  auto m = plugin.open("true", TestVocabulary::bytes());
  ASSERT_EQ(m.accept("1"), "");
  const auto before = m.mask();
  ASSERT_EQ(m.accept(TestVocabulary::bytes().end()), "");
  EXPECT_NE(m.accept("2"), "");
  m.rollback(1);
  EXPECT_EQ(m.mask(), before);
  EXPECT_EQ(m.accept("2"), "");
}

TEST(Fork, GoesItsOwnWay) {
  Plugin plugin;
  auto m = plugin.open(kTargets, TestVocabulary::bytes());
  ASSERT_EQ(m.accept(R"({"kind":")"), "");
  auto other = m.fork();
  ASSERT_EQ(m.accept("sql"), "");
  ASSERT_EQ(other.accept("refuse"), "");
  EXPECT_EQ(m.forced(), R"(","sql":")");
  EXPECT_EQ(other.forced(), R"(","say":")");
  other.rollback(6);
  EXPECT_EQ(other.accept("sql"), "");
}

TEST(Accept, ARefusalChangesNothing) {
  Plugin plugin;
  auto m = plugin.open(kAction, TestVocabulary::mixed());
  ASSERT_EQ(m.accept("{"), "");
  const auto before = m.mask();
  for (const std::int32_t bad : {-1, 0, 256, TestVocabulary::mixed().end(), 1 << 30}) {
    EXPECT_NE(m.accept(bad), "");
    EXPECT_EQ(m.mask(), before);
  }
  EXPECT_THROW(m.rollback(2), Refused);
  EXPECT_EQ(m.accept("\""), "");
}

TEST(Explain, SaysWhereAndWhat) {
  Plugin plugin;
  auto m = plugin.open(
      R"({"type":"object","properties":{"rows":{"type":"array","maxItems":3,"items":{"type":"object",)"
      R"("properties":{"status":{"enum":["open","done"]}},"required":["status"],"additionalProperties":false}}},"required":["rows"],)"
      R"("additionalProperties":false})",
      TestVocabulary::bytes());
  EXPECT_EQ(m.explain(), "at the top (#) may come {");
  ASSERT_EQ(m.accept(R"({"rows":[{"status":"open"},{"status":")"), "");
  EXPECT_EQ(
      m.explain(),
      "at /rows/1/status (#/properties/rows/items/properties/status) may come open\" or done\"");
  EXPECT_NE(m.accept("x").find("token 120 (\"x\") may not come next: at /rows/1/status"),
            std::string::npos);
  ASSERT_EQ(m.accept(R"(open"}])"), "");
  EXPECT_EQ(m.explain(), "at the top (#) may come }");
  ASSERT_EQ(m.accept("}"), "");
  EXPECT_EQ(m.explain(), "here may come the end of the text");
}

TEST(Compile, AnswersFromTheCache) {
  Plugin plugin;
  auto first = plugin.open(kAction, TestVocabulary::bytes());
  auto second = plugin.open(kAction, TestVocabulary::bytes());
  auto other = plugin.open(kAction, TestVocabulary::mixed());
  EXPECT_EQ(first.mask(), second.mask());
  EXPECT_NE(first.mask().size(), other.mask().size());
}

// Named grammars are compiled once for all schemas that refer to them, and a mistake in one is told
// to those only that do.
TEST(Compile, SharesNamedGrammars) {
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::bytes();
  const std::vector<GrammarText::Named> named = {{"a", "grammar", "root ::= \"x\" b | \"\""},
                                                 {"b", "grammar", "root ::= [yz]{2,30}"},
                                                 {"bad", "grammar", "root ::= c"}};
  const std::string of_a = R"({"type":"string","x-grammar":"a"})";
  for (const std::string& schema :
       {of_a, R"({"type":"array","items":)" + of_a + "}", of_a + " "}) {
    const bool list = schema[9] == 'a';
    auto m = plugin.open(GrammarText{"json_schema", schema, named}, vocabulary);
    EXPECT_EQ(m.accept(list ? R"(["xyz","","xzzzz"])" : R"("xyz")"), "") << schema;
    EXPECT_EQ(m.status(), SR_MATCH_DONE);
  }
  auto both = plugin.open(
      GrammarText{"json_schema", R"({"anyOf":[{"type":"string","x-grammar":"b"},)" + of_a + "]}",
                  named},
      vocabulary);
  EXPECT_EQ(both.accept("\"yz"), "");
  try {
    plugin.compile(GrammarText{"json_schema", R"({"type":"string","x-grammar":"bad"})", named},
                   vocabulary);
    FAIL();
  } catch (const Refused& e) {
    EXPECT_STREQ(e.what(), "bad 1:10: the rule c is not defined");
  }
}

TEST(Compile, RefusesOtherKinds) {
  Plugin plugin;
  try {
    plugin.compile(GrammarText{"lark", "start: \"a\"", {}}, TestVocabulary::bytes());
    FAIL();
  } catch (const Refused& e) {
    EXPECT_EQ(e.code, SR_UNSUPPORTED);
  }
}

TEST(Compile, RefusesAVocabularyThatCannotSpell) {
  const TestVocabulary few({"{", "}", "\"", ""}, "few");
  Plugin plugin;
  try {
    plugin.compile(kAction, few);
    FAIL();
  } catch (const Refused& e) {
    EXPECT_NE(std::string(e.what()).find("no token for the byte 0x20"), std::string::npos);
  }
}

// Printable ASCII only, and one character beside it.
TEST(Compile, RefusesWhatTheVocabularyCannotSpell) {
  std::vector<std::string> tokens;
  for (char c = 0x20; c < 0x7F; ++c) tokens.emplace_back(1, c);
  tokens.emplace_back("é");
  tokens.emplace_back();
  const TestVocabulary ascii(std::move(tokens), "ascii");
  Plugin plugin;
  const auto refusal = [&](const GrammarText& source) -> std::string {
    try {
      plugin.compile(source, ascii);
    } catch (const Refused& e) {
      return e.what();
    }
    return "";
  };
  const GrammarText inside{"json_schema", R"({"type":"string","x-grammar":"g"})", {}};
  EXPECT_EQ(refusal({"grammar", "root ::= \"é\" [\\t\\n ]*", {}}), "");
  EXPECT_EQ(refusal({"grammar", "root ::= \"a\\n\"", {}}),
            "1:10 root: the vocabulary has no tokens for the character U+000A, without which this "
            "cannot be written");
  EXPECT_NE(refusal({"grammar", "root ::= \"ü\"", {}}).find("U+00FC"), std::string::npos);
  EXPECT_EQ(refusal({inside.kind, inside.text, {{"g", "grammar", "root ::= \"a\\n\""}}}), "");
  EXPECT_EQ(refusal({"json_schema", R"({"const":"é\n"})", {}}), "");
  EXPECT_NE(refusal({"json_schema", R"({"properties":{"a":{"const":"ü"}}})", {}})
                .find("#/properties/a: the vocabulary has no tokens for the character U+00FC"),
            std::string::npos);
}

TEST(Compile, IsBounded) {
  std::string schema = R"({"allOf":[)";
  for (int i = 0; i < 30; ++i) {
    schema += R"({"anyOf":[{"minLength":1},{"maxLength":)" + std::to_string(i + 5) + "}]},";
  }
  schema.back() = ']';
  schema += "}";
  Plugin plugin(Options{{"max_states", "1000"}});
  try {
    plugin.compile(schema, TestVocabulary::bytes());
    FAIL();
  } catch (const Refused& e) {
    EXPECT_EQ(e.code, SR_EXHAUSTED);
    EXPECT_NE(std::string(e.what()).find("combinations"), std::string::npos);
  }
}

TEST(Warn, LeavesOutWhatWasChosen) {
  Plugin plugin(Options{{"warn", "format, madeUp"}});
  auto m = plugin.open(R"({"type":"string","format":"iri","madeUp":1})", TestVocabulary::bytes());
  EXPECT_EQ(m.accept("\"no mail\""), "");
  ASSERT_EQ(plugin.log().size(), 2U);
  EXPECT_NE(plugin.log()[0].find("#: format"), std::string::npos);
}

// A budget that is used up costs memory of the past, never correctness.
TEST(Memory, NewMatchersStartAfresh) {
  Plugin plugin(Options{{"memory", "1MiB"}});
  for (int round = 0; round < 30; ++round) {
    auto m =
        plugin.open(R"({"type":"array","items":{"type":"string","maxLength":3000},"maxItems":500})",
                    TestVocabulary::mixed());
    ASSERT_EQ(m.accept("[\""), "");
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(m.accept("x"), "");
    auto copy = m.fork();
    copy.rollback(1000);
    EXPECT_EQ(copy.mask(), m.mask());
  }
}

}  // namespace
}  // namespace sr::testing
