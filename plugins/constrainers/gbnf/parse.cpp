#include <set>
#include <string_view>

#include "engine/base/utf8.h"
#include "gbnf/syntax.h"
#include "state_runtime/plugin.hpp"

namespace sr::gbnf {

namespace {

using constrain::CodeSet;
using constrain::kLastCode;

constexpr int kDeepest = 200;
constexpr std::uint32_t kEnd = UINT32_MAX;

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
bool is_word(std::uint32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view text) { decode(text); }

  std::vector<Rule> run() {
    std::vector<Rule> rules;
    std::set<std::string> names;
    for (space(true); peek() != kEnd; space(true)) {
      Rule rule;
      rule.place = here();
      rule.name = name("a rule begins with its name");
      space(false);
      if (!(take(':') && take(':') && take('='))) {
        fail(here(), "::= must follow the name of the rule " + rule.name);
      }
      space(true);
      rule.body = alternatives(false);
      if (peek() != kEnd && peek() != '\n' && peek() != '\r') {
        fail(here(), "the line should end here; " + shown() + " cannot follow");
      }
      if (!names.insert(rule.name).second) {
        fail(rule.place, "the rule " + rule.name + " is defined twice");
      }
      rules.push_back(std::move(rule));
    }
    return rules;
  }

 private:
  void decode(std::string_view text) {
    std::uint32_t line = 1, column = 1;
    for (std::size_t at = 0; at < text.size();) {
      const auto length = constrain::utf8_length(text.substr(at));
      if (length == 0) fail({line, column}, "this is not UTF-8");
      const auto code = constrain::decode_utf8(text.substr(at, length))[0];
      codes_.push_back(code);
      places_.push_back({line, column++});
      if (code == '\n') ++line, column = 1;
      at += length;
    }
    places_.push_back({line, column});
  }

  std::uint32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < codes_.size() ? codes_[at_ + ahead] : kEnd;
  }
  Place here() const { return places_[at_]; }
  bool take(std::uint32_t c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string shown() const {
    if (peek() == kEnd) return "the end";
    if (peek() == '\n' || peek() == '\r') return "the end of the line";
    std::string out = "\"";
    constrain::append_utf8(out, peek());
    return out + "\"";
  }

  void space(bool lines) {
    for (;;) {
      const auto c = peek();
      if (c == '#') {
        while (peek() != kEnd && peek() != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        ++at_;
      } else {
        return;
      }
    }
  }
  // Behind a part of a rule: a line that begins with | goes on with the one before.
  void space_behind(bool nested) {
    space(nested);
    const auto before = at_;
    space(true);
    if (peek() != '|') at_ = before;
  }

  std::string name(const char* needed) {
    std::string out;
    for (; is_word(peek()); ++at_) out += static_cast<char>(peek());
    if (out.empty()) fail(here(), std::string(needed) + "; found " + shown());
    return out;
  }

  Piece alternatives(bool nested) {
    if (++depth_ > kDeepest) fail(here(), "parentheses are nested too deep");
    Piece all{Piece::kChoice, here()};
    do {
      if (!all.parts.empty()) space(true);
      all.parts.push_back(sequence(nested));
    } while (take('|'));
    --depth_;
    if (all.parts.size() > 1) return all;
    auto only = std::move(all.parts[0]);
    return only;
  }

  Piece sequence(bool nested) {
    Piece all{Piece::kSequence, here()};
    for (;;) {
      const auto place = here();
      const auto c = peek();
      if (c == '"') {
        all.parts.push_back(literal());
      } else if (c == '[') {
        all.parts.push_back(char_class());
      } else if (c == '.') {
        ++at_;
        all.parts.push_back({Piece::kCharacters, place, {{0, kLastCode}}});
      } else if (c == '(') {
        ++at_;
        space(true);
        all.parts.push_back(alternatives(true));
        if (!take(')')) fail(place, "this ( has no )");
      } else if (is_word(c)) {
        Piece piece{Piece::kRule, place};
        piece.rule = name("a name");
        all.parts.push_back(std::move(piece));
      } else if (c == '*' || c == '+' || c == '?' || c == '{') {
        if (all.parts.empty()) fail(place, shown() + " repeats nothing");
        repeat(all.parts.back(), nested);
      } else if (c == '<' && is_slot()) {
        all.parts.push_back(slot());
      } else if (c == '<' || c == '!') {
        fail(place, "single tokens cannot be named here; write the text");
      } else {
        break;
      }
      space_behind(nested);
    }
    return all;
  }

  // Single tokens are written in the same brackets: <think>, <[1000]>.
  bool is_slot() const {
    for (const std::string_view kind : {"span:", "values:", "number:"}) {
      std::size_t i = 0;
      while (i < kind.size() && peek(1 + i) == static_cast<std::uint8_t>(kind[i])) ++i;
      if (i == kind.size()) return true;
    }
    return false;
  }
  Piece slot() {
    Piece piece{Piece::kSlot, here()};
    std::string text;
    for (++at_; !take('>'); ++at_) {
      if (peek() == kEnd || peek() == '\n') fail(piece.place, "this slot has no closing >");
      constrain::append_utf8(text, peek());
    }
    try {
      piece.slot = constrain::parse_slot(text);
    } catch (const Failure& e) {
      fail(piece.place, e.what());
    }
    return piece;
  }

  void repeat(Piece& what, bool nested) {
    Piece piece{Piece::kRepeat, here()};
    piece.max = kUnbounded;
    switch (codes_[at_++]) {
      case '+': piece.min = 1; break;
      case '?': piece.max = 1; break;
      case '{': bounds(piece, nested); break;
      default: break;
    }
    piece.parts.push_back(std::move(what));
    what = std::move(piece);
  }

  void bounds(Piece& piece, bool nested) {
    space(nested);
    piece.min = piece.max = number();
    space(nested);
    if (take(',')) {
      space(nested);
      piece.max = is_digit(peek()) ? number() : kUnbounded;
      space(nested);
    }
    if (!take('}')) fail(piece.place, "this { needs {m}, {m,} or {m,n}");
    if (piece.min > piece.max) fail(piece.place, "the bounds of a repetition are out of order");
  }

  std::uint32_t number() {
    constexpr std::uint64_t kMost = 1'000'000'000;
    const auto place = here();
    if (!is_digit(peek())) fail(place, "a repetition needs a whole number; found " + shown());
    std::uint64_t value = 0;
    for (; is_digit(peek()); ++at_) {
      value = value * 10 + (peek() - '0');
      if (value > kMost) fail(place, "repeats more than 1000000000 times");
    }
    return static_cast<std::uint32_t>(value);
  }

  Piece literal() {
    Piece all{Piece::kLiteral, here()};
    ++at_;
    while (!take('"')) {
      if (peek() == kEnd) fail(all.place, "this literal has no closing \"");
      const auto place = here();
      const auto code = character();
      if (constrain::is_surrogate(code)) fail(place, "a surrogate is not a character");
      all.codes.emplace_back(code, code);
    }
    return all;
  }

  Piece char_class() {
    Piece piece{Piece::kCharacters, here()};
    ++at_;
    const bool negated = take('^');
    while (!take(']')) {
      if (peek() == kEnd) fail(piece.place, "this class has no closing ]");
      const auto place = here();
      const auto first = character();
      auto last = first;
      if (peek() == '-' && peek(1) != ']' && peek(1) != kEnd) {
        ++at_;
        last = character();
      }
      if (first > last) fail(place, "a range of characters is out of order");
      piece.codes.emplace_back(first, last);
    }
    piece.codes = negated ? constrain::complement(piece.codes) : constrain::normal(piece.codes);
    return piece;
  }

  std::uint32_t character() {
    const auto place = here();
    const auto c = codes_[at_++];
    if (c != '\\') return c;
    if (peek() == kEnd) fail(place, "the text ends inside an escape");
    switch (const auto e = codes_[at_++]) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case 'x': return hex(place, 2);
      case 'u': return hex(place, 4);
      case 'U': return hex(place, 8);
      case '\\': case '"': case '[': case ']': case '-': case '^': return e;
      default: fail(place, "an unknown escape; known are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\x \\u \\U");
    }
  }
  std::uint32_t hex(Place place, int digits) {
    std::uint64_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const auto c = peek();
      const auto low = c | 0x20U;
      if (!is_digit(c) && !(low >= 'a' && low <= 'f')) {
        fail(place, "an escape needs " + std::to_string(digits) + " hexadecimal digits");
      }
      value = value << 4 | (is_digit(c) ? c - '0' : low - 'a' + 10);
      ++at_;
    }
    if (value > kLastCode) fail(place, "there is no such character");
    return static_cast<std::uint32_t>(value);
  }

  std::vector<std::uint32_t> codes_;
  std::vector<Place> places_;  // (codes + 1)
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string text_of(Place place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

void fail(Place place, const std::string& what) {
  throw Failure(SR_INVALID_ARGUMENT, text_of(place) + ": " + what);
}

std::vector<Rule> parse(std::string_view text) { return Parser(text).run(); }

}  // namespace sr::gbnf
