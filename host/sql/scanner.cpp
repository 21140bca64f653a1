#include "host/sql/scanner.h"

#include <string>
#include <vector>

#include "host/sql/refuse.h"

namespace sr::host::sql {
namespace {

bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_word_start(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(unsigned char c) { return is_word_start(c) || is_digit(c); }

// Length of the UTF-8 sequence at `at`; 0 when it is not well formed.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogates
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void run() {
    while (at_ < text_.size()) {
      const unsigned char c = text_[at_];
      if (is_space(c)) {
        ++at_;
        continue;
      }
      const bool after_string = last_was_string_;
      last_was_string_ = false;
      if (++tokens_ > kMaxTokens) {
        no("too-long", "the statement has more than " + std::to_string(kMaxTokens) +
                           " words and signs; write a shorter one");
      }
      if (c == '\'') {
        if (after_string) no("string", "two strings follow each other; join them with ||");
        string();
      } else if (c == '"') {
        quoted_name();
      } else if (is_word_start(c)) {
        word();
      } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        number();
      } else {
        sign(c);
      }
    }
    if (!open_.empty()) {
      refuse("unbalanced", "this parenthesis is never closed", static_cast<int>(open_.back()));
    }
    if (tokens_ == 0) refuse("syntax", "the statement is empty", 0);
  }

 private:
  [[noreturn]] void no(const char* rule, std::string why) const {
    refuse(rule, std::move(why), static_cast<int>(at_));
  }
  unsigned char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0;
  }

  void string() {
    const std::size_t start = at_++;
    while (at_ < text_.size()) {
      const unsigned char c = text_[at_];
      if (c == '\'') {
        if (peek(1) != '\'') {
          ++at_;
          last_was_string_ = true;
          return;
        }
        at_ += 2;
        continue;
      }
      if (c == '\\') no("string", "strings may not hold a backslash: databases read it differently");
      if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) control(c);
      const std::size_t length = utf8_length(text_, at_);
      if (length == 0) no("unicode", "the string is not valid UTF-8 here");
      at_ += length;
    }
    refuse("unbalanced", "this string is never closed", static_cast<int>(start));
  }

  void quoted_name() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const unsigned char c = text_[at_];
      if (c < 0x20 || c == 0x7F) control(c);
      if (c >= 0x80) non_ascii();
      if (c == '\\' || c == '`') no("name", "a quoted name may not hold this sign");
      ++at_;
    }
    if (at_ == text_.size()) {
      refuse("unbalanced", "this quoted name is never closed", static_cast<int>(start));
    }
    ++at_;
    if (peek(0) == '"') no("name", "a quoted name may not hold a double quote");
    check_name(start, at_ - start - 2);
  }

  void word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    check_name(start, at_ - start);
    if (peek(0) == '\'' || peek(0) == '"' || (peek(0) == '&' && (peek(1) == '\'' || peek(1) == '"'))) {
      at_ = start;
      no("string", "strings with a prefix (E'', U&'', B'', X'', N'') are not portable; write '…'");
    }
    if (peek(0) == '$') no("name", "a name may not hold $");
  }

  void check_name(std::size_t start, std::size_t length) {
    if (length > kMaxNameBytes) {
      refuse("name", "a name may have at most " + std::to_string(kMaxNameBytes) + " bytes",
             static_cast<int>(start));
    }
  }

  void number() {
    while (is_digit(peek(0))) ++at_;
    if (peek(0) == '.') {
      ++at_;
      while (is_digit(peek(0))) ++at_;
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      const bool is_signed = peek(1) == '+' || peek(1) == '-';
      if (is_digit(peek(is_signed ? 2 : 1))) {
        at_ += is_signed ? 2 : 1;
        while (is_digit(peek(0))) ++at_;
      }
    }
    if (is_word(peek(0)) || peek(0) == '.' || peek(0) == '\'' || peek(0) == '"') {
      no("number", "a number must end here; write decimal numbers such as 12 or 0.5");
    }
  }

  void sign(unsigned char c) {
    if (c < 0x20 || c == 0x7F) control(c);
    if (c >= 0x80) non_ascii();
    switch (c) {
      case '-':
        if (peek(1) == '-') no("comment", "comments are not allowed in a statement");
        break;
      case '/':
        if (peek(1) == '*') no("comment", "comments are not allowed in a statement");
        break;
      case '#':
        no("comment", "# is not part of the portable SQL");
      case '$':
        if (is_digit(peek(1))) {
          no("parameter", "parameters are not allowed: write the value into the statement");
        }
        no("string", "dollar quotes are not portable; write '…'");
      case '?':
      case '@':
        no("parameter", std::string("the sign ") + static_cast<char>(c) +
                            " is not part of the portable SQL");
      case ':':
        if (peek(1) != ':') {
          no("parameter", "parameters are not allowed: write the value into the statement");
        }
        ++at_;
        break;
      case '\\':
      case '`':
      case '[':
      case ']':
      case '{':
      case '}':
        no("syntax", std::string("the sign ") + static_cast<char>(c) +
                         " is not part of the portable SQL");
      case '(':
        open_.push_back(at_);
        if (open_.size() > kMaxParentheses) {
          no("nesting", "more than " + std::to_string(kMaxParentheses) +
                            " parentheses are open at the same time");
        }
        break;
      case ')':
        if (open_.empty()) no("unbalanced", "this parenthesis closes nothing");
        open_.pop_back();
        break;
      case ';':
        if (!open_.empty()) {
          refuse("unbalanced", "this parenthesis is never closed", static_cast<int>(open_.back()));
        }
        break;
      default:
        break;
    }
    ++at_;
  }

  [[noreturn]] void control(unsigned char c) const {
    no("control", "the statement holds the control byte " + std::to_string(c));
  }
  [[noreturn]] void non_ascii() const {
    no("unicode", "letters and signs outside of strings must be plain ASCII");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t tokens_ = 0;
  std::vector<std::size_t> open_;  // offsets of the parentheses that are open
  bool last_was_string_ = false;
};

}  // namespace

void scan(std::string_view statement) {
  if (statement.size() > kMaxStatementBytes) {
    refuse("too-long", "a statement may have at most " + std::to_string(kMaxStatementBytes) +
                           " bytes, this one has " + std::to_string(statement.size()),
           0);
  }
  Scanner(statement).run();
}

int byte_of_character(std::string_view text, int character) {
  std::size_t at = 0;
  while (character > 0 && at < text.size()) {
    const std::size_t length = utf8_length(text, at);
    at += length == 0 ? 1 : length;
    --character;
  }
  return static_cast<int>(at);
}

}  // namespace sr::host::sql
