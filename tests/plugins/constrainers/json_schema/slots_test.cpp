// Slots: grammars and schemas whose texts are given when a matcher is opened.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "slot_reference.h"
#include "support.h"

namespace sr::testing {
namespace {

GrammarText grammar(const std::string& text) { return {"grammar", text, {}}; }
GrammarText in_string(const std::string& text) {
  return {"json_schema", R"({"type":"string","x-grammar":"g"})", {{"g", "grammar", text}}};
}

// "accepted", or why not.
std::string verdict(const GrammarText& source, const SlotGiven& slots, const std::string& text) {
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::bytes();
  auto m = plugin.open_with(plugin.compile(source, vocabulary), slots, vocabulary);
  if (const auto why = m.accept(text); !why.empty()) return why;
  return m.status() == SR_MATCH_OPEN ? "open" : "accepted";
}
std::string refusal(const GrammarText& source, const SlotGiven& slots) {
  Plugin plugin;
  try {
    plugin.open_with(plugin.compile(source, TestVocabulary::bytes()), slots,
                     TestVocabulary::bytes());
  } catch (const Refused& e) {
    EXPECT_EQ(e.code, SR_INVALID_ARGUMENT);
    return e.what();
  }
  return "";
}

TEST(Slots, ASpanIsWholeWordsOfTheText) {
  const auto source = grammar("root ::= \"<\" <span:t> \">\"");
  const SlotGiven slots = {{"t", {"Call o'brien, AC-12 or a@b.de: \"quoted text\" at 3.5"}}};
  for (const char* span : {"Call", "o'brien", "brien", "o'brien, AC-12", "AC-12", "12", "a@b.de",
                           "a@b.de:", "\"quoted text\"", "quoted text", "3.5", "5",
                           "Call o'brien, AC-12 or a@b.de: \"quoted text\" at 3.5"}) {
    EXPECT_EQ(verdict(source, slots, std::string("<") + span + ">"), "accepted") << span;
  }
  for (const char* no : {"all", "Cal", "o'brie", "Call ", " Call", "AC-1", "quote", ""}) {
    EXPECT_NE(verdict(source, slots, std::string("<") + no + ">"), "accepted") << no;
  }
}

TEST(Slots, NoCharacterThatPeopleSeeIsCut) {
  const auto source = grammar("root ::= \"<\" <span:t> \">\"");
  const SlotGiven slots = {{"t", {"e\u0301t\u00e9 \u4e2d\u6587 \U0001F468\u200D\U0001F469 x"}}};
  for (const char* span : {"e\u0301t\u00e9", "\u4e2d", "\u6587", "\u4e2d\u6587",
                           "\U0001F468\u200D\U0001F469", "x"}) {
    EXPECT_EQ(verdict(source, slots, std::string("<") + span + ">"), "accepted") << span;
  }
  for (const char* no : {"e", "e\u0301", "t\u00e9", "\U0001F468", "\U0001F469"}) {
    EXPECT_NE(verdict(source, slots, std::string("<") + no + ">"), "accepted") << no;
  }
}

TEST(Slots, QuotesAreDoubledAndJsonEscapes) {
  const std::string text = "say \"hi\" to o'brien\\x\n";
  const std::string rule = "root ::= \"n = \" <span:t quote='>";
  EXPECT_EQ(verdict(grammar(rule), {{"t", {text}}}, "n = 'o''brien\\x'"), "accepted");
  EXPECT_NE(verdict(grammar(rule), {{"t", {text}}}, "n = 'o'brien'"), "accepted");
  const auto json = nlohmann::json("n = '\"hi\" to o''brien\\x'").dump();
  EXPECT_EQ(verdict(in_string(rule), {{"t", {text}}}, json), "accepted");
}

TEST(Slots, NumbersAreThoseOfTheText) {
  const auto numbers = [](const std::string& options, const std::string& text) {
    Plugin plugin;
    const auto& vocabulary = TestVocabulary::bytes();
    std::vector<std::string> out;
    try {
      auto m = plugin.open_with(
          plugin.compile(grammar("root ::= <number:t" + options + "> \";\""), vocabulary),
          {{"t", {text}}}, vocabulary);
      // All of them, depth first.
      std::string written;
      const auto visit = [&](const auto& self) -> void {
        const auto mask = m.mask();
        if (m.allows(mask, ';')) out.push_back(written);
        for (const char c : std::string("-.0123456789")) {
          if (!m.allows(mask, c)) continue;
          EXPECT_EQ(m.accept(c), "");
          written += c;
          self(self);
          written.pop_back();
          m.rollback(1);
        }
      };
      visit(visit);
    } catch (const Refused&) {
    }
    std::sort(out.begin(), out.end());
    std::string all;
    for (const auto& number : out) all += (all.empty() ? "" : " ") + number;
    return all;
  };
  EXPECT_EQ(numbers("", "resolve alert 2"), "2");
  EXPECT_EQ(numbers("", "by -5 to 007"), "-5 5 7");
  EXPECT_EQ(numbers("", "between 3-5 kg and 20%"), "20 3 5");
  EXPECT_EQ(numbers("", "3.50 or 3,5"), "3.5 3.50");
  EXPECT_EQ(numbers("", "1,234"), "1.234 1234");
  EXPECT_EQ(numbers("", "1.234.567,89"), "1234567.89");
  EXPECT_EQ(numbers("", "1 234"), "1 1234 234");
  EXPECT_EQ(numbers("", "12.05.2024"), "12 2024 5");
  EXPECT_EQ(numbers("", "v2 and x86_64, 5kg"), "5");
  EXPECT_EQ(numbers("", "\u0663\u0664"), "34");
  EXPECT_EQ(numbers("", "\u6bcf3\u5929"), "3");
  EXPECT_EQ(numbers(" integer", "3.5 4"), "4");
  EXPECT_EQ(numbers(" positive", "-4"), "4");
  EXPECT_EQ(numbers(" max=3", "12345 67"), "67");
  EXPECT_EQ(numbers("", "12345678901234567890"), "12345678901234567890");
  EXPECT_EQ(numbers("", "none"), "");
}

TEST(Slots, AnEmptySlotMakesItsAlternativeImpossible) {
  const auto source =
      grammar("root ::= \"name \" <span:t> | \"key \" <values:k> | \"number \" <number:t>");
  const SlotGiven slots = {{"t", {"Ada"}}};
  EXPECT_EQ(verdict(source, slots, "name Ada"), "accepted");
  EXPECT_NE(verdict(source, slots, "key "), "open");
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::bytes();
  auto m = plugin.open_with(plugin.compile(source, vocabulary), slots, vocabulary);
  EXPECT_EQ(m.forced(), "name Ada");
  EXPECT_FALSE(m.allows(m.mask(), 'k'));
  EXPECT_EQ(refusal(source, {{"t", {""}}, {"other", {"x"}}}),
            "no text is possible: every way through the grammar needs a slot for which nothing was "
            "given that can stand there; empty are <span:t>, <values:k>, <number:t>");
  EXPECT_THROW(plugin.open(source, vocabulary), Refused);  // as with nothing given
}

TEST(Slots, TextsMustBeUtf8AndOfASize) {
  const auto source = grammar("root ::= <span:t>");
  EXPECT_EQ(refusal(source, {{"t", {"a\xff"}}}),
            "a text for the slot <span:t> is not UTF-8 at byte 1");
  EXPECT_EQ(refusal(source, {{"t", {std::string((1 << 20) + 1, 'a')}}}),
            "the texts for the slot <span:t> have 1048577 bytes; at most 1048576 can be held");
}

TEST(Slots, MistakesNameTheirPlace) {
  Plugin plugin;
  const auto why = [&](const GrammarText& source) -> std::string {
    try {
      plugin.compile(source, TestVocabulary::bytes());
    } catch (const Refused& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(why(grammar("root ::= <span:>")), "1:10: a slot needs a name behind span:");
  EXPECT_EQ(why(grammar("root ::= <span:a")), "1:10: this slot has no closing >");
  EXPECT_EQ(why(grammar("root ::= <think>")),
            "1:10: single tokens cannot be named here; write the text");
  EXPECT_NE(why(grammar("root ::= <span:a integer>")).find("does not know \"integer\""),
            std::string::npos);
  EXPECT_NE(why(grammar("root ::= <span:a max=0>")).find("max="), std::string::npos);
  EXPECT_NE(why(grammar("root ::= <span:a quote=a>")).find("quote="), std::string::npos);
  EXPECT_NE(why(grammar("root ::= <span:a pad=%%>")).find("pad="), std::string::npos);
  EXPECT_NE(why(grammar("root ::= <span:a behind=%%>")).find("behind="), std::string::npos);
  const auto schema = [](const std::string& text) { return GrammarText{"json_schema", text, {}}; };
  EXPECT_NE(why(schema(R"({"x-slot":"span:a"})")).find("#: x-slot needs \"type\": \"string\""),
            std::string::npos);
  EXPECT_NE(why(schema(R"({"type":"string","x-slot":"span"})")).find("a slot begins with"),
            std::string::npos);
  EXPECT_NE(why(schema(R"({"type":"string","x-slot":"span:a","maxLength":3})")).find("beside"),
            std::string::npos);
}

TEST(Slots, OfSchemas) {
  const GrammarText source{"json_schema", R"({"type":"object","required":["name"],
    "additionalProperties":false,"properties":{
    "name":{"type":"string","x-slot":"span:t"},
    "state":{"type":"string","x-slot":"values:s"},
    "count":{"type":"integer","x-slot":"number:t"},
    "tags":{"type":"array","items":{"type":"string","x-slot":"values:s"}}}})", {}};
  const SlotGiven some = {{"t", {"Ada \"A\" 7, 2.5"}}, {"s", {"open", ""}}};
  for (const char* text : {R"({"name":"Ada"})", R"({"name":"\"A\" 7","state":"open","count":7})",
                           R"({"name":"7","state":"","tags":["open","","open"]})",
                           R"({"name":"Ada","tags":[]})"}) {
    EXPECT_EQ(verdict(source, some, text), "accepted") << text;
  }
  EXPECT_NE(verdict(source, some, R"({"name":"Ada","count":2.5})"), "accepted");
  const SlotGiven none = {{"t", {"Ada"}}};
  EXPECT_EQ(verdict(source, none, R"({"name":"Ada","tags":[]})"), "accepted");
  EXPECT_EQ(verdict(source, none, R"({"name":"Ada","s)"),
            "token 115 (\"s\") may not come next: at the top (#) may come tags\"");
  EXPECT_NE(verdict(source, none, R"({"name":"Ada","tags":[")"), "open");
  EXPECT_NE(refusal(source, {{"s", {"x"}}}).find("<span:t>"), std::string::npos);
}

// The engine's masks, ends and forced runs against a list of all texts.
class RandomSlotsTest : public ::testing::TestWithParam<int> {};

TEST_P(RandomSlotsTest, AgreeWithTheListOfAllTexts) {
  std::mt19937 dice(static_cast<std::uint32_t>(GetParam()));
  for (int round = 0; round < 25; ++round) {
    const auto made = random_slots(dice);
    SCOPED_TRACE(made.grammar + " " + nlohmann::json(made.slots).dump());
    Plugin plugin;
    {
      const auto vocabulary = vocabulary_for(made.language, dice);
      auto* compiled = plugin.compile(grammar(made.grammar), vocabulary);
      walk_against(plugin, compiled, made.slots, vocabulary, made.language, dice);
      if (HasFatalFailure()) return;
      // The same grammar with other texts: what is known about it must not hold for these.
      SlotGiven none;
      for (const auto& [name, texts] : made.slots)
        none.emplace_back(name, std::vector<std::string>{});
      try {
        plugin.open_with(compiled, none, vocabulary);
      } catch (const Refused&) {
      }
      walk_against(plugin, compiled, made.slots, vocabulary, made.language, dice);
      if (HasFatalFailure()) return;
    }
    std::set<std::string> quoted;
    for (const auto& text : made.language) quoted.insert(nlohmann::json(text).dump());
    const auto vocabulary = vocabulary_for(quoted, dice);
    walk_against(plugin, plugin.compile(in_string(made.grammar), vocabulary), made.slots,
                 vocabulary, quoted, dice);
    if (HasFatalFailure()) return;
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomSlotsTest, ::testing::Range(0, 12));

// One grammar, many texts: positions outside of slots are shared, and no text shows in another's.
TEST(Slots, OneGrammarServesManyTexts) {
  std::mt19937 dice(7);
  const std::string rule =
      "root ::= \"set \" (<span:a quote='> | <values:v quote='>) (\" to \" <span:b>)? | \"see \" "
      "<values:v> | <number:b> \" it\" | \"none\"";
  Plugin plugin;
  std::set<std::string> pieces = {"set '", "' to ", " to ", "see ", "none", "set ", "a' to ", "it"};
  for (int i = 0; i < 30; ++i) pieces.insert(random_text(dice, 3) + "'");
  const auto vocabulary = vocabulary_for(pieces, dice);
  auto* compiled = plugin.compile(grammar(rule), vocabulary);
  for (int round = 0; round < 60; ++round) {
    const SlotGiven slots = {{"a", {random_text(dice, 4)}},
                             {"b", {random_text(dice, 3)}},
                             {"v", {random_text(dice, 1), random_text(dice, 2)}}};
    std::set<std::string> heads, language = {"none"};
    const auto quote = [](const std::string& text) {
      std::string out = "'";
      for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
      return out + "'";
    };
    for (const auto& span : spans_of(slots[0].second[0], true, 1000)) heads.insert(quote(span));
    for (const auto& value : slots[2].second) {
      heads.insert(quote(value));
      if (!value.empty()) language.insert("see " + value);
    }
    for (const auto& head : heads) {
      language.insert("set " + head);
      for (const auto& span : spans_of(slots[1].second[0], true, 1000)) {
        language.insert("set " + head + " to " + span);
      }
    }
    if (slots[1].second[0].find_first_of("0123456789") != std::string::npos) continue;
    walk_against(plugin, compiled, slots, vocabulary, language, dice);
    if (HasFatalFailure()) return;
  }
}

// Counted repetitions, and what is owed behind them.
TEST(Slots, RepetitionsAgreeWithTheListOfAllTexts) {
  std::mt19937 dice(11);
  const std::string rule =
      "root ::= (<values:v> \",\"){2,18} \"end\" | (\"x,\" | <number:n> \";\"){3,18} <span:t>? | "
      "\"y\"{0,40} <span:t>";
  Plugin plugin;
  for (int given = 0; given < 8; ++given) {
    SlotGiven slots;
    std::set<std::string> language;
    const bool v = (given & 1) != 0, n = (given & 2) != 0, t = (given & 4) != 0;
    if (v) slots.emplace_back("v", std::vector<std::string>{"a"});
    if (n) slots.emplace_back("n", std::vector<std::string>{"none"});  // no number in it
    if (t) slots.emplace_back("t", std::vector<std::string>{"b c"});
    std::string commas, xs = "x,x,", ys;
    for (int i = 1; i <= 18; ++i) {
      commas += "a,";
      if (v && i >= 2) language.insert(commas + "end");
    }
    for (int i = 3; i <= 18; ++i) {
      language.insert(xs += "x,");
      for (const char* span : {"b", "c", "b c"}) {
        if (t) language.insert(xs + span);
      }
    }
    for (int i = 0; i <= 40; ++i, ys += "y") {
      for (const char* span : {"b", "c", "b c"}) {
        if (t) language.insert(ys + span);
      }
    }
    const auto vocabulary = vocabulary_for(language, dice);
    auto* compiled = plugin.compile(grammar(rule), vocabulary);
    for (int walk = 0; walk < 3; ++walk) {
      walk_against(plugin, compiled, slots, vocabulary, language, dice);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Slots, ObjectsAgreeWithTheListOfAllTexts) {
  const auto source = [](const std::string& required) {
    return GrammarText{"json_schema", R"({"type":"object","additionalProperties":false,"required":)" +
      required + R"(,"properties":{"name":{"type":"string","x-slot":"span:t"},
      "state":{"anyOf":[{"type":"string","x-slot":"values:v"},{"const":null}]},
      "ids":{"type":"array","items":{"type":"integer","x-slot":"number:n"},"maxItems":2}}})", {}};
  };
  std::mt19937 dice(13);
  Plugin plugin;
  for (int given = 0; given < 16; ++given) {
    const bool v = (given & 1) != 0, n = (given & 2) != 0, t = (given & 4) != 0;
    const bool required = (given & 8) != 0;
    SlotGiven slots;
    if (v) slots.emplace_back("v", std::vector<std::string>{"a\"b", ""});
    if (n) slots.emplace_back("n", std::vector<std::string>{"7 or 12"});
    if (t) slots.emplace_back("t", std::vector<std::string>{"\\x y"});
    std::vector<std::string> names, states = {"", ",\"state\":null"}, ids = {"", ",\"ids\":[]"};
    if (!required) names.emplace_back();
    if (t) {
      for (const auto& span : spans_of("\\x y", true, 100)) {
        names.push_back(",\"name\":" + nlohmann::json(span).dump());
      }
    }
    if (v) states.insert(states.end(), {",\"state\":\"a\\\"b\"", ",\"state\":\"\""});
    if (n) {
      for (const char* list : {"7", "12", "7,7", "7,12", "12,7", "12,12"}) {
        ids.push_back(",\"ids\":[" + std::string(list) + "]");
      }
    }
    std::set<std::string> language;
    for (const auto& name : names) {
      for (const auto& state : states) {
        for (const auto& list : ids) {
          auto members = name + state + list;
          if (!members.empty()) members.erase(0, 1);
          language.insert("{" + members + "}");
        }
      }
    }
    const auto vocabulary = vocabulary_for(language, dice);
    auto* compiled = plugin.compile(source(required ? R"(["name"])" : "[]"), vocabulary);
    for (int walk = 0; walk < 4; ++walk) {
      walk_against(plugin, compiled, slots, vocabulary, language, dice);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Slots, WhatTheVocabularyCannotSpellIsLeftOut) {
  std::vector<std::string> tokens;
  for (int b = 0x20; b < 0x7F; ++b) tokens.emplace_back(1, static_cast<char>(b));
  tokens.emplace_back("\u00e9");
  tokens.emplace_back();
  const TestVocabulary vocabulary(tokens, "ascii and e");
  Plugin plugin;
  auto* compiled = plugin.compile(grammar("root ::= <span:t>"), vocabulary);
  auto m = plugin.open_with(compiled, {{"t", {"\u4e2d caf\u00e9 \u6587"}}}, vocabulary);
  EXPECT_EQ(m.forced(), "caf\u00e9");
  EXPECT_THROW(plugin.open_with(compiled, {{"t", {"\u4e2d\n"}}}, vocabulary), Refused);
}

// 64 KB, as words, as one word, and as what stands at very many places at once.
TEST(Slots, LargeTextsAreWalkedToTheirEnd) {
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::mixed();
  auto* compiled = plugin.compile(grammar("root ::= \"'\" <span:t> \"'\""), vocabulary);
  std::string words, same, one(65536, 'a');
  for (int i = 0; words.size() < 65536; ++i) words += "word" + std::to_string(i % 977) + " ";
  while (same.size() < 65536) same += "a a b ";
  for (const auto* text : {&words, &same, &one}) {
    auto m = plugin.open_with(compiled, {{"t", {*text}}}, vocabulary);
    ASSERT_EQ(m.accept('\''), "");
    const auto wanted = text->substr(0, text == &one ? text->size() : 3001);
    std::size_t accepted = 0;
    for (const auto token : vocabulary.tokenize(wanted)) {
      if (accepted % 97 == 0) {
        ASSERT_TRUE(m.allows(m.mask(), token));
      }
      ASSERT_EQ(m.accept(token), "");
      ++accepted;
    }
    m.rollback(accepted);
    EXPECT_TRUE(m.allows(m.mask(), (*text)[0]));
  }
}

TEST(Slots, ThousandsOfValues) {
  Plugin plugin;
  const auto& vocabulary = TestVocabulary::mixed();
  std::vector<std::string> values;
  for (int i = 0; i < 5000; ++i) values.push_back("value " + std::to_string(i * 7919 % 5000));
  auto* compiled = plugin.compile(grammar("root ::= <values:v quote='> \";\""), vocabulary);
  auto m = plugin.open_with(compiled, {{"v", values}}, vocabulary);
  EXPECT_EQ(m.forced(), "'value ");
  ASSERT_EQ(m.accept("'value 4999';"), "");
  EXPECT_EQ(m.status(), SR_MATCH_DONE);
  m.rollback(2);
  EXPECT_FALSE(m.allows(m.mask(), '9'));
}

}  // namespace
}  // namespace sr::testing
