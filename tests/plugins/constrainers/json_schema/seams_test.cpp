// Where keywords meet: whatever a model could write under random combinations of them is valid for
// a plain validator, whichever of two members of one name a reader keeps.
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "random_text.h"
#include "state_runtime/abi.h"
#include "validator.h"

namespace sr::testing {
namespace {

using Json = nlohmann::json;

constexpr const char* kGrammar = R"(root ::= ([ab/] | "\"" | "\\" | "\n" | "é" | [\U0001F600-\U0001F602]){1,20})";

bool in_grammar(const std::string& text) {
  static const std::regex shape("([ab/\"\\\\\n]|\xc3\xa9|\xf0\x9f\x98[\x80-\x82]){1,20}");
  return std::regex_match(text, shape);
}

constexpr const char* kLeaves[] = {
    R"({"type":"integer"})",
    R"({"type":"integer","multipleOf":3,"minimum":-7})",
    R"({"type":"number","multipleOf":0.25,"exclusiveMaximum":2,"minimum":-1})",
    R"({"type":"number","multipleOf":1.5e1})",
    R"({"type":"number","multipleOf":1e-2,"minimum":0.5,"maximum":1.25})",
    R"({"type":"string","pattern":"^a","maxLength":3})",
    R"({"type":"string","pattern":"b$","minLength":2})",
    R"({"type":"string","minLength":1,"maxLength":2})",
    R"({"enum":["x","y",1,null]})",
    R"({"type":"array","items":{"enum":["x","y",2,"\"",[1]]},"uniqueItems":true,"minItems":1})",
    R"({"type":"array","items":{"enum":["x","xx","xxx"]},"uniqueItems":true,"maxItems":2})",
    R"({"not":{"type":"string"},"type":["string","boolean","null"]})",
    R"({"not":{"enum":["a","op","open",null]},"type":["string","null"]})",
    R"({"anyOf":[{"type":"integer","maximum":3},{"type":"string","maxLength":1}]})",
    R"({"oneOf":[{"type":"integer","maximum":3},{"type":"string"},{"type":"integer","minimum":5}]})",
    R"({"allOf":[{"type":"string","minLength":2},{"pattern":"^[ab\"]*$"},{"maxLength":4}]})",
    R"({"type":"string","x-grammar":"g"})",
    R"({"type":"array","items":{"type":"string","x-grammar":"g"},"maxItems":2})",
};
constexpr const char* kNames[] = {"a", "ab", "x1", "x\"", "é"};
constexpr const char* kNamePatterns[] = {"^x", "^a", "1$", "b"};
constexpr const char* kNameRules[] = {R"({"pattern":"^[ax]"})", R"({"maxLength":2})",
                                      R"({"not":{"enum":["x","ab"]}})", R"({"minLength":1})"};

class Schemas {
 public:
  explicit Schemas(std::uint32_t seed) : dice_(seed) {}

  std::uint32_t roll(std::uint32_t sides) { return dice_() % sides; }
  // Also several that hold for one object, of which each judges the names that it does not list.
  Json object(int depth) {
    auto out = plain_object(depth);
    const auto more = roll(8);
    if (more < 2) out["allOf"] = Json::array({plain_object(depth)});
    if (more == 2) out["anyOf"] = Json::array({plain_object(depth), plain_object(depth)});
    if (more == 3) out = {{"oneOf", Json::array({tagged(1, depth), tagged(2, depth)})}};
    return out;
  }

 private:
  Json tagged(int tag, int depth) {
    auto out = plain_object(depth);
    out["properties"]["é"] = {{"const", tag}};
    out["required"].push_back("é");
    return out;
  }
  Json plain_object(int depth) {
    Json out = {{"type", "object"}};
    Json required = Json::array();
    for (const auto* name : kNames) {
      if (roll(3) != 0) continue;
      out["properties"][name] = value(depth);
      if (roll(2) == 0) required.push_back(name);
    }
    if (roll(6) == 0) required.push_back("xb");
    if (!required.empty()) out["required"] = required;
    for (const auto* pattern : kNamePatterns) {
      if (roll(4) == 0) out["patternProperties"][pattern] = value(depth);
    }
    if (roll(3) == 0) out["propertyNames"] = Json::parse(pick(kNameRules));
    const auto others = roll(3);
    if (others == 0) out["additionalProperties"] = false;
    if (others == 1) out["additionalProperties"] = value(depth);
    if (roll(5) == 0) out["minProperties"] = required.size();
    if (roll(5) == 0) out["maxProperties"] = out.value("properties", Json::object()).size();
    return out;
  }
  Json list(int depth) {
    Json out = {{"type", "array"}, {"minItems", roll(3)}, {"maxItems", 2 + roll(2)}};
    out["prefixItems"] = Json::array({value(depth), value(depth)});
    if (roll(2) == 0) out["items"] = roll(2) == 0 ? Json(false) : value(depth);
    return out;
  }
  template <std::size_t N>
  const char* pick(const char* const (&of)[N]) { return of[roll(N)]; }
  Json value(int depth) {
    if (depth > 0 && roll(5) == 0) return object(depth - 1);
    if (depth > 0 && roll(10) == 0) return list(depth - 1);
    return Json::parse(pick(kLeaves));
  }

  std::mt19937 dice_;
};

constexpr Taste kTaste{.most_steps = 150, .patience = 41, .long_token = 8, .closing = 40,
                       .closing_late = 2000};

// A number such as 1e999 is a number of JSON, but none of the validator's.
bool fits_in_doubles(const std::string& text) {
  try {
    read_document(text, /*first_counts=*/false);
    return true;
  } catch (const Json::out_of_range&) {
    return false;
  }
}

TEST(Seams, WhatMayBeWrittenIsValid) {
  const auto& vocabulary = TestVocabulary::mixed();
  int compiled = 0, texts = 0, repeated = 0;
  for (std::uint32_t seed = 0; seed < 700; ++seed) {
    Schemas schemas(seed);
    const auto schema = schemas.object(2);
    Plugin plugin(Options{{"order", schemas.roll(2) == 0 ? "any" : "declared"},
                          {"whitespace", schemas.roll(3) == 0 ? "flexible" : "compact"}});
    const GrammarText source{"json_schema", schema.dump(), {{"g", "grammar", kGrammar}}};
    std::mt19937 dice(seed);
    try {
      plugin.compile(source, vocabulary);
    } catch (const Refused& e) {
      ASSERT_TRUE(e.code == SR_INVALID_ARGUMENT || e.code == SR_UNSUPPORTED) << e.what();
      continue;
    }
    ++compiled;
    for (int i = 0; i < 12; ++i) {
      auto m = plugin.open(source, vocabulary);
      const auto text = random_text(m, vocabulary, dice, kTaste);
      if (text.empty() || !fits_in_doubles(text)) continue;
      ++texts;
      const auto last = read_document(text, /*first_counts=*/false);
      const auto first = read_document(text, /*first_counts=*/true);
      repeated += first != last ? 1 : 0;
      ASSERT_EQ(broken_rule(schema, last, in_grammar), "") << schema << "\n" << text;
      ASSERT_EQ(broken_rule(schema, first, in_grammar), "") << schema << "\n" << text;
    }
  }
  EXPECT_GT(compiled, 150);
  EXPECT_GT(texts, 1000);
  EXPECT_GT(repeated, 0);  // or the two readings are not told apart
}

}  // namespace
}  // namespace sr::testing
