// Random grammars without left recursion, as GBNF and as a tree that a slow matcher reads.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sr::testing {

struct GrammarPart {
  enum Kind { kTexts, kRule, kSequence, kChoice, kRepeat } kind;
  std::vector<std::string> texts;  // kTexts: one of them; a literal has one
  std::size_t rule = 0;
  std::vector<GrammarPart> parts;
  std::size_t min = 0, max = 0;  // kRepeat; kNoEnd: any number
  static constexpr std::size_t kNoEnd = 99;
};
using GrammarRules = std::vector<GrammarPart>;  // the first is root

class RandomGrammar {
 public:
  explicit RandomGrammar(std::uint32_t seed);

  const GrammarRules& rules() const { return rules_; }
  std::string gbnf() const;
  std::string sentence();

 private:
  GrammarPart sequence(int depth);
  GrammarPart element(int depth);
  void derive(const GrammarPart& part, int depth, std::string& out);
  std::size_t below(std::size_t n) { return dice_() % n; }

  std::mt19937 dice_;
  GrammarRules rules_;
};

// The rules of a JSON string that holds a text of these rules, spelt in the one way.
GrammarRules inside_json(const GrammarRules& rules);

// Does the text follow the rules, or is it the beginning of one that does?
struct GrammarVerdict {
  bool complete = false, prefix = false;
};
GrammarVerdict judge(const GrammarRules& rules, std::string_view text);

}  // namespace sr::testing
