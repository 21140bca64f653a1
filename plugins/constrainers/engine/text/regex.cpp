#include "engine/text/regex.h"

#include <algorithm>
#include <string>

#include "engine/text/nfa.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

constexpr std::uint32_t kUnlimited = UINT32_MAX;
constexpr int kDeepest = 200;

const CodeSet kDigits = {{'0', '9'}};
const CodeSet kWord = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const CodeSet kSpace = {{9, 13},          {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680},
                        {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                        {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
const CodeSet kNewlines = {{10, 10}, {13, 13}, {0x2028, 0x2029}};
const CodeSet kAny = {{0, kLastCode}};

// Builds the automaton while it reads. A piece is a pair of states, joined by what was read.
class RegexReader {
 public:
  RegexReader(std::string_view pattern, std::size_t max_states)
      : codes_(decode_utf8(pattern)), max_states_(max_states) {}

  CodeDfa run() {
    const auto piece = alternatives();
    if (!at_end()) fail("has a ) without its (");
    // The match may stand anywhere: any text before it and behind it.
    nfa_.start = nfa_.add();
    nfa_.accept = nfa_.add();
    const auto before = set(kAny), behind = set(kAny);
    for (const auto& around : {before, behind}) nfa_.link(around.last, around.first);
    nfa_.link(nfa_.start, before.first);
    nfa_.link(nfa_.start, piece.first);
    nfa_.link(before.last, piece.first);
    nfa_.link(piece.last, behind.first);
    nfa_.link(piece.last, nfa_.accept);
    nfa_.link(behind.last, nfa_.accept);
    return nfa_.determinise(max_states_).minimal();
  }

 private:
  struct Piece {
    Nfa::State first, last;
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw Failure(SR_INVALID_ARGUMENT, what + " at character " + std::to_string(at_ + 1));
  }
  bool at_end() const { return at_ == codes_.size(); }
  std::uint32_t peek() const { return at_end() ? kUnlimited : codes_[at_]; }
  bool take(char c) {
    if (peek() != static_cast<std::uint32_t>(c)) return false;
    ++at_;
    return true;
  }
  std::uint32_t next() {
    if (at_end()) fail("ends too early");
    return codes_[at_++];
  }

  Nfa::State state() {
    if (nfa_.nodes.size() > max_states_ * 4) {
      throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states_) + " states");
    }
    return nfa_.add();
  }
  Piece empty() {
    const auto s = state();
    return {s, s};
  }
  Piece set(CodeSet codes) {
    const Piece piece{state(), state()};
    nfa_.read(piece.first, codes, piece.last);
    return piece;
  }
  Piece assertion(Nfa::Kind kind) {
    const Piece piece{state(), state()};
    nfa_.link(piece.first, piece.last, kind);
    return piece;
  }

  Piece alternatives() {
    if (++depth_ > kDeepest) fail("is nested too deep");
    const Piece all{state(), state()};
    do {
      const auto one = sequence();
      nfa_.link(all.first, one.first);
      nfa_.link(one.last, all.last);
    } while (take('|'));
    --depth_;
    return all;
  }

  Piece sequence() {
    auto all = empty();
    while (!at_end() && peek() != '|' && peek() != ')') {
      const auto from = at_;
      auto one = atom();
      one = quantified(one, from);
      nfa_.link(all.last, one.first);
      all.last = one.last;
    }
    return all;
  }

  Piece atom() {
    switch (const auto c = next()) {
      case '(':
        return group();
      case '[':
        return set(char_class());
      case '.':
        return set(complement(kNewlines));
      case '^':
        return assertion(Nfa::kAtStart);
      case '$':
        return assertion(Nfa::kAtEnd);
      case '\\':
        return set(escape(false));
      case '*':
      case '+':
      case '?':
        fail("repeats nothing");
      case '{':
        fail("has a { that is not escaped");
      default:
        return set({{c, c}});
    }
  }

  Piece group() {
    if (take('?')) {
      if (take('<')) {
        if (peek() == '=' || peek() == '!') fail("uses look-behind, which cannot be enforced,");
        while (next() != '>') {
        }
      } else if (!take(':')) {
        fail("uses look-ahead, which cannot be enforced,");
      }
    }
    const auto inside = alternatives();
    if (!take(')')) fail("has a ( without its )");
    return inside;
  }

  // `from`: where the atom stands, which is read again for every copy.
  Piece quantified(Piece one, std::size_t from) {
    std::uint32_t min = 1, max = 1;
    if (take('*')) {
      min = 0, max = kUnlimited;
    } else if (take('+')) {
      max = kUnlimited;
    } else if (take('?')) {
      min = 0;
    } else if (take('{')) {
      min = number();
      max = !take(',') ? min : peek() == '}' ? kUnlimited : number();
      if (!take('}')) fail("has a { without its }");
      if (min > max) fail("has a quantifier whose bounds are out of order");
    } else {
      return one;
    }
    take('?');  // lazy: the same texts
    const auto end = at_;
    const auto copy = [&] {
      at_ = from;
      const auto piece = atom();
      at_ = end;
      return piece;
    };
    auto all = empty();
    const auto then = [&](const Piece& piece) {
      nfa_.link(all.last, piece.first);
      all.last = piece.last;
    };
    for (std::uint32_t i = 0; i < min; ++i) then(i == 0 ? one : copy());
    if (max == kUnlimited) {
      auto loop = min == 0 ? one : copy();
      const Piece around{state(), state()};
      nfa_.link(around.first, loop.first);
      nfa_.link(around.first, around.last);
      nfa_.link(loop.last, loop.first);
      nfa_.link(loop.last, around.last);
      then(around);
      return all;
    }
    std::vector<Nfa::State> exits;
    for (auto i = min; i < max; ++i) {
      exits.push_back(all.last);
      then(i == 0 ? one : copy());
    }
    const auto last = state();
    nfa_.link(all.last, last);
    for (const auto exit : exits) nfa_.link(exit, last);
    return {all.first, last};
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    if (peek() < '0' || peek() > '9') fail("has a { that is not a quantifier");
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + (next() - '0');
      if (value > max_states_)
        throw Failure(SR_EXHAUSTED, "repeats more than " + std::to_string(max_states_) + " times");
    }
    return value;
  }

  CodeSet char_class() {
    const bool negated = take('^');
    CodeSet out;
    while (!take(']')) {
      auto first = class_member();
      const bool single = first.size() == 1 && first[0].first == first[0].second;
      if (single && peek() == '-' && at_ + 1 < codes_.size() && codes_[at_ + 1] != ']') {
        ++at_;
        const auto last = class_member();
        if (last.size() != 1 || last[0].first != last[0].second || last[0].first < first[0].first) {
          fail("has a range that is out of order");
        }
        first[0].second = last[0].first;
      }
      out.insert(out.end(), first.begin(), first.end());
    }
    return negated ? complement(out) : normal(std::move(out));
  }
  CodeSet class_member() {
    const auto c = next();
    return c == '\\' ? escape(true) : CodeSet{{c, c}};
  }

  CodeSet escape(bool in_class) {
    const auto c = next();
    switch (c) {
      case 'd':
        return kDigits;
      case 'D':
        return complement(kDigits);
      case 'w':
        return kWord;
      case 'W':
        return complement(kWord);
      case 's':
        return kSpace;
      case 'S':
        return complement(kSpace);
      case 't':
        return {{9, 9}};
      case 'n':
        return {{10, 10}};
      case 'v':
        return {{11, 11}};
      case 'f':
        return {{12, 12}};
      case 'r':
        return {{13, 13}};
      case 'x':
        return one(hex(2));
      case 'u':
        return one(unicode());
      case 'c':
        return one(next() % 32);
      case 'b':
        if (in_class) return {{8, 8}};
        [[fallthrough]];
      case 'B':
        fail("uses a word boundary, which cannot be enforced,");
      case 'p':
      case 'P':
        fail("uses a Unicode property, which cannot be enforced,");
      case 'k':
        fail("uses a back-reference, which cannot be enforced,");
      default:
        break;
    }
    if (c == '0' && (peek() < '0' || peek() > '9')) return {{0, 0}};
    if (c >= '0' && c <= '9') fail("uses a back-reference, which cannot be enforced,");
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) fail("has an unknown escape");
    return {{c, c}};
  }
  static CodeSet one(std::uint32_t code) { return {{code, code}}; }

  std::uint32_t hex(int digits) {
    std::uint32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const auto c = next();
      const auto digit = c >= '0' && c <= '9'   ? c - '0'
                         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                : kUnlimited;
      if (digit == kUnlimited) fail("has a malformed escape");
      value = value << 4 | digit;
    }
    return value;
  }
  std::uint32_t unicode() {
    if (take('{')) {
      std::uint32_t value = 0;
      while (!take('}')) {
        value = value << 4 | hex(1);
        if (value > kLastCode) fail("has a malformed escape");
      }
      return value;
    }
    const auto high = hex(4);
    const bool pair = high >= kSurrogates && high < kLowSurrogates && peek() == '\\' &&
                      at_ + 1 < codes_.size() && codes_[at_ + 1] == 'u';
    if (!pair) return high;
    at_ += 2;
    return 0x10000 + ((high - kSurrogates) << 10) + (hex(4) - kLowSurrogates);
  }

  const std::vector<std::uint32_t> codes_;
  const std::size_t max_states_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Nfa nfa_;
};

}  // namespace

CodeDfa compile_regex(std::string_view pattern, std::size_t max_states) {
  return RegexReader(pattern, max_states).run();
}

}  // namespace sr::constrain
