#include "host/sql/scanner.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/spelling.h"

namespace sr::host::sql {
namespace {

bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool is_word_start(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(unsigned char c) { return is_word_start(c) || is_digit(c); }

// Blanks and signs without a shape, beyond ASCII: in a plain word nobody sees them.
constexpr std::string_view kUnseen[] = {"\u00A0", "\u00AD", "\u034F", "\u061C", "\u1680", "\u180E",
                                        "\u202F", "\u205F", "\u3000", "\uFEFF"};
bool is_unseen(std::string_view sign) {
  const bool general = sign.size() == 3 && sign[0] == '\xE2' &&
                       ((sign[1] == '\x80' && static_cast<unsigned char>(sign[2]) <= 0xAF) ||
                        (sign[1] == '\x81' && static_cast<unsigned char>(sign[2]) >= 0xA0));
  const bool dashes_and_quotes = sign.size() == 3 && sign[1] == '\x80' &&
                                 static_cast<unsigned char>(sign[2]) >= 0x90 &&
                                 static_cast<unsigned char>(sign[2]) <= 0xA7;
  const bool control = sign.size() == 2 && sign[0] == '\xC2' &&
                       static_cast<unsigned char>(sign[1]) < 0xA0;
  return control || (general && !dashes_and_quotes) ||
         std::find(std::begin(kUnseen), std::end(kUnseen), sign) != std::end(kUnseen);
}

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
  Scanner(std::string_view text, Parameters parameters) : text_(text), parameters_(parameters) {}

  void run() {
    while (at_ < text_.size()) {
      const unsigned char c = text_[at_];
      if (is_space(c)) {
        ++at_;
        continue;
      }
      const bool after_string = last_was_string_;
      last_was_string_ = false;
      empty_ = false;
      ++groups_.back().run;
      check_chain();
      if (c == '\'') {
        if (after_string) no("string", "two strings follow each other; join them with ||");
        string();
      } else if (c == '"') {
        quoted_name();
      } else if (is_word_start(c) || c >= 0x80) {
        word();
      } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        number();
      } else {
        sign(c);
      }
    }
    check_closed();
    end_segment();
    check_chain();
    if (empty_) refuse("syntax", "the statement is empty", 0);
  }

 private:
  // Between parentheses, or from CASE to END.
  struct Group {
    std::size_t start = 0;
    bool is_case = false;
    std::size_t run = 0;       // tokens since the last separator
    std::size_t inside = 0;    // the deepest group that was closed since then
    std::size_t deepest = 0;   // of all runs so far, with what is inside them
    std::size_t chained = 0;   // joins and set operations: these nest across separators
    std::size_t betweens = 0;  // whose AND separates nothing
  };

  [[noreturn]] void no(const char* rule, std::string why) const {
    refuse(rule, std::move(why), static_cast<int>(at_));
  }
  unsigned char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0;
  }

  void check_chain() const {
    std::size_t chain = 0;
    for (const Group& group : groups_) {
      chain += group.chained + std::max(group.deepest, group.run + group.inside);
    }
    if (chain > kMaxChain) {
      no("nesting", "an expression here is too long; split it, or put less into one");
    }
  }
  void check_closed() const {
    const Group& group = groups_.back();
    if (groups_.size() == 1) return;
    refuse("unbalanced", group.is_case ? "this CASE has no END" : "this parenthesis is never closed",
           static_cast<int>(group.start));
  }
  void end_segment() {
    Group& group = groups_.back();
    group.deepest = std::max(group.deepest, group.run + group.inside);
    group.run = group.inside = 0;
  }
  void open(bool is_case) {
    if (groups_.size() > kMaxParentheses) {
      no("nesting", "more than " + std::to_string(kMaxParentheses) +
                        " parentheses and CASEs are open at the same time");
    }
    groups_.push_back({.start = at_, .is_case = is_case});
  }
  void close(bool is_case) {
    if (groups_.size() == 1 || groups_.back().is_case != is_case) {
      if (groups_.size() > 1) check_closed();
      no("unbalanced", is_case ? "this END has no CASE" : "this parenthesis closes nothing");
    }
    end_segment();
    const std::size_t depth = groups_.back().deepest + groups_.back().chained;
    groups_.pop_back();
    groups_.back().inside = std::max(groups_.back().inside, depth);
    check_chain();
  }
  void keyword(std::string_view word) {
    Group& group = groups_.back();
    if (word == "and" && group.betweens > 0) {
      --group.betweens;
    } else if (word == "and" || word == "or") {
      end_segment();
    } else if (word == "between") {
      ++group.betweens;
    } else if (word == "join") {
      ++group.chained;
    } else if (word == "union" || word == "intersect" || word == "except") {
      ++group.chained;
      end_segment();
    } else if (group.is_case && (word == "when" || word == "then" || word == "else")) {
      group.betweens = 0;
      end_segment();
    } else if (word == "case") {
      open(true);
    } else if (word == "end" && group.is_case) {
      close(true);
    }
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
      if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) control(c);
      const std::size_t length = utf8_length(text_, at_);
      if (length == 0) no("unicode", "the string is not valid UTF-8 here");
      at_ += length;
    }
    refuse("unbalanced", "this string is never closed", static_cast<int>(start));
  }

  void quoted_name() {
    const std::size_t start = at_++;
    std::size_t length = 0;
    for (;; ++length) {
      if (at_ >= text_.size()) {
        refuse("unbalanced", "this quoted name is never closed", static_cast<int>(start));
      }
      const unsigned char c = text_[at_];
      if (c < 0x20 || c == 0x7F) control(c);
      if (c == '"' && peek(1) != '"') break;
      const std::size_t taken = c == '"' ? 2 : utf8_length(text_, at_);
      if (taken == 0) no("unicode", "the name is not valid UTF-8 here");
      if (c >= 0x80) length += taken - 1;
      at_ += taken;
    }
    ++at_;
    check_name(start, length);
  }

  void word() {
    const std::size_t start = at_;
    for (std::size_t taken = 1; at_ < text_.size(); at_ += taken) {
      const unsigned char c = text_[at_];
      if (c < 0x80 && !is_word(c)) break;
      taken = utf8_length(text_, at_);
      if (taken == 0) no("unicode", "this is not valid UTF-8");
      if (is_unseen(text_.substr(at_, taken))) {
        no("unicode", "here is a sign that cannot be seen; write plain blanks, and such names in "
                      "double quotes");
      }
    }
    check_name(start, at_ - start);
    if (peek(0) == '\'' || peek(0) == '"' || (peek(0) == '&' && (peek(1) == '\'' || peek(1) == '"'))) {
      at_ = start;
      no("string", "strings with a prefix (E'', U&'', B'', X'', N'') are not portable; write '…'");
    }
    if (peek(0) == '$') no("name", "a name may not hold $");
    const std::size_t end = at_;
    at_ = start;
    keyword(lower_ascii(text_.substr(start, end - start)));
    at_ = end;
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
    if (is_word(peek(0)) || peek(0) >= 0x80 || peek(0) == '.' || peek(0) == '\'' || peek(0) == '"') {
      no("number", "a number must end here; write decimal numbers such as 12 or 0.5");
    }
  }

  void sign(unsigned char c) {
    if (c < 0x20 || c == 0x7F) control(c);
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
        if (is_digit(peek(1)) && parameters_ == Parameters::kNumbered) {
          while (is_digit(peek(1))) ++at_;
          break;
        }
        if (is_digit(peek(1))) {
          no("parameter", "parameters are not allowed: write the value into the statement");
        }
        no("string", "dollar quotes are not portable; write '…'");
      case '?':
      case '@':
        no("parameter", std::string("the sign ") + static_cast<char>(c) +
                            " is not part of the portable SQL");
      case ':':
        if (peek(1) == ':') {
          ++at_;
          break;
        }
        parameter();
        return;
      case '\\':
      case '`':
      case '[':
      case ']':
      case '{':
      case '}':
        no("syntax", std::string("the sign ") + static_cast<char>(c) +
                         " is not part of the portable SQL");
      case '(':
        open(false);
        break;
      case ')':
        close(false);
        break;
      case ',':
        groups_.back().betweens = 0;
        end_segment();
        break;
      case ';':
        check_closed();
        end_segment();
        break;
      default:
        break;
    }
    ++at_;
  }

  // :name or :"name"
  void parameter() {
    if (parameters_ != Parameters::kNamed) {
      no("parameter", "parameters are not allowed: write the value into the statement");
    }
    ++at_;
    if (peek(0) == '"') {
      quoted_name();
    } else if (is_word_start(peek(0))) {
      const std::size_t start = at_;
      while (is_word(peek(0))) ++at_;
      check_name(start, at_ - start);
    } else {
      --at_;
      no("parameter", "a parameter is written as :name or :\"Name\"");
    }
    if (is_word(peek(0)) || peek(0) >= 0x80 || peek(0) == '\'' || peek(0) == '"' || peek(0) == '$') {
      no("parameter", "a parameter's name must end here; write other names in double quotes");
    }
  }

  [[noreturn]] void control(unsigned char c) const {
    no("control", "the statement holds the control byte " + std::to_string(c));
  }

  std::string_view text_;
  const Parameters parameters_;
  std::size_t at_ = 0;
  std::vector<Group> groups_{Group{}};  // the outermost is the statement
  bool empty_ = true;
  bool last_was_string_ = false;
};

}  // namespace

void scan(std::string_view statement, Parameters parameters) {
  if (statement.size() > kMaxStatementBytes) {
    refuse("too-long", "a statement may have at most " + std::to_string(kMaxStatementBytes) +
                           " bytes, this one has " + std::to_string(statement.size()),
           0);
  }
  Scanner(statement, parameters).run();
}

std::string_view why_unspeakable(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return "is longer than 63 bytes";
  std::size_t length = 0;
  for (std::size_t at = 0; at < name.size(); at += length) {
    const unsigned char c = name[at];
    if (c < 0x20 || c == 0x7F) return "holds a control byte";
    length = utf8_length(name, at);
    if (length == 0) return "is not valid UTF-8";
  }
  return "";
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
