// gbnf/examine.h - what must hold before a grammar can be compiled, and what helps to compile it.
//
// Errors: sr::Failure(SR_INVALID_ARGUMENT) with line:column, for rules that are not defined, rules
// that can never end, classes without characters, and left recursion.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gbnf/syntax.h"

namespace sr::gbnf {

// Says of a name that no rule has whether a grammar given beside this one has it, and whether
// that one's text may be empty.
struct Other {
  bool known = false;
  bool may_be_empty = false;
};
using AskOther = std::function<Other(const std::string& name, Place place)>;

class Examined {
 public:
  Examined(std::vector<Rule> rules, const AskOther& others);

  const std::vector<Rule>& rules() const { return rules_; }
  // The rule of this name, or -1.
  int find(const std::string& name) const;
  bool may_be_empty(const Piece& piece) const;
  bool may_be_empty(int rule) const { return empty_[static_cast<std::size_t>(rule)]; }
  // Rules that are put in the place of their names: not recursive, and small or used once.
  bool is_inlined(int rule) const { return inlined_[static_cast<std::size_t>(rule)]; }
  // States that a piece needs, with what is inlined, no more than kLarge.
  std::size_t size(const Piece& piece) const;
  static constexpr std::size_t kLarge = 1U << 20;

 private:
  void find_names(const AskOther& others);
  void find_empty();
  void find_endings();
  void find_left_recursion();
  void find_inlined();
  bool can_end(const Piece& piece, const std::vector<bool>& ends) const;

  std::vector<Rule> rules_;
  std::map<std::string, int> numbers_;
  std::map<std::string, Other> others_;
  std::vector<bool> empty_, inlined_;
  std::vector<std::size_t> sizes_;
};

}  // namespace sr::gbnf
