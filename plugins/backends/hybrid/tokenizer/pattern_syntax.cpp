// Oniguruma's syntax, read as far as tokenizers use it, written as PCRE2's.
#include <array>
#include <cctype>

#include "tokenizer/pattern.h"
#include "tokenizer/refusal.h"

namespace sr::hybrid {
namespace {

// What \s and \S hold, for use between brackets. PCRE2's \s knows U+180E in addition.
constexpr std::string_view kSpace =
    "\\t-\\r\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}"
    "\\x{3000}";
constexpr std::string_view kNotSpace =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-"
    "\\x{10ffff}";
// Alphabetic, marks, decimal digits, connectors. PCRE2's \w lacks the marks and has all numbers.
constexpr std::string_view kWord =
    "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{24b6}-\\x{24e9}\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}"
    "\\x{1f170}-\\x{1f189}";
// Outside brackets Oniguruma looks Latin-1 up elsewhere, where these numbers count as word too.
constexpr std::string_view kLatinWord = "\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}";

class Translator {
 public:
  Translator(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  std::string run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        escape();
      } else if (c == '[') {
        open_class();
      } else if (c == ']' && in_class_ && at_ != class_begin_) {
        in_class_ = false;
        copy();
      } else if (in_class_ && text_.substr(at_, 2) == "&&") {
        unsupported("&& between brackets");
      } else if (!in_class_ && c == '(' && text_.substr(at_, 2) == "(?") {
        group();
      } else if (!in_class_ && c == '}' && text_.substr(at_, 2) == "}+") {
        unsupported("a + after {…}");
      } else {
        copy();
      }
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void unsupported(std::string_view what) const {
    refuse(where_, "the pattern " + std::string(text_) + " uses " + std::string(what) +
                       ", which is not supported");
  }

  void copy() { out_ += text_[at_++]; }

  void open_class() {
    if (in_class_) unsupported("a bracket within brackets");
    in_class_ = true;
    copy();
    if (at_ < text_.size() && text_[at_] == '^') copy();
    class_begin_ = at_;
  }

  // (?: (?= (?! (?<= (?<! (?> (?i: and a leading (?i) mean the same to both.
  void group() {
    const std::string_view rest = text_.substr(at_ + 2);
    for (const std::string_view same : {":", "=", "!", "<=", "<!", ">", "i:", "-i:"}) {
      if (rest.substr(0, same.size()) == same) {
        copy();
        copy();
        return;
      }
    }
    if (at_ == 0 && rest.substr(0, 2) == "i)") {
      copy();
      copy();
      return;
    }
    unsupported("the group (?" + std::string(rest.substr(0, 2)));
  }

  // `outside`: what belongs to it only where it does not stand between brackets.
  void put_class(std::string_view members, bool negated, std::string_view outside = {}) {
    if (in_class_) {
      if (negated) unsupported("a negated escape between brackets");
      out_ += members;
    } else {
      out_ += negated ? "[^" : "[";
      out_ += members;
      out_ += outside;
      out_ += ']';
    }
  }

  void escape() {
    if (at_ + 1 >= text_.size()) unsupported("a backslash at its end");
    const char kind = text_[at_ + 1];
    if (std::isalnum(static_cast<unsigned char>(kind)) == 0) {
      copy();
      copy();
      return;
    }
    at_ += 2;
    switch (kind) {
      case 's': return put_class(kSpace, false);
      case 'S': return in_class_ ? put_class(kNotSpace, false) : put_class(kSpace, true);
      case 'w': return put_class(kWord, false, kLatinWord);
      case 'W': return put_class(kWord, true, kLatinWord);
      case 'n': case 'r': case 't': case 'f': case 'a': case 'e': case 'd': case 'D':
        out_ += {'\\', kind};
        return;
      case 'A': case 'z': case 'Z':
        if (in_class_) break;
        out_ += {'\\', kind};
        return;
      case 'x':
        out_ += "\\x";
        return;
      case 'u':
        out_ += "\\x{" + std::string(text_.substr(at_, 4)) + "}";
        at_ += 4;
        return;
      case 'p': case 'P': return property(kind);
      default: break;
    }
    unsupported(std::string("\\") + kind);
  }

  // \p{L} is a category for both; \p{Han} is the script, which PCRE2 calls sc:Han.
  void property(char kind) {
    const std::size_t end = text_.find('}', at_);
    if (at_ >= text_.size() || text_[at_] != '{' || end == std::string_view::npos) {
      unsupported(std::string("\\") + kind + " without braces");
    }
    std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    const bool negated = !name.empty() && name.front() == '^';
    if (negated) name.remove_prefix(1);
    out_ += std::string("\\") + kind + (negated ? "{^" : "{") + (name.size() > 2 ? "sc:" : "") +
            std::string(name) + "}";
  }

  std::string_view text_;
  std::string_view where_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t class_begin_ = 0;
  bool in_class_ = false;
};

}  // namespace

std::string translate_expression(std::string_view expression, std::string_view where) {
  return Translator(expression, where).run();
}

}  // namespace sr::hybrid
