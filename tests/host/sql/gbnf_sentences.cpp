#include "tests/host/sql/gbnf_sentences.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "words/days.h"
#include "words/word_edges.h"

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
      } else if (c == '<') {
        out.parts.push_back(slot());
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
  // <span:said max=80 quote=' pad=%>
  Node slot() {
    const auto end = text_.find('>', at_);
    if (end == text_.npos) fail("a slot without an end");
    auto rest = std::string(text_.substr(at_ + 1, end - at_ - 1)) + ' ';
    at_ = end + 1;
    Node out;
    out.kind = Node::kSlot;
    for (std::size_t space = 0; (space = rest.find(' ')) != rest.npos; rest.erase(0, space + 1)) {
      const auto word = rest.substr(0, space);
      if (out.name.empty()) {
        out.span = word.starts_with("span:");
        out.name = word.substr(word.find(':') + 1);
      } else if (word.starts_with("max=")) {
        out.max = static_cast<std::size_t>(std::stoi(word.substr(4)));
      } else if (word == "quote='") {
        out.quoted = true;
      } else if (word == "pad=%") {
        out.before = out.behind = "%";
      } else if (word == "before=%") {
        out.before = "%";
      } else if (word == "behind=%") {
        out.behind = "%";
      } else {
        fail("an unknown option of a slot: " + word);
      }
    }
    return out;
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

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

// A text of the slot as a statement holds it.
std::string spelt(const std::string& text, bool quoted, const std::string& before,
                  const std::string& behind) {
  if (!quoted) return text;
  std::string out = "'" + before;
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + behind + "'";
}

constexpr std::string_view kDay = "2024-02-29";

// The numbers that a slot of this name can hold.
bool is_number_for(const std::string& slot, std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    text = text.substr(1, text.size() - 2);
    if (text.size() <= 15) return false;
  }
  auto digits = text;
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  const auto point = digits.find('.');
  const auto whole = digits.substr(0, point);
  const auto fraction = point == digits.npos ? std::string_view() : digits.substr(point + 1);
  const auto all_digits = [](std::string_view t) {
    return !t.empty() && t.find_first_not_of("0123456789") == t.npos;
  };
  if (!all_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  if (point != digits.npos && (!all_digits(fraction) || (fraction.ends_with('0') && whole.size() < 19))) {
    return false;
  }
  if (negative && digits == "0") return false;
  if (digits.size() > 41) return false;
  const bool positive = !negative && digits != "0";
  if (slot == "part") return positive;
  if (slot == "number") return true;
  if (slot.starts_with("number-")) {
    const auto dash = slot.find('-', 7);
    const auto all = std::stoul(slot.substr(7)), places = std::stoul(slot.substr(dash + 1));
    return (whole == "0" || whole.size() <= all - places) && fraction.size() <= places;
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
  if (slot == "whole-16") return value >= -32768 && value <= 32767;
  if (slot == "whole-32") return value >= -2147483648LL && value <= 2147483647LL;
  return slot == "whole" || (slot == "step" && positive);
}

}  // namespace

Sentences::Sentences(const std::string& grammar, Slots slots) : slots_(std::move(slots)) {
  Reader(*this, grammar).run();
}

bool Sentences::can_write(const Node& node) const {
  if (node.kind != Node::kSlot) return true;
  const auto given = slots_.find(node.name);
  return given != slots_.end() &&
         std::any_of(given->second.begin(), given->second.end(),
                     [&](const std::string& t) { return characters(t) <= node.max; });
}

// Of a span any part between two edges.
void Sentences::write_slot(const Node& node, std::mt19937& dice, std::string& out) const {
  const auto& texts = slots_.at(node.name);
  for (;;) {
    auto text = texts[dice() % texts.size()];
    if (node.span) {
      const auto edges = words::word_edges(text, true).at;
      const auto from = dice() % edges.size(), to = dice() % edges.size();
      if (from >= to || (edges[from] & words::WordEdges::kBegin) == 0 ||
          (edges[to] & words::WordEdges::kEnd) == 0) {
        continue;
      }
      text = text.substr(from, to - from);
    }
    if (characters(text) > node.max) continue;
    out += spelt(text, node.quoted, node.before, node.behind);
    return;
  }
}

void Sentences::read_slot(const Node& node, std::string_view text, std::size_t at, Ends& to) const {
  if (node.name == "day" || node.name == "new-day") {
    const auto day = text.substr(std::min(at, text.size()), kDay.size());
    if (day.size() == kDay.size() && words::day_at(day)) to[at + kDay.size()] = true;
    return;
  }
  if (!node.quoted) {
    for (auto end = at + 1; end <= text.size(); ++end) {
      const auto part = text.substr(at, end - at);
      if (part.size() > 50) return;
      // A number that goes on is not done.
      const bool goes_on = end < text.size() && part[0] != '\'' &&
                           (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '.');
      if (!goes_on && is_number_for(node.name, part)) to[end] = true;
    }
    return;
  }
  if (at >= text.size() || text[at] != '\'') return;
  std::string held;
  auto end = at + 1;
  for (; end < text.size(); ++end) {
    const auto c = static_cast<unsigned char>(text[end]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return;
    if (c == '\'') {
      if (end + 1 >= text.size() || text[end + 1] != '\'') break;
      ++end;
    }
    held += static_cast<char>(c);
  }
  if (end >= text.size()) return;
  if (!held.starts_with(node.before) || !held.ends_with(node.behind)) return;
  if (held.size() < node.before.size() + node.behind.size()) return;
  held = held.substr(node.before.size(), held.size() - node.before.size() - node.behind.size());
  if (node.name == "uuid") {
    constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (held.size() != kShape.size()) return;
    for (std::size_t i = 0; i < held.size(); ++i) {
      const bool digit = std::string_view("0123456789abcdef").find(held[i]) != std::string_view::npos;
      if (kShape[i] == '-' ? held[i] != '-' : !digit) return;
    }
  }
  if (!held.empty() && characters(held) <= node.max) to[end + 1] = true;
}

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
    case Node::kSlot:
      return write_slot(node, dice, out);
    case Node::kRule:
      return write(rules_[static_cast<std::size_t>(node.rule)], dice, out);
    case Node::kSequence:
      for (const auto& part : node.parts) write(part, dice, out);
      return;
    case Node::kChoice: {
      std::vector<const Node*> ways;
      for (const auto& part : node.parts) {
        // Slots stand alone in an alternative, or behind nothing that would have to be taken back.
        const bool alone = part.kind == Node::kSequence && part.parts.size() == 1;
        if (can_write(alone ? part.parts[0] : part)) ways.push_back(&part);
      }
      return write(*ways.at(pick(ways.size())), dice, out);
    }
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
    case Node::kSlot:
      for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i]) read_slot(node, text, i, to);
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
