#include "slot_reference.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

namespace sr::testing {

namespace {

// What people see as one character.
std::vector<std::string> clusters(const std::string& text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                   UTF8PROC_CHARBOUND);
  EXPECT_GE(length, 0) << text;
  std::vector<std::string> out;
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    if (mapped[i] == 0xFF) {
      out.emplace_back();
    } else {
      out.back() += static_cast<char>(mapped[i]);
    }
  }
  std::free(mapped);
  return out;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

enum Sort { kWord, kSpace, kAlone };
Sort sort_of(const std::string& cluster) {
  utf8proc_int32_t code = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(cluster.data()),
                   static_cast<utf8proc_ssize_t>(cluster.size()), &code);
  if (code == '_') return kWord;
  const std::string category = utf8proc_category_string(code);
  if (category[0] == 'Z' || category == "Cc") return kSpace;
  if (category == "Cf") {
    for (const auto inside : {0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF}) {
      if (code == inside) return kWord;
    }
    return kAlone;
  }
  if (category == "Pc") return kWord;
  if (category[0] == 'P' || category[0] == 'S') return kAlone;
  const bool letter = category == "Lo" || category == "Lm" || category == "Nl";
  const auto in = [&](int first, int last) { return code >= first && code <= last; };
  if (letter && (utf8proc_charwidth(code) == 2 || in(0xE00, 0xEFF) || in(0x1000, 0x109F) ||
                 in(0x1780, 0x17FF) || in(0xFF66, 0xFF9F))) {
    return kAlone;
  }
  return kWord;
}

// 0: none of them.
std::string spelt(const std::string& text, char quote, char before, char behind) {
  const std::string around(quote != 0 ? 1U : 0U, quote);
  auto out = around + std::string(before != 0 ? 1U : 0U, before);
  for (const char c : text) out.append(c == quote && quote != 0 ? 2 : 1, c);
  return out + std::string(behind != 0 ? 1U : 0U, behind) + around;
}

using Language = std::set<std::string>;

constexpr std::size_t kMostTexts = 3000;

class Maker {
 public:
  explicit Maker(std::mt19937& dice) : dice_(dice) {}

  RandomSlots run() {
    RandomSlots out;
    for (const char* name : {"a", "b"}) {
      std::vector<std::string> texts;
      for (auto i = roll(3); i > 0; --i) texts.push_back(random_text(dice_, 5));
      if (roll(6) > 0) out.slots.emplace_back(name, texts);
    }
    std::vector<std::string> values;
    for (auto i = roll(5); i > 0; --i) values.push_back(random_text(dice_, 2));
    out.slots.emplace_back("v", values);
    slots_ = &out.slots;
    auto [text, language] = choice(3);
    out.grammar = "root ::= " + text;
    out.language = std::move(language);
    return out;
  }

 private:
  struct Made {
    std::string text;
    Language language;
  };
  std::uint32_t roll(std::uint32_t sides) { return dice_() % sides; }

  Made choice(int depth) {
    auto out = sequence(depth);
    for (auto i = roll(3); i > 0; --i) {
      auto other = sequence(depth);
      if (out.language.size() + other.language.size() > kMostTexts) break;
      out.text += " | " + other.text;
      out.language.merge(other.language);
    }
    return out;
  }
  Made sequence(int depth) {
    Made out{"", {""}};
    for (auto i = 1 + roll(3); i > 0; --i) {
      auto part = item(depth);
      if (out.language.size() * part.language.size() > kMostTexts) break;
      Language all;
      for (const auto& head : out.language) {
        for (const auto& tail : part.language) all.insert(head + tail);
      }
      out.text += " " + part.text;
      out.language = std::move(all);
    }
    if (out.text.empty()) return literal();
    return out;
  }
  Made item(int depth) {
    const auto what = roll(8);
    if (what < 2) return literal();
    if (what < 6 || depth == 0) return slot();
    auto inner = choice(depth - 1);
    inner.text = "(" + inner.text + ")";
    if (roll(3) == 0) inner.text += "?", inner.language.insert("");
    return inner;
  }
  Made literal() {
    static const char* const kLiterals[] = {"x", ", ", "'", " is ", "ab", ";", "a"};
    const std::string text = kLiterals[roll(7)];
    return {"\"" + text + "\"", {text}};
  }
  Made slot() {
    const bool values = roll(3) == 0;
    const std::string name = values ? "v" : roll(2) == 0 ? "a" : "b";
    std::string text = std::string(values ? "<values:" : "<span:") + name;
    const bool trim = values || roll(4) > 0;
    if (!trim) text += " untrimmed";
    const std::size_t max = roll(3) == 0 ? 1 + roll(4) : 10000;
    if (max < 10000) text += " max=" + std::to_string(max);
    const char quote = roll(2) == 0 ? "'\""[roll(2)] : '\0';
    if (quote != 0) text += std::string(" quote=") + quote;
    const char pad = roll(4) == 0 ? ",%"[roll(2)] : '\0';
    const auto side = roll(3);
    if (pad != 0)
      text += std::string(side == 0 ? " pad=" : side == 1 ? " before=" : " behind=") + pad;
    const char before = side == 2 ? '\0' : pad, behind = side == 1 ? '\0' : pad;
    Language language;
    for (const auto& [given, texts] : *slots_) {
      if (given != name) continue;
      for (const auto& one : texts) {
        if (!values) {
          language.merge(spans_of(one, trim, max));
        } else if (characters(one) <= max) {
          language.insert(one);
        }
      }
    }
    Language written;
    for (const auto& one : language) written.insert(spelt(one, quote, before, behind));
    language = std::move(written);
    language.erase("");
    return {text + ">", language};
  }

  std::mt19937& dice_;
  const SlotGiven* slots_ = nullptr;
};

// The texts that begin so, as a range of the sorted list.
bool begins_one(const std::vector<std::string>& all, const std::string& prefix) {
  const auto at = std::lower_bound(all.begin(), all.end(), prefix);
  return at != all.end() && at->compare(0, prefix.size(), prefix) == 0;
}

std::string forced_behind(const std::vector<std::string>& all, const std::string& prefix) {
  std::string text = prefix;
  for (;;) {
    if (std::binary_search(all.begin(), all.end(), text)) break;
    std::string on;
    for (int byte = 0; byte < 256 && on.size() < 2; ++byte) {
      if (begins_one(all, text + static_cast<char>(byte))) on += static_cast<char>(byte);
    }
    if (on.size() != 1) break;
    text += on;
  }
  return text.substr(prefix.size());
}

}  // namespace

std::set<std::string> spans_of(const std::string& text, bool trim, std::size_t max) {
  const auto parts = clusters(text);
  std::set<std::string> out;
  const auto edge = [&](std::size_t i) {
    return i == 0 || i == parts.size() || sort_of(parts[i - 1]) != kWord ||
           sort_of(parts[i]) != kWord;
  };
  for (std::size_t from = 0; from < parts.size(); ++from) {
    std::string span;
    if (!edge(from) || (trim && sort_of(parts[from]) == kSpace)) continue;
    for (auto to = from; to < parts.size(); ++to) {
      span += parts[to];
      if (characters(span) > max) break;
      if (edge(to + 1) && !(trim && sort_of(parts[to]) == kSpace)) out.insert(span);
    }
  }
  return out;
}

std::string random_text(std::mt19937& dice, int most) {
  static const std::vector<std::string> kPieces = {
      "a",      "ab",     "word",  " ",     "  ",     "'",    "\"",   "\\",         "o'brien",
      "AC-12",  "a@b.de", "3.5",   "\r\n",  "\n",     "\t",   "_x",   std::string(1, '\0'),
      "\u00e9", "e\u0301", "\u4e2d\u6587", "\u05e9\u05dc\u05d5\u05dd", "\u202e", "\u0645\u0631\u062d\u0628\u0627", "\U0001F600",
      "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1E9\U0001F1EA", "\u0e01\u0e34", "\u00a0", "''", "\x7f",
      "\u00ad", "x\u200cy", "\u0301", "\ud55c\uae00", "\u2019", ",", "ab", "a"};
  std::string out;
  for (auto i = static_cast<int>(dice() % static_cast<std::uint32_t>(most + 1)); i > 0; --i) {
    out += kPieces[dice() % kPieces.size()];
  }
  return out;
}

RandomSlots random_slots(std::mt19937& dice) { return Maker(dice).run(); }

TestVocabulary vocabulary_for(const std::set<std::string>& language, std::mt19937& dice) {
  static int number = 0;
  std::set<std::string> pieces;
  std::vector<std::string> texts(language.begin(), language.end());
  for (int i = 0; i < 60 && !texts.empty(); ++i) {
    const auto& text = texts[dice() % texts.size()];
    if (text.empty()) continue;
    const auto at = dice() % text.size();
    const auto piece = text.substr(at, 1 + dice() % 6);
    if (piece.size() > 1) pieces.insert(piece);
  }
  std::vector<std::string> tokens;
  for (int b = 0; b < 256; ++b) tokens.emplace_back(1, static_cast<char>(b));
  tokens.insert(tokens.end(), pieces.begin(), pieces.end());
  if (!pieces.empty()) tokens.push_back(*pieces.begin());  // one twice
  tokens.emplace_back();
  return TestVocabulary(std::move(tokens), "slots " + std::to_string(number++));
}

void walk_against(Plugin& plugin, sr_grammar* grammar, const SlotGiven& slots,
                  const TestVocabulary& vocabulary, const std::set<std::string>& language,
                  std::mt19937& dice) {
  const std::vector<std::string> all(language.begin(), language.end());
  if (all.empty()) {
    EXPECT_THROW(plugin.open_with(grammar, slots, vocabulary), Refused);
    return;
  }
  auto m = plugin.open_with(grammar, slots, vocabulary);
  std::string text;
  std::vector<std::string> before;
  const auto expect_here = [&](const MatcherHandle& matcher) {
    const auto mask = matcher.mask();
    const bool ends = std::binary_search(all.begin(), all.end(), text);
    for (std::int32_t t = 0; t < vocabulary.size(); ++t) {
      const auto& token = vocabulary.text(t);
      const bool right = t == vocabulary.end() ? ends
                                               : !token.empty() && begins_one(all, text + token);
      ASSERT_EQ(matcher.allows(mask, t), right)
          << "behind \"" << text << "\" the token \"" << token << "\"";
    }
    ASSERT_EQ(matcher.status() != SR_MATCH_OPEN, ends) << text;
    ASSERT_EQ(matcher.forced(), forced_behind(all, text)) << text;
    ASSERT_FALSE(matcher.explain().empty());
  };
  for (int step = 0; step < 40; ++step) {
    expect_here(m);
    if (::testing::Test::HasFatalFailure()) return;
    const auto mask = m.mask();
    if (!before.empty() && dice() % 5 == 0) {
      const auto count = 1 + dice() % before.size();
      auto fork = m.fork();
      m.rollback(count);
      text = before[before.size() - count];
      before.resize(before.size() - count);
      expect_here(m);
      fork.rollback(count);
      ASSERT_EQ(fork.mask(), m.mask());
      continue;
    }
    std::int32_t chosen = -1;
    std::uint32_t allowed = 0;
    for (std::int32_t t = 0; t + 1 < vocabulary.size(); ++t) {
      if (m.allows(mask, t) && dice() % ++allowed == 0) chosen = t;
    }
    const auto other =
        static_cast<std::int32_t>(dice() % static_cast<std::uint32_t>(vocabulary.size()));
    ASSERT_EQ(m.fork().accept(other).empty(), m.allows(mask, other)) << text;
    if (chosen < 0) {
      ASSERT_EQ(m.status(), SR_MATCH_DONE) << "nothing may follow: " << text;
      if (before.empty()) return;
      m.rollback(before.size());
      text.clear();
      before.clear();
      continue;
    }
    ASSERT_EQ(m.accept(chosen), "");
    before.push_back(text);
    text += vocabulary.text(chosen);
  }
}

}  // namespace sr::testing
