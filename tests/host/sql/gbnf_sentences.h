// tests/host/sql/gbnf_sentences.h - reads a grammar in GBNF, makes random sentences of it, and says
// whether a text is one. Small and slow; it shares no code with the constrainer.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::sql::testing {

class Sentences {
 public:
  explicit Sentences(const std::string& grammar);  // throws what it cannot read

  std::string random(std::mt19937& dice) const;
  bool accepts(const std::string& text) const;
  std::size_t rules() const { return rules_.size(); }

 private:
  struct Node {
    enum Kind { kText, kClass, kRule, kSequence, kChoice, kRepeat } kind = kText;
    std::string text;                                   // kText
    std::vector<std::pair<char32_t, char32_t>> ranges;  // kClass
    bool negated = false;
    int rule = -1;
    std::vector<Node> parts;
    int least = 0, most = 0;
  };
  class Reader;
  using Ends = std::vector<bool>;  // by byte

  void write(const Node&, std::mt19937&, std::string& out) const;
  void read(const Node&, std::string_view text, const Ends& from, Ends& to, int depth) const;

  std::map<std::string, int> names_;
  std::vector<Node> rules_;
};

}  // namespace sr::host::sql::testing
