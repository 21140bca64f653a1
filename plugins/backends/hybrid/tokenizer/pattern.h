// tokenizer/pattern.h - the regular expressions of tokenizer.json, run by PCRE2.
//
// The files are written for Oniguruma. Where the two read a construct differently (\s, \w,
// \p{Script}, \h, {1,3}+, nested classes …) it is translated to what Oniguruma means, or refused.
// Categories are of the Unicode version that PCRE2 has (14 in PCRE2 10.42, 16 in the reference):
// characters that are newer than that count as unassigned.
// Immutable after construction; find() may run on many threads. Throws Failure at construction,
// and std::runtime_error from find() if PCRE2 gives up on a text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sr::hybrid {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Pattern {
 public:
  // An Oniguruma expression, or (Literal) text to be found as it is.
  struct Literal {
    std::string text;
  };
  Pattern(std::string_view expression, std::string_view where);
  explicit Pattern(Literal literal) : literal_(std::move(literal.text)) {}

  // All matches in well-formed UTF-8, left to right, not overlapping.
  void find(std::string_view text, std::vector<Range>& matches) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
  std::string literal_;
};

// The same expression for PCRE2.
std::string translate_expression(std::string_view expression, std::string_view where);

}  // namespace sr::hybrid
