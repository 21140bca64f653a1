// Sentences on where a text stands: "at /rows/0/status (#/$defs/Row/properties/status) may come
// open" or resolved"".
#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/base/utf8.h"
#include "engine/engine.h"
#include "engine/explain.h"

namespace sr::constrain {

namespace {

constexpr std::size_t kMostOptions = 8;

class Sentence {
 public:
  Sentence(const Program& program, SlotMachine* opened) : program_(program), opened_(opened) {}

  std::string of(const Config* config) {
    std::vector<const Stack*> stacks;
    for (const auto* stack : config->stacks) {
      if (opened_ != nullptr && !opened_->is_live(stack)) continue;
      stacks.push_back(stack);
      if (options_.size() < kMostOptions) describe(stack);
    }
    if (config->may_end) say("the end of the text");
    if (options_.empty()) return "nothing can follow: the text is complete";
    const Stack* deepest = nullptr;
    for (const auto* stack : stacks) {
      if (!options_of(stack).empty()) deepest = stack;
    }
    std::string out =
        deepest == nullptr ? "here" : "at " + path(deepest) + " (" + place(deepest) + ")";
    out += " may come ";
    for (std::size_t i = 0; i < options_.size(); ++i) {
      if (i > 0) out += i + 1 == options_.size() ? " or " : ", ";
      out += options_[i];
    }
    return out;
  }

 private:
  void say(const std::string& option) {
    if (std::find(options_.begin(), options_.end(), option) == options_.end()) {
      options_.push_back(option);
    }
  }
  void describe(const Stack* stack) {
    for (const auto& option : options_of(stack)) say(option);
  }
  const std::string& place(const Stack* stack) const {
    return program_.node(stack->frame.node).place;
  }

  std::vector<std::string> options_of(const Stack* stack) const {
    const auto& f = stack->frame;
    const auto& what = program_.node(f.node).what;
    if (const auto* slot = std::get_if<Slot>(&what)) return in_slot(*slot, stack);
    if (const auto* literals = std::get_if<Literals>(&what)) {
      return literals->set.completions(f.pos, 0, UINT32_MAX, kMostOptions);
    }
    if (const auto* automaton = std::get_if<Automaton>(&what)) return in_automaton(*automaton, f);
    if (const auto* array = std::get_if<Array>(&what)) return in_array(*array, f);
    if (const auto* set = std::get_if<Distinct>(&what)) return in_distinct(*set, f);
    return in_object(std::get<Object>(what), f);
  }

  // The rests of values; of a span, the slot.
  std::vector<std::string> in_slot(const Slot& slot, const Stack* stack) const {
    const auto* texts = opened_->texts(stack);
    if (texts == nullptr) return {};
    const auto& spec = program_.slots()[slot.number];
    const auto* values = std::get_if<ValueTexts>(texts);
    const bool before = stack->frame.phase == Frame::kQuote;
    if (values == nullptr) return {before ? spec.text() : "more of " + spec.text()};
    auto cursor = SlotMachine::cursor(stack->frame);
    if (before) cursor = values->start();
    if (cursor.end - cursor.at > kMostOptions) return {spec.text()};
    std::vector<std::string> out;
    for (auto at = cursor.at; at < cursor.end; ++at) {
      out.emplace_back(values->value(at).substr(cursor.length));
    }
    return out;
  }

  static std::vector<std::string> in_automaton(const Automaton& a, const Frame& f) {
    if (f.phase == Frame::kQuote) return {"a string"};
    const auto& row = a.dfa->row(f.pos);
    if (a.sort == Automaton::kRule) return in_rule(static_cast<const TextDfa&>(*a.dfa), row);
    if (!a.text()) {
      if (f.pos == ByteDfa::kStart) return {"a number"};
      const bool more =
          std::any_of(row.next.begin(), row.next.end(), [](auto s) { return s != 0; });
      return more ? std::vector<std::string>{"more of the number"} : std::vector<std::string>{};
    }
    std::vector<std::string> out;
    if (!row.boundary) return {"the rest of a character"};
    if (f.count < a.max) out.emplace_back("more of the string");
    if (row.next['"'] != ByteDfa::kDead && f.count >= a.min) out.emplace_back("its closing quote");
    return out;
  }

  // What the rule's characters spell, as long as there is no choice; then what a choice is between.
  static std::vector<std::string> in_rule(const TextDfa& dfa, const ByteDfa::Row& row) {
    if (!row.boundary) return {"the rest of a character"};
    std::vector<std::string> out;
    std::string choice;
    for (const auto& edge : dfa.codes().nodes()[row.code].edges) {
      if (edge.first == edge.last && out.size() < kMostOptions) {
        out.push_back(quoted(spelt(dfa.codes(), edge)));
      } else {
        choice += choice.size() < kMostOptions * 4 ? range(edge) : "";
      }
    }
    if (!choice.empty()) out.push_back("[" + choice + "]");
    return out;
  }
  static std::string spelt(const CodeDfa& codes, CodeDfa::Edge edge) {
    std::string out;
    for (;;) {
      append_utf8(out, edge.first);
      const auto& node = codes.nodes()[edge.to];
      const bool forced = node.edges.size() == 1 && node.edges[0].first == node.edges[0].last &&
                          node.calls.empty() && !node.accepts;
      if (!forced || out.size() > 60) return out;
      edge = node.edges[0];
    }
  }
  static std::string range(const CodeDfa::Edge& edge) {
    const auto one = [](CodeDfa::Code code) {
      std::string out;
      if (code >= 0x20 && code != 0x7F && code != kLastCode) {
        append_utf8(out, code);
      } else {
        char text[16];
        std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02X" : "\\U%08X", code);
        out = text;
      }
      return out;
    };
    return edge.first == edge.last ? one(edge.first) : one(edge.first) + "-" + one(edge.last);
  }

  static std::vector<std::string> in_array(const Array& array, const Frame& f) {
    if (f.phase == Frame::kOpen) return {"["};
    std::vector<std::string> out;
    if (f.phase != Frame::kNext && f.count >= array.min) out.emplace_back("]");
    if (f.phase == Frame::kAfter && f.count < array.max && array.item(f.count) != kNoNode) {
      out.emplace_back(",");
    }
    return out;
  }

  static std::vector<std::string> in_distinct(const Distinct& set, const Frame& f) {
    const auto taken = static_cast<std::uint64_t>(f.key) << 32 | f.pos;
    const auto count = static_cast<std::uint32_t>(std::popcount(taken));
    std::vector<std::string> out;
    if (f.phase == Frame::kOpen) return {"["};
    if (f.phase == Frame::kAfter) {
      if (count < set.max) out.emplace_back(",");
    } else if (count < set.max) {
      const auto state = f.phase == Frame::kValue ? f.count : LiteralSet::kStart;
      out = set.items.completions(state, set.all() & ~taken, kMostOptions);
    }
    if (f.phase != Frame::kValue && f.phase != Frame::kNext && count >= set.min) {
      out.emplace_back("]");
    }
    return out;
  }

  bool may_come(NodeId node) const { return opened_ == nullptr || opened_->is_live(node); }

  std::vector<std::string> in_object(const Object& object, const Frame& f) const {
    const bool any = object.any_order;
    const bool whole = any ? (object.required & ~f.count) == 0 : object.complete(f.pos);
    const bool free =
        (any || whole) && std::any_of(object.free.begin(), object.free.end(),
                                      [&](const auto& one) { return may_come(one.value); });
    const bool declared =
        any ? static_cast<std::uint32_t>(std::popcount(f.count)) < object.size()
            : f.pos < object.size();
    std::vector<std::string> out;
    const auto names = [&](LiteralSet::State state) {
      if (!declared) return;
      const auto first = any ? 0 : f.pos,
                 last = any ? object.size() - 1 : object.last_reachable(f.pos);
      for (auto i = first; i <= last && out.size() < kMostOptions; ++i) {
        const bool done = any && (f.count >> i & 1) != 0;
        if (done || !may_come(object.members[i].value)) continue;
        for (auto& name : object.names[0].completions(state, i, i, 1))
          out.push_back(std::move(name));
      }
    };
    switch (f.phase) {
      case Frame::kOpen:
        return {"{"};
      case Frame::kColon:
        return {":"};
      case Frame::kName:
        names(f.key);
        return out;
      case Frame::kValue:
        return out;
      case Frame::kAfter:
        if (declared || free) out.emplace_back(",");
        break;
      default:
        names(LiteralSet::kStart);
        if (free) out.emplace_back("a name");
    }
    if (whole && f.phase != Frame::kNext) out.emplace_back("}");
    return out;
  }

  // A JSON pointer to the value in work; "*" where an index or a name is not remembered.
  std::string path(const Stack* stack) const {
    std::string out;
    for (const auto* at = stack; at != nullptr; at = at->below) {
      const auto& f = at->frame;
      const auto& what = program_.node(f.node).what;
      const bool top = at == stack;
      if (const auto* array = std::get_if<Array>(&what)) {
        if (top) continue;
        const bool settled = array->max == kUnbounded && array->settled(f.count + 1) == f.count;
        out = (settled ? "/*" : "/" + std::to_string(f.count - 1)) + out;
      } else if (const auto* object = std::get_if<Object>(&what)) {
        if (!top || f.phase == Frame::kColon) out = "/" + member(*object, f) + out;
      }
    }
    return out.empty() ? "the top" : out;
  }
  static std::string member(const Object& object, const Frame& f) {
    if (f.phase == Frame::kColon) return f.key < object.size() ? object.members[f.key].name : "*";
    if (f.pos == 0 || (f.pos == object.size() && !object.free.empty())) return "*";
    return object.members[f.pos - 1].name;
  }

  const Program& program_;
  SlotMachine* const opened_;
  std::vector<std::string> options_;
};

}  // namespace

std::string explain(const Program& program, const Config* config, SlotMachine* opened) {
  return Sentence(program, opened).of(config);
}

std::string Engine::explain(const Config* config) const {
  return constrain::explain(*program_, config);
}

}  // namespace sr::constrain
