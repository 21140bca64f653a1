#include "gbnf/compile.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/text/nfa.h"
#include "state_runtime/plugin.hpp"

namespace sr::gbnf {

namespace {

using constrain::Automaton;
using constrain::CodeDfa;
using constrain::kNoNode;
using constrain::Nfa;
using constrain::NodeId;
using constrain::Program;
using constrain::TextDfa;

// Repetitions up to this bound are copied: a deterministic automaton is faster than counting.
constexpr std::uint32_t kMostCopies = 16;
constexpr std::size_t kMostCopied = 256;  // states

class Compiler {
 public:
  Compiler(Program& program, const Examined& grammar, const Options& options,
           const FindOther& others)
      : program_(program), grammar_(grammar), options_(options), others_(others),
        nodes_(grammar.rules().size(), kNoNode) {}

  NodeId run() {
    const auto root = node_of(grammar_.find("root"));
    while (!waiting_.empty()) {
      const auto [node, body, name] = waiting_.back();
      waiting_.pop_back();
      fill(node, *body, *name);
    }
    return root;
  }

 private:
  struct Waiting {
    NodeId node;
    const Piece* body;
    const std::string* name;
  };

  std::string place_of(Place place, const std::string& rule) const {
    return (options_.name.empty() ? "" : options_.name + " ") + text_of(place) + " " + rule;
  }
  NodeId node_of(int rule) {
    auto& node = nodes_[static_cast<std::size_t>(rule)];
    const auto& [name, place, body] = grammar_.rules()[static_cast<std::size_t>(rule)];
    if (node == kNoNode) node = node_for(body, place, name);
    return node;
  }
  NodeId node_for(const Piece& body, Place place, const std::string& name) {
    const auto node = program_.reserve(place_of(place, name));
    waiting_.push_back({node, &body, &name});
    return node;
  }

  void fill(NodeId node, const Piece& body, const std::string& name) {
    nfa_ = {};
    rule_ = &name;
    nfa_.start = state(body);
    nfa_.accept = build(body, nfa_.start);
    Automaton automaton{.sort = Automaton::kRule};
    try {
      automaton.dfa = std::make_shared<const TextDfa>(nfa_.determinise(options_.max_states),
                                                      options_.max_states, options_.spelling);
    } catch (const Failure& e) {
      if (e.code() != SR_EXHAUSTED) throw;
      throw Failure(SR_EXHAUSTED, text_of(body.place) + ": the rule " + name + " " + e.what() +
                                      "; simplify it or raise max_states");
    }
    program_.set(node, std::move(automaton));
  }

  Nfa::State state(const Piece& piece) {
    if (nfa_.nodes.size() > options_.max_states * 4) {
      throw Failure(SR_EXHAUSTED, text_of(piece.place) + ": the rule " + *rule_ +
                                      " needs more than " + std::to_string(options_.max_states) +
                                      " states; simplify it or raise max_states");
    }
    return nfa_.add();
  }
  // What follows begins at `from`, where nothing is read yet, and answers where it ends.
  Nfa::State build(const Piece& piece, Nfa::State from) {
    switch (piece.kind) {
      case Piece::kCharacters: return characters(piece, piece.codes, from);
      case Piece::kLiteral:
        for (const auto& code : piece.codes) from = characters(piece, {&code, 1}, from);
        return from;
      case Piece::kRule: return rule(piece, from);
      case Piece::kSlot: return slot(piece, from);
      case Piece::kRepeat: return repeat(piece, from);
      case Piece::kSequence:
        for (const auto& part : piece.parts) from = build(part, from);
        return from;
      case Piece::kChoice: break;
    }
    const auto last = state(piece);
    for (const auto& part : piece.parts) {
      const auto first = state(piece);
      nfa_.link(from, first);
      nfa_.link(build(part, first), last);
    }
    return last;
  }

  Nfa::State characters(const Piece& piece, std::span<const constrain::CodeRange> codes,
                        Nfa::State from) {
    const bool one = codes.size() == 1 && codes[0].first == codes[0].second;
    const auto code = codes[0].first;
    // Inside a JSON string, control characters are escaped.
    const bool raw = options_.spelling == constrain::Spelling::kPlain || code >= 0x20;
    if (one && raw && Program::may_be_missing(code)) {
      program_.need(code, place_of(piece.place, *rule_));
    }
    const auto last = state(piece);
    nfa_.read(from, codes, last);
    return last;
  }
  // Reads a whole text of the node; or nothing, where that is a text, too.
  Nfa::State call(const Piece& piece, NodeId node, bool may_be_empty, Nfa::State from) {
    const auto last = state(piece);
    nfa_.call(from, node, last);
    if (may_be_empty) nfa_.link(from, last);
    return last;
  }

  Nfa::State slot(const Piece& piece, Nfa::State from) {
    auto spec = piece.slot;
    if (options_.spelling == constrain::Spelling::kEscaped) {
      spec.spelling = constrain::SlotSpec::kEscaped;
    }
    const auto number = program_.slot(spec);
    auto& node = slots_.try_emplace(number, kNoNode).first->second;
    if (node == kNoNode) {
      node = program_.add(place_of(piece.place, *rule_), constrain::Slot{number});
    }
    return call(piece, node, /*may_be_empty=*/false, from);
  }

  Nfa::State rule(const Piece& piece, Nfa::State from) {
    const auto number = piece.number;
    if (number < 0) {
      const auto other = others_(piece.rule, piece.place);
      return call(piece, other.node, other.may_be_empty, from);
    }
    if (grammar_.is_inlined(number)) {
      return build(grammar_.rules()[static_cast<std::size_t>(number)].body, from);
    }
    return call(piece, node_of(number), grammar_.may_be_empty(number), from);
  }

  Nfa::State repeat(const Piece& piece, Nfa::State from) {
    const auto& what = piece.parts[0];
    const auto copies = piece.max == kUnbounded ? piece.min : piece.max;
    if (piece.max == 0) return from;
    const bool few = copies <= 1 || (copies <= kMostCopies &&
                                     copies * grammar_.size(what) <= kMostCopied);
    if (!few) return counted(piece, from);
    if (piece.max == kUnbounded) {
      for (std::uint32_t i = 1; i < piece.min; ++i) from = build(what, from);
      const auto loop = state(piece), last = state(piece);
      nfa_.link(from, loop);
      if (piece.min == 0) nfa_.link(from, last);
      const auto end = build(what, loop);
      nfa_.link(end, loop);
      nfa_.link(end, last);
      return last;
    }
    for (std::uint32_t i = 0; i < piece.min; ++i) from = build(what, from);
    const auto last = state(piece);
    for (auto i = piece.min; i < piece.max; ++i) {
      nfa_.link(from, last);
      from = build(what, from);
    }
    nfa_.link(from, last);
    return last;
  }

  Nfa::State counted(const Piece& piece, Nfa::State from) {
    const auto& what = piece.parts[0];
    const bool empty = grammar_.may_be_empty(what);
    const auto least = empty ? 1 : std::max(piece.min, 1U);
    const bool may_be_empty = empty || piece.min == 0;
    if (const auto node = counted_automaton(piece, least); node != kNoNode) {
      return call(piece, node, may_be_empty, from);
    }
    refuse_nested(piece);
    const auto node = program_.reserve(place_of(piece.place, *rule_));
    const auto body = node_for(what, what.place, *rule_);
    program_.set(node, constrain::Repeat{body, least, piece.max});
    return call(piece, node, may_be_empty, from);
  }

  // ((a{0,99}){0,99}) reads one text in very many ways.
  void refuse_nested(const Piece& piece) const {
    const auto& what = inside(piece.parts[0]);
    if (what.kind != Piece::kRepeat || what.max <= 1) return;
    fail(piece.place, "a repetition of nothing but a repetition explodes; write one");
  }
  // What a piece is nothing but, behind parentheses and names.
  const Piece& inside(const Piece& piece) const {
    if (piece.kind == Piece::kSequence && piece.parts.size() == 1) return inside(piece.parts[0]);
    const auto rule = piece.kind == Piece::kRule ? piece.number : -1;
    if (rule < 0 || !grammar_.is_inlined(rule)) return piece;
    return inside(grammar_.rules()[static_cast<std::size_t>(rule)].body);
  }
  // One automaton that goes through the repeated texts and counts them; kNoNode when it cannot,
  // as one of them calls a rule or may go on as another one.
  NodeId counted_automaton(const Piece& piece, std::uint32_t least) {
    const auto& what = piece.parts[0];
    if (grammar_.size(what) > kMostCopied) return kNoNode;
    auto outer = std::exchange(nfa_, {});
    nfa_.start = state(what);
    nfa_.accept = build(what, nfa_.start);
    const auto inner = std::exchange(nfa_, std::move(outer));
    for (const auto& node : inner.nodes) {
      if (node.call >= 0) return kNoNode;
    }
    auto states = inner.determinise(options_.max_states).minimal().nodes();
    states[0].accepts = false;
    for (auto& state : states) {
      if (state.accepts && !state.edges.empty()) return kNoNode;
      for (auto& edge : state.edges) {
        if (edge.to == 0) return kNoNode;
        if (states[edge.to].accepts) edge.to = 0;
      }
    }
    states[0].accepts = true;
    Automaton automaton{.min = least, .max = piece.max, .sort = Automaton::kRule};
    automaton.dfa =
        std::make_shared<const TextDfa>(CodeDfa(std::move(states)), options_.max_states,
                                        options_.spelling, TextDfa::kUnits);
    return program_.add(place_of(piece.place, *rule_), std::move(automaton));
  }

  Program& program_;
  const Examined& grammar_;
  const Options& options_;
  const FindOther& others_;
  std::vector<NodeId> nodes_;  // of each rule
  std::map<std::uint32_t, NodeId> slots_;
  std::vector<Waiting> waiting_;
  Nfa nfa_;                    // of the rule in work
  const std::string* rule_ = nullptr;
};

}  // namespace

Root add_grammar(Program& program, std::string_view text, const Options& options,
                 const FindOther& others) {
  const Examined grammar(parse(text), [&](const std::string& name, Place place) {
    const auto other = others(name, place);
    return Other{other.node != kNoNode, other.may_be_empty};
  });
  const auto root = Compiler(program, grammar, options, others).run();
  return {root, grammar.may_be_empty(grammar.find("root"))};
}

}  // namespace sr::gbnf
