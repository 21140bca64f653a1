// host/sql/grammar/gbnf.h - writes a grammar in the GBNF dialect of llama.cpp, rule by rule.
//
// Not shared between threads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::sql {

// A text as a GBNF literal, with its quotes.
std::string literal(std::string_view text);
// (a | b | c); an alternative stands alone without parentheses.
std::string one_of(const std::vector<std::string>& alternatives);
// {least,most}
std::string times(int least, int most);

class Gbnf {
 public:
  // Adds a rule and returns its name.
  std::string rule(std::string name, const std::string& body);
  // A rule of `common` (and those that it uses) is part of the text once it has been asked for.
  std::string common(const std::string& name);
  // The same for a rule that is made by the caller: added once.
  std::string shared(const std::string& name, const std::string& body);
  // `root` first, then what was added, then what is common.
  std::string text(const std::string& root) const;

 private:
  std::string rules_;
  std::map<std::string, std::string> used_;
};

}  // namespace sr::host::sql
