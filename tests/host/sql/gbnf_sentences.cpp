#include "tests/host/sql/gbnf_sentences.h"

#include <stdexcept>

namespace sr::host::sql::testing {
namespace {

std::string utf8(char32_t c) {
  std::string out;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

// The character at `at`, which moves behind it.
char32_t character(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  char32_t out = more == 0 ? first : first & (0x3F >> more);
  while (more-- > 0 && at < text.size()) {
    out = out << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return out;
}

}  // namespace

class Sentences::Reader {
 public:
  Reader(Sentences& out, std::string_view text) : out_(out), text_(text) {}

  void run() {
    for (skip(true); at_ < text_.size(); skip(true)) {
      const auto name = word();
      skip(false);
      expect("::=");
      skip(true);
      const int rule = rule_of(name);
      auto body = choice(false);
      if (defined_[name]) fail("the rule " + name + " is defined twice");
      defined_[name] = true;
      out_.rules_[static_cast<std::size_t>(rule)] = std::move(body);
    }
    for (const auto& [name, rule] : out_.names_) {
      if (!defined_[name]) fail("the rule " + name + " is not defined");
    }
    if (!defined_["root"]) fail("there is no rule root");
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error("GBNF at byte " + std::to_string(at_) + ": " + why);
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void expect(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) fail("expected " + std::string(what));
    at_ += what.size();
  }
  void skip(bool newlines) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || (newlines && c == '\n')) {
        ++at_;
      } else {
        return;
      }
    }
  }
  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; }
  std::string word() {
    const auto begin = at_;
    while (is_word(peek())) ++at_;
    if (begin == at_) fail("expected a name");
    return std::string(text_.substr(begin, at_ - begin));
  }
  int rule_of(const std::string& name) {
    const auto [at, fresh] = out_.names_.emplace(name, static_cast<int>(out_.rules_.size()));
    if (fresh) out_.rules_.emplace_back();
    return at->second;
  }

  Node choice(bool nested) {
    Node out;
    out.kind = Node::kChoice;
    for (;;) {
      out.parts.push_back(sequence(nested));
      if (peek() != '|') return out;
      ++at_;
      skip(true);
    }
  }
  Node sequence(bool nested) {
    Node out;
    out.kind = Node::kSequence;
    for (;;) {
      const char c = peek();
      if (c == '"') {
        out.parts.push_back(literal());
      } else if (c == '[') {
        out.parts.push_back(characters());
      } else if (c == '(') {
        ++at_;
        skip(true);
        auto group = choice(true);
        expect(")");
        out.parts.push_back(std::move(group));
      } else if (is_word(c)) {
        Node node;
        node.kind = Node::kRule;
        node.rule = rule_of(word());
        out.parts.push_back(std::move(node));
      } else {
        return out;
      }
      repeat(out.parts.back());
      skip(nested);
    }
  }
  int number() {
    const auto begin = at_;
    while (std::isdigit(static_cast<unsigned char>(peek()))) ++at_;
    if (begin == at_) fail("expected a number");
    return std::stoi(std::string(text_.substr(begin, at_ - begin)));
  }
  void repeat(Node& node) {
    int least = 0, most = 30;  // of what has no end
    switch (peek()) {
      case '?':
        most = 1;
        break;
      case '*':
        break;
      case '+':
        least = 1;
        break;
      case '{':
        ++at_;
        least = number();
        most = least;
        if (peek() == ',') {
          ++at_;
          most = number();
        }
        if (peek() != '}' || most < least) fail("a bad repetition");
        break;
      default:
        return;
    }
    ++at_;
    Node out;
    out.kind = Node::kRepeat;
    out.least = least;
    out.most = most;
    out.parts.push_back(std::move(node));
    node = std::move(out);
  }
  char32_t escaped() {
    if (peek() != '\\') return character(text_, at_);
    ++at_;
    const char c = peek();
    ++at_;
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'x': {
        const auto hex = std::string(text_.substr(at_, 2));
        at_ += 2;
        return static_cast<char32_t>(std::stoi(hex, nullptr, 16));
      }
      case '"':
      case '\\':
      case '[':
      case ']':
        return static_cast<unsigned char>(c);
      default:
        fail("an unknown escape");
    }
  }
  Node literal() {
    Node out;
    ++at_;
    while (peek() != '"') {
      if (at_ >= text_.size() || peek() == '\n') fail("a literal without an end");
      out.text += utf8(escaped());
    }
    ++at_;
    return out;
  }
  Node characters() {
    Node out;
    out.kind = Node::kClass;
    ++at_;
    if (peek() == '^') out.negated = true, ++at_;
    while (peek() != ']') {
      if (at_ >= text_.size()) fail("a class without an end");
      const auto from = escaped();
      auto to = from;
      if (peek() == '-' && text_.substr(at_ + 1, 1) != "]") {
        ++at_;
        to = escaped();
      }
      out.ranges.push_back({from, to});
    }
    ++at_;
    return out;
  }

  Sentences& out_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::map<std::string, bool> defined_;
};

namespace {

bool holds(const std::vector<std::pair<char32_t, char32_t>>& ranges, bool negated, char32_t c) {
  for (const auto& [from, to] : ranges) {
    if (c >= from && c <= to) return !negated;
  }
  return negated;
}

}  // namespace

Sentences::Sentences(const std::string& grammar) { Reader(*this, grammar).run(); }

std::string Sentences::random(std::mt19937& dice) const {
  std::string out;
  write(rules_[static_cast<std::size_t>(names_.at("root"))], dice, out);
  return out;
}

void Sentences::write(const Node& node, std::mt19937& dice, std::string& out) const {
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(dice() % below); };
  switch (node.kind) {
    case Node::kText:
      out += node.text;
      return;
    case Node::kRule:
      return write(rules_[static_cast<std::size_t>(node.rule)], dice, out);
    case Node::kSequence:
      for (const auto& part : node.parts) write(part, dice, out);
      return;
    case Node::kChoice:
      return write(node.parts[pick(node.parts.size())], dice, out);
    case Node::kRepeat: {
      // Mostly few, now and then as many as there can be.
      const auto span = static_cast<std::size_t>(node.most - node.least);
      const auto roll = pick(16);
      const auto few = std::min<std::size_t>(span, 3);
      const auto more = roll == 0 ? span : roll < 4 ? pick(span + 1) : pick(few + 1);
      for (std::size_t i = 0; i < static_cast<std::size_t>(node.least) + more; ++i) {
        write(node.parts[0], dice, out);
      }
      return;
    }
    case Node::kClass: {
      static const char32_t odd[] = {
          '%',  '_',  ';',  '-',  '/', '*',  '"',  '\'', '$',    ':',    '?',    '(',     ')',
          '\\', '\n', '\t', 0x7F, 0,   0x80, 0xA0, 0xE9, 0x2019, 0x2028, 0xFFFD, 0x1F600, 0x10FFFF};
      for (;;) {
        char32_t c = ' ' + static_cast<char32_t>(pick(95));
        if (!node.negated) {
          const auto& [from, to] = node.ranges[pick(node.ranges.size())];
          c = from + static_cast<char32_t>(pick(to - from + 1));
        } else if (pick(4) == 0) {
          c = odd[pick(std::size(odd))];
        }
        if (!holds(node.ranges, node.negated, c)) continue;
        out += utf8(c);
        return;
      }
    }
  }
}

bool Sentences::accepts(const std::string& text) const {
  Ends from(text.size() + 1, false), to(text.size() + 1, false);
  from[0] = true;
  read(rules_[static_cast<std::size_t>(names_.at("root"))], text, from, to, 0);
  return to[text.size()];
}

// Adds to `to` where the node can end when it begins anywhere in `from`.
void Sentences::read(const Node& node, std::string_view text, const Ends& from, Ends& to,
                     int depth) const {
  if (depth > 1000) throw std::runtime_error("the grammar nests too deeply");
  const auto any = [](const Ends& ends) {
    for (const bool end : ends) {
      if (end) return true;
    }
    return false;
  };
  switch (node.kind) {
    case Node::kText:
      for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i] && text.substr(i).starts_with(node.text)) to[i + node.text.size()] = true;
      }
      return;
    case Node::kClass:
      for (std::size_t i = 0; i + 1 < from.size(); ++i) {
        if (!from[i]) continue;
        auto end = i;
        if (holds(node.ranges, node.negated, character(text, end))) to[end] = true;
      }
      return;
    case Node::kRule:
      return read(rules_[static_cast<std::size_t>(node.rule)], text, from, to, depth + 1);
    case Node::kSequence: {
      Ends here = from;
      for (const auto& part : node.parts) {
        Ends next(from.size(), false);
        read(part, text, here, next, depth + 1);
        here = std::move(next);
        if (!any(here)) return;
      }
      for (std::size_t i = 0; i < here.size(); ++i) to[i] = to[i] || here[i];
      return;
    }
    case Node::kChoice:
      for (const auto& part : node.parts) read(part, text, from, to, depth + 1);
      return;
    case Node::kRepeat: {
      Ends here = from;
      for (int times = 0; any(here); ++times) {
        if (times >= node.least) {
          for (std::size_t i = 0; i < here.size(); ++i) to[i] = to[i] || here[i];
        }
        if (times == node.most) return;
        Ends next(from.size(), false);
        read(node.parts[0], text, here, next, depth + 1);
        here = std::move(next);
      }
      return;
    }
  }
}

}  // namespace sr::host::sql::testing
