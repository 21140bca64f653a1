// Every case of tests/cases/constrain: documents byte by byte, and at every step of every
// document the mask against the reference matcher, token by token.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "case_file.h"
#include "reference.h"
#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {
namespace {

class ConstrainCases : public ::testing::TestWithParam<CaseBlock> {
 protected:
  static Options options() {
    Options out;
    for (const auto& [name, value] : GetParam().options) out[name] = value;
    return out;
  }
  static bool flexible() {
    const auto o = options();
    return o.count("whitespace") > 0 && o.at("whitespace") == "flexible";
  }
  static GrammarText source() {
    const auto& block = GetParam();
    GrammarText out{block.kind, block.schema, {}};
    for (const auto& named : block.named) out.named.push_back({named.name, named.kind, named.text});
    return out;
  }
  static MatcherHandle open(Plugin& plugin, const TestVocabulary& vocabulary) {
    return plugin.open_with(plugin.compile(source(), vocabulary), GetParam().slots, vocabulary);
  }
  static std::string where(const CaseLine& line) {
    return GetParam().file + ":" + std::to_string(line.line);
  }
};

TEST_P(ConstrainCases, ByteByByte) {
  Plugin plugin(options());
  for (const auto& line : GetParam().lines) {
    if (line.kind == CaseLine::kStuck) {
      try {
        open(plugin, TestVocabulary::bytes());
        ADD_FAILURE() << where(line) << ": opened";
      } catch (const Refused& e) {
        EXPECT_NE(std::string(e.what()).find(line.text), std::string::npos)
            << where(line) << ": says " << e.what();
      }
      continue;
    }
    if (line.kind == CaseLine::kError) {
      try {
        plugin.compile(source(), TestVocabulary::bytes());
        ADD_FAILURE() << where(line) << ": compiled";
      } catch (const Refused& e) {
        EXPECT_NE(std::string(e.what()).find(line.text), std::string::npos)
            << where(line) << ": says " << e.what();
      }
      continue;
    }
    auto matcher = open(plugin, TestVocabulary::bytes());
    const auto end = TestVocabulary::bytes().end();
    for (std::size_t i = 0; i < line.text.size(); ++i) {
      const auto why = matcher.accept(std::string_view(line.text).substr(i, 1));
      const bool expected = line.kind != CaseLine::kRefuse || i < line.at;
      EXPECT_EQ(why.empty(), expected)
          << where(line) << ": byte " << i << ": " << why << " " << matcher.explain();
      if (!why.empty()) break;
    }
    if (line.kind == CaseLine::kRefuse) continue;
    const bool complete = line.kind == CaseLine::kAccept;
    EXPECT_EQ(matcher.status() != SR_MATCH_OPEN, complete) << where(line);
    EXPECT_EQ(matcher.allows(matcher.mask(), end), complete) << where(line);
    EXPECT_EQ(matcher.accept(end).empty(), complete) << where(line);
    if (complete) {
      EXPECT_EQ(matcher.status(), SR_MATCH_DONE);
      EXPECT_EQ(matcher.mask(), std::vector<std::uint32_t>(TestVocabulary::bytes().words()));
    }
  }
}

// The mask allows a token exactly when some document begins with the text and the token's bytes.
// The reference does not know the keywords of rules-*.case: there, masks are held to accept().
TEST_P(ConstrainCases, MasksEqualTheReference) {
  const auto& vocabulary = TestVocabulary::mixed();
  Plugin plugin(options());
  for (const auto& line : GetParam().lines) {
    if (line.kind != CaseLine::kAccept && line.kind != CaseLine::kPartial) continue;
    const bool known = GetParam().file.rfind("rules-", 0) != 0;
    const auto schema = known ? nlohmann::ordered_json::parse(GetParam().schema) : nullptr;
    auto matcher = open(plugin, vocabulary);
    std::string text;
    auto tokens = vocabulary.tokenize(line.text);
    tokens.push_back(-1);  // look at the mask behind the last token, too
    for (const auto step : tokens) {
      const auto mask = matcher.mask();
      std::array<bool, 256> begins{};  // the tokens of one byte come first
      for (std::int32_t token = 0; token < vocabulary.size() && !known; ++token) {
        auto fork = matcher.fork();
        ASSERT_EQ(fork.accept(token).empty(), matcher.allows(mask, token))
            << where(line) << ": after " << text << " " << vocabulary.text(token);
      }
      for (std::int32_t token = 0; token < vocabulary.size() && known; ++token) {
        const auto& bytes = vocabulary.text(token);
        bool expected = !bytes.empty() &&
                        (token < 256 || begins[static_cast<unsigned char>(bytes[0])]) &&
                        judge(schema, text + bytes, flexible()) != Verdict::kRefused;
        if (token < 256) begins[static_cast<std::size_t>(token)] = expected;
        if (token == vocabulary.end())
          expected = judge(schema, text, flexible()) == Verdict::kComplete;
        ASSERT_EQ(matcher.allows(mask, token), expected)
            << where(line) << ": after " << text << " token " << bytes << "; " << matcher.explain();
        auto fork = matcher.fork();
        ASSERT_EQ(fork.accept(token).empty(), expected)
            << where(line) << ": after " << text << " " << bytes;
      }
      if (step < 0) break;
      ASSERT_EQ(matcher.accept(step), "") << where(line) << ": after " << text;
      text += vocabulary.text(step);
    }
  }
}

// Whatever is chosen, the mask is never empty before the text is done.
TEST_P(ConstrainCases, ThereIsNoDeadEnd) {
  const auto& vocabulary = TestVocabulary::mixed();
  Plugin plugin(options());
  for (const auto& line : GetParam().lines) {
    if (line.kind == CaseLine::kError || line.kind == CaseLine::kStuck) return;
  }
  auto begin = open(plugin, vocabulary);
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    std::mt19937 dice(seed);
    auto m = begin.fork();
    std::string text;
    for (int step = 0; step < 40 && m.status() != SR_MATCH_DONE; ++step) {
      const auto mask = m.mask();
      std::vector<std::int32_t> allowed;
      for (std::int32_t token = 0; token < vocabulary.size(); ++token) {
        if (m.allows(mask, token)) allowed.push_back(token);
      }
      ASSERT_FALSE(allowed.empty())
          << GetParam().file << ":" << GetParam().line << ": after " << text;
      const auto token = allowed[dice() % allowed.size()];
      ASSERT_EQ(m.accept(token), "");
      text += vocabulary.text(token);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConstrainCases,
                         ::testing::ValuesIn(read_cases(SR_SOURCE_DIR "/tests/cases/constrain")),
                         [](const auto& info) {
                           auto name = info.param.file.substr(0, info.param.file.find('.'));
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_line_" + std::to_string(info.param.line);
                         });

}  // namespace
}  // namespace sr::testing
