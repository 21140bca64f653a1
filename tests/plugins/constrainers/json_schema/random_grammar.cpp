#include "random_grammar.h"

#include <algorithm>
#include <map>
#include <set>

namespace sr::testing {

namespace {

const char* const kTexts[] = {"a", "ab", "b", "'", "x", "1", "é", "\"", ",", "\n", "abc", "}"};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out;
}

void append(const GrammarPart& part, std::string& out) {
  switch (part.kind) {
    case GrammarPart::kTexts:
      if (part.texts.size() == 1) {
        out += "\"" + escaped(part.texts[0]) + "\"";
        return;
      }
      out += "[";
      for (const auto& text : part.texts) out += escaped(text);
      out += "]";
      return;
    case GrammarPart::kRule:
      out += part.rule == 0 ? "root" : "r" + std::to_string(part.rule);
      return;
    case GrammarPart::kSequence:
    case GrammarPart::kChoice:
      out += "(";
      for (std::size_t i = 0; i < part.parts.size(); ++i) {
        if (i > 0) out += part.kind == GrammarPart::kChoice ? " | " : " ";
        append(part.parts[i], out);
      }
      if (part.parts.empty()) out += "\"\"";
      out += ")";
      return;
    case GrammarPart::kRepeat:
      append(part.parts[0], out);
      out += "{" + std::to_string(part.min) + ",";
      if (part.max != GrammarPart::kNoEnd) out += std::to_string(part.max);
      out += "}";
  }
}

void escape_texts(GrammarPart& part) {
  for (auto& text : part.texts) text = escaped(text);
  for (auto& sub : part.parts) escape_texts(sub);
}

// All places where a part that begins at one place may end. Every part ends somewhere in some
// text, so a path that has come to the text's end and wants more makes it a prefix.
class Judge {
 public:
  Judge(const GrammarRules& rules, std::string_view text) : rules_(rules), text_(text) {}

  GrammarVerdict run() {
    const auto ends = from(rules_[0], 0);
    return {ends.count(text_.size()) > 0, prefix_};
  }

 private:
  using Places = std::set<std::size_t>;

  const Places& from(const GrammarPart& part, std::size_t at) {
    const auto [known, added] = known_.try_emplace({&part, at});
    if (added) known->second = work_out(part, at);
    return known->second;
  }
  Places work_out(const GrammarPart& part, std::size_t at) {
    Places out;
    switch (part.kind) {
      case GrammarPart::kTexts:
        for (const auto& text : part.texts) {
          const auto there = text_.substr(at, text.size());
          if (there == text) out.insert(at + text.size());
          if (there.size() < text.size() && text.compare(0, there.size(), there) == 0) {
            prefix_ = true;
          }
        }
        break;
      case GrammarPart::kRule:
        return from(rules_[part.rule], at);
      case GrammarPart::kSequence:
        out = {at};
        for (const auto& sub : part.parts) out = after(sub, out);
        break;
      case GrammarPart::kChoice:
        for (const auto& sub : part.parts) out.merge(Places(from(sub, at)));
        break;
      case GrammarPart::kRepeat: {
        Places now = {at};
        if (part.min == 0) out = now;
        for (std::size_t i = 1; i <= part.max && i <= part.min + text_.size() + 1; ++i) {
          now = after(part.parts[0], now);
          if (i >= part.min) out.insert(now.begin(), now.end());
        }
      }
    }
    return out;
  }
  Places after(const GrammarPart& part, const Places& places) {
    Places out;
    for (const auto at : places) out.merge(Places(from(part, at)));
    return out;
  }

  const GrammarRules& rules_;
  const std::string_view text_;
  bool prefix_ = false;
  std::map<std::pair<const GrammarPart*, std::size_t>, Places> known_;
};

}  // namespace

RandomGrammar::RandomGrammar(std::uint32_t seed) : dice_(seed) {
  rules_.resize(3 + below(3));
  for (auto& rule : rules_) {
    rule.kind = GrammarPart::kChoice;
    rule.parts.push_back({GrammarPart::kTexts, {kTexts[below(std::size(kTexts))]}});
    for (auto more = 1 + below(3); more > 0; --more) rule.parts.push_back(sequence(2));
  }
}

// Begins with a text, so that no rule comes back to itself without reading.
GrammarPart RandomGrammar::sequence(int depth) {
  GrammarPart out{GrammarPart::kSequence};
  out.parts.push_back({GrammarPart::kTexts, {kTexts[below(std::size(kTexts))]}});
  for (auto more = below(4); more > 0; --more) out.parts.push_back(element(depth));
  return out;
}

GrammarPart RandomGrammar::element(int depth) {
  switch (below(depth > 0 ? 8 : 5)) {
    case 0:
    case 1:
      return {GrammarPart::kTexts, {kTexts[below(std::size(kTexts))]}};
    case 2:
      return {GrammarPart::kTexts, {"a", "b", "é", "'"}};
    case 3:
    case 4: {
      GrammarPart rule{GrammarPart::kRule};
      rule.rule = below(rules_.size());
      return rule;
    }
    case 5: {
      GrammarPart choice{GrammarPart::kChoice};
      for (auto more = 1 + below(3); more > 0; --more) choice.parts.push_back(element(depth - 1));
      if (below(3) == 0) choice.parts.push_back({GrammarPart::kSequence});
      return choice;
    }
    default: {
      GrammarPart repeat{GrammarPart::kRepeat};
      repeat.min = below(3);
      const std::size_t most[] = {repeat.min + 1, GrammarPart::kNoEnd, 20};
      repeat.max = most[below(3)];
      GrammarPart what = below(2) == 0 ? GrammarPart{GrammarPart::kTexts, {"a", "x", "1"}}
                                       : sequence(depth - 1);
      repeat.parts.push_back(std::move(what));
      return repeat;
    }
  }
}

std::string RandomGrammar::gbnf() const {
  std::string out;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    out += i == 0 ? "root" : "r" + std::to_string(i);
    out += " ::= ";
    append(rules_[i], out);
    out += "\n";
  }
  return out;
}

std::string RandomGrammar::sentence() {
  std::string out;
  derive(rules_[0], 6, out);
  return out;
}

void RandomGrammar::derive(const GrammarPart& part, int depth, std::string& out) {
  switch (part.kind) {
    case GrammarPart::kTexts: out += part.texts[below(part.texts.size())]; break;
    case GrammarPart::kRule: derive(rules_[part.rule], depth - 1, out); break;
    case GrammarPart::kSequence:
      for (const auto& sub : part.parts) derive(sub, depth, out);
      break;
    case GrammarPart::kChoice:
      derive(part.parts[depth > 0 ? below(part.parts.size()) : 0], depth, out);
      break;
    case GrammarPart::kRepeat:
      for (auto n = part.min + (depth > 0 && part.max > part.min ? below(2) : 0); n > 0; --n) {
        derive(part.parts[0], depth - 1, out);
      }
  }
}

GrammarRules inside_json(const GrammarRules& rules) {
  GrammarRules out = rules;
  for (auto& rule : out) escape_texts(rule);
  // The first rule is the string; the former first one is the last now.
  const auto moved = out.size();
  out.push_back(out[0]);
  const auto rename = [&](const auto& self, GrammarPart& part) -> void {
    if (part.kind == GrammarPart::kRule && part.rule == 0) part.rule = moved;
    for (auto& sub : part.parts) self(self, sub);
  };
  for (auto& rule : out) rename(rename, rule);
  const GrammarPart quote{GrammarPart::kTexts, {"\""}};
  GrammarPart text{GrammarPart::kRule};
  text.rule = moved;
  out[0] = {GrammarPart::kSequence, {}, 0, {quote, text, quote}};
  return out;
}

GrammarVerdict judge(const GrammarRules& rules, std::string_view text) {
  return Judge(rules, text).run();
}

}  // namespace sr::testing
