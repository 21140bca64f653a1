// Where rules for texts meet: patterns merged by allOf, not, lengths and names, in every spelling that
// JSON has. What the masks let through is decoded and held to predicates over code points.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>

#include "random_text.h"
#include "state_runtime/abi.h"

namespace sr::testing {
namespace {

using Json = nlohmann::json;
using Codes = std::u32string;

Codes codes(const std::string& utf8) {
  Codes out;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += byte;
    } else if (byte >= 0xC0) {
      out += byte & (byte >= 0xF0 ? 0x07U : byte >= 0xE0 ? 0x0FU : 0x1FU);
    } else {
      out.back() = out.back() << 6 | (byte & 0x3FU);
    }
  }
  return out;
}

bool blank(char32_t c) {
  const Codes all = U"\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff";
  return all.find(c) != Codes::npos || (c >= 0x2000 && c <= 0x200A);
}
bool digit(char32_t c) { return c >= '0' && c <= '9'; }
bool word(char32_t c) { return digit(c) || (c | 0x20U) - U'a' < 26U || c == '_'; }
bool has(const Codes& text, char32_t c) { return text.find(c) != Codes::npos; }
template <class Test>
bool all(const Codes& text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

struct Rule {
  const char* pattern;
  std::function<bool(const Codes&)> holds;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> kRules = {
      {"^[^a]*$", [](const Codes& t) { return !has(t, 'a'); }},
      {"é", [](const Codes& t) { return has(t, U'é'); }},
      {"^.{2,5}$", [](const Codes& t) {
         return t.size() >= 2 && t.size() <= 5 && t.find_first_of(U"\n\r\u2028\u2029") == Codes::npos;
       }},
      {"[^\\x00-\\x7F]", [](const Codes& t) { return !all(t, [](char32_t c) { return c < 0x80; }); }},
      {"^\\S+$", [](const Codes& t) { return !t.empty() && !std::any_of(t.begin(), t.end(), blank); }},
      {"\\s", [](const Codes& t) { return std::any_of(t.begin(), t.end(), blank); }},
      {"\\d$", [](const Codes& t) { return !t.empty() && digit(t.back()); }},
      {"^[\\w\\u00e9\"\\\\/-]*$", [](const Codes& t) {
         return all(t, [](char32_t c) { return word(c) || has(U"é\"\\/-", c); });
       }},
      {"^(?:ab|a)?(b|é|😀)*$", [](Codes t) {
         const auto rest = [&](std::size_t from) {
           return all(t.substr(from), [](char32_t c) { return has(U"bé😀", c); });
         };
         return rest(0) || (t[0] == 'a' && rest(1));  // what follows ab may follow a, too
       }},
      {"^[😀-😂]", [](const Codes& t) { return !t.empty() && t[0] >= 0x1F600 && t[0] <= 0x1F602; }},
      {"[\\u0000-\\u001f]", [](const Codes& t) { return !all(t, [](char32_t c) { return c > 0x1F; }); }},
      {"\"|\\\\", [](const Codes& t) { return has(t, '"') || has(t, '\\'); }},
      {"^(?:[^\"]|\"\")*$", [](const Codes& t) {  // quotes in pairs
         for (std::size_t i = 0; i < t.size(); ++i) {
           if (t[i] == '"' && (i + 1 == t.size() || t[++i] != '"')) return false;
         }
         return true;
       }},
  };
  return kRules;
}

// A schema for texts, and what it says.
struct Said {
  Json schema = {{"type", "string"}};
  std::vector<const Rule*> hold, not_hold;
  std::size_t least = 0, most = SIZE_MAX;
  std::optional<Codes> never;  // this text

  bool admits(const Codes& text) const {
    const auto holds = [&](const Rule* rule) { return rule->holds(text); };
    return text.size() >= least && text.size() <= most && text != never &&
           std::all_of(hold.begin(), hold.end(), holds) &&
           std::none_of(not_hold.begin(), not_hold.end(), holds);
  }
};

Said random_rules(std::mt19937& dice) {
  Said out;
  const auto rule = [&] { return &rules()[dice() % rules().size()]; };
  for (auto count = dice() % 3 + 1; count > 0; --count) {
    out.hold.push_back(rule());
    out.schema["allOf"].push_back({{"pattern", out.hold.back()->pattern}});
  }
  if (dice() % 3 == 0) {
    out.not_hold.push_back(rule());
    out.schema["not"]["pattern"] = out.not_hold[0]->pattern;
  } else if (dice() % 3 == 0) {
    out.never = U"ab";
    out.schema["not"]["enum"] = {"ab"};
  }
  if (dice() % 3 == 0) out.schema["minLength"] = out.least = dice() % 4;
  if (dice() % 3 == 0) out.schema["maxLength"] = out.most = out.least + dice() % 5;
  return out;
}

constexpr Taste kTaste{.most_steps = 80, .patience = 26, .long_token = 10, .closing = 30,
                       .closing_late = 3000};

TEST(TextSeams, WhatMayBeWrittenHolds) {
  const auto& vocabulary = TestVocabulary::mixed();
  int compiled = 0, texts = 0;
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 dice(seed);
    const auto said = random_rules(dice);
    const bool names = dice() % 3 == 0;
    Json schema;
    if (names) {
      schema = {{"type", "object"}, {"additionalProperties", false}};
      schema["patternProperties"][said.hold[0]->pattern] = {{"type", "null"}};
    } else {
      schema = {{"type", "array"}, {"minItems", 1}, {"maxItems", 3}};
      schema["items"] = said.schema;
    }
    Plugin plugin(Options{{"whitespace", dice() % 2 == 0 ? "flexible" : "compact"}});
    try {
      plugin.compile(schema.dump(), vocabulary);
    } catch (const Refused& e) {
      ASSERT_EQ(e.code, SR_INVALID_ARGUMENT) << e.what() << schema;  // no text is possible
      continue;
    }
    ++compiled;
    for (int i = 0; i < 15; ++i) {
      auto m = plugin.open(schema.dump(), vocabulary);
      const auto text = random_text(m, vocabulary, dice, kTaste);
      if (text.empty()) continue;
      ++texts;
      const auto read = Json::parse(text);
      for (const auto& [name, item] : read.items()) {
        if (names) {
          ASSERT_TRUE(said.hold[0]->holds(codes(name))) << schema << "\n" << text;
        } else {
          ASSERT_TRUE(said.admits(codes(item))) << schema << "\n" << text;
        }
      }
    }
  }
  EXPECT_GT(compiled, 150);
  EXPECT_GT(texts, 1500);
}

// And the other way: a text that all rules admit may be written, in whatever spelling.
TEST(TextSeams, WhatHoldsMayBeWritten) {
  const Codes letters = U"ab\"\\/é😀😂 0\n\x1f\u2028\u00a0_-";
  const auto spelt = [](char32_t c, std::mt19937& dice) -> std::string {
    char out[16];
    const auto unit = [&](unsigned u) {
      std::snprintf(out, sizeof out, dice() % 2 == 0 ? "\\u%04x" : "\\u%04X", u);
      return std::string(out);
    };
    if (dice() % 2 == 0 && c < 0x10000) return unit(c);
    if (dice() % 2 == 0 && c >= 0x10000) {
      return unit(0xD800 + ((c - 0x10000) >> 10)) + unit(0xDC00 + (c & 0x3FFU));
    }
    if (c == '/' && dice() % 2 == 0) return "\\/";
    std::string utf8;
    if (c < 0x80) {
      utf8 = static_cast<char>(c);
    } else if (c < 0x800) {
      utf8 = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      utf8 = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      utf8 = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
              static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    const auto quoted = Json(utf8).dump();
    return quoted.substr(1, quoted.size() - 2);
  };
  int admitted = 0, refused = 0;
  Plugin plugin;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 dice(seed);
    const auto said = random_rules(dice);
    try {
      plugin.compile(said.schema.dump(), TestVocabulary::bytes());
    } catch (const Refused&) {
      continue;
    }
    for (int i = 0; i < 60; ++i) {
      Codes text;
      std::string written = "\"";
      for (auto size = dice() % 6; size > 0; --size) {
        text += letters[dice() % letters.size()];
        written += spelt(text.back(), dice);
      }
      written += '"';
      auto m = plugin.open(said.schema.dump(), TestVocabulary::bytes());
      const bool accepted = m.accept(std::string_view(written)).empty();
      ASSERT_EQ(accepted, said.admits(text)) << said.schema << "\n" << written;
      ++(accepted ? admitted : refused);
    }
  }
  EXPECT_GT(admitted, 800);
  EXPECT_GT(refused, 800);
}

}  // namespace
}  // namespace sr::testing
