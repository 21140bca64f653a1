// tests/host/sql/gbnf_sentences.h - reads a grammar in GBNF, makes random sentences of it, and says
// whether a text is one. Small and slow; it shares no code with the constrainer. Slots are written with
// the texts that are given; when a text is read they hold whatever could be given to them.
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
  using Slots = std::map<std::string, std::vector<std::string>>;

  // Throws what it cannot read. `slots`: texts by name, of which random() takes some.
  explicit Sentences(const std::string& grammar, Slots slots = {});

  std::string random(std::mt19937& dice) const;
  bool accepts(const std::string& text) const;
  std::size_t rules() const { return rules_.size(); }

 private:
  struct Node {
    enum Kind { kText, kClass, kRule, kSequence, kChoice, kRepeat, kSlot } kind = kText;
    std::string text;                                   // kText
    std::vector<std::pair<char32_t, char32_t>> ranges;  // kClass
    bool negated = false;
    int rule = -1;
    std::string name;  // kSlot, like the next three
    bool span = false, quoted = false;
    std::string before, behind;  // inside the quotes
    std::size_t max = 1000000;
    std::vector<Node> parts;
    int least = 0, most = 0;
  };
  class Reader;
  using Ends = std::vector<bool>;  // by byte

  void write(const Node&, std::mt19937&, std::string& out) const;
  void write_slot(const Node&, std::mt19937& dice, std::string& out) const;
  void read_slot(const Node&, std::string_view text, std::size_t at, Ends& to) const;
  bool can_write(const Node&) const;
  void read(const Node&, std::string_view text, const Ends& from, Ends& to, int depth) const;

  std::map<std::string, int> names_;
  std::vector<Node> rules_;
  Slots slots_;
};

}  // namespace sr::host::sql::testing
