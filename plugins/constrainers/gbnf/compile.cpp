#include "gbnf/compile.h"

#include <algorithm>
#include <utility>

#include "engine/nfa.h"
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
  struct Part {
    Nfa::State first, last;
  };
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
    const auto whole = build(body);
    nfa_.start = whole.first;
    nfa_.accept = whole.last;
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
  Part characters(const Piece& piece) {
    const Part part{state(piece), state(piece)};
    const bool one = piece.codes.size() == 1 && piece.codes[0].first == piece.codes[0].second;
    const auto code = piece.codes[0].first;
    // Inside a JSON string, control characters are escaped.
    const bool raw = options_.spelling == constrain::Spelling::kPlain || code >= 0x20;
    if (one && raw && Program::may_be_missing(code)) {
      program_.need(code, place_of(piece.place, *rule_));
    }
    nfa_.nodes[part.first].codes = piece.codes;
    nfa_.nodes[part.first].to = part.last;
    return part;
  }
  // Reads a whole text of the node; or nothing, where that is a text, too.
  Part call(const Piece& piece, NodeId node, bool may_be_empty) {
    const Part part{state(piece), state(piece)};
    nfa_.nodes[part.first].call = node;
    nfa_.nodes[part.first].to = part.last;
    if (may_be_empty) nfa_.link(part.first, part.last);
    return part;
  }

  Part build(const Piece& piece) {
    switch (piece.kind) {
      case Piece::kCharacters: return characters(piece);
      case Piece::kRule: return rule(piece);
      case Piece::kRepeat: return repeat(piece);
      case Piece::kSequence: {
        const auto first = state(piece);
        Part all{first, first};
        for (const auto& part : piece.parts) append(all, build(part));
        return all;
      }
      case Piece::kChoice: break;
    }
    const Part all{state(piece), state(piece)};
    for (const auto& part : piece.parts) {
      const auto one = build(part);
      nfa_.link(all.first, one.first);
      nfa_.link(one.last, all.last);
    }
    return all;
  }
  void append(Part& all, const Part& next) {
    nfa_.link(all.last, next.first);
    all.last = next.last;
  }

  Part rule(const Piece& piece) {
    const auto number = grammar_.find(piece.rule);
    if (number < 0) {
      const auto other = others_(piece.rule, piece.place);
      return call(piece, other.node, other.may_be_empty);
    }
    if (grammar_.is_inlined(number)) {
      return build(grammar_.rules()[static_cast<std::size_t>(number)].body);
    }
    return call(piece, node_of(number), grammar_.may_be_empty(number));
  }

  Part repeat(const Piece& piece) {
    const auto& what = piece.parts[0];
    const auto copies = piece.max == kUnbounded ? piece.min : piece.max;
    if (piece.max == 0) {
      const auto only = state(piece);
      return {only, only};
    }
    const bool few = copies <= 1 || (copies <= kMostCopies &&
                                     copies * grammar_.size(what) <= kMostCopied);
    if (!few) return counted(piece);
    const auto first = state(piece);
    Part all{first, first};
    if (piece.max == kUnbounded) {
      for (std::uint32_t i = 1; i < piece.min; ++i) append(all, build(what));
      const auto loop = build(what);
      const Part around{state(piece), state(piece)};
      nfa_.link(around.first, loop.first);
      if (piece.min == 0) nfa_.link(around.first, around.last);
      nfa_.link(loop.last, loop.first);
      nfa_.link(loop.last, around.last);
      append(all, around);
      return all;
    }
    for (std::uint32_t i = 0; i < piece.min; ++i) append(all, build(what));
    const auto last = state(piece);
    for (auto i = piece.min; i < piece.max; ++i) {
      nfa_.link(all.last, last);
      append(all, build(what));
    }
    append(all, {last, last});
    return all;
  }

  Part counted(const Piece& piece) {
    const auto& what = piece.parts[0];
    const bool empty = grammar_.may_be_empty(what);
    const auto least = empty ? 1 : std::max(piece.min, 1U);
    const bool may_be_empty = empty || piece.min == 0;
    if (const auto node = counted_automaton(piece, least); node != kNoNode) {
      return call(piece, node, may_be_empty);
    }
    refuse_nested(piece);
    const auto node = program_.reserve(place_of(piece.place, *rule_));
    const auto body = node_for(what, what.place, *rule_);
    program_.set(node, constrain::Repeat{body, least, piece.max});
    return call(piece, node, may_be_empty);
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
    const auto rule = piece.kind == Piece::kRule ? grammar_.find(piece.rule) : -1;
    if (rule < 0 || !grammar_.is_inlined(rule)) return piece;
    return inside(grammar_.rules()[static_cast<std::size_t>(rule)].body);
  }
  // One automaton that goes through the repeated texts and counts them; kNoNode when it cannot,
  // as one of them calls a rule or may go on as another one.
  NodeId counted_automaton(const Piece& piece, std::uint32_t least) {
    const auto& what = piece.parts[0];
    if (grammar_.size(what) > kMostCopied) return kNoNode;
    auto outer = std::exchange(nfa_, {});
    const auto whole = build(what);
    nfa_.start = whole.first;
    nfa_.accept = whole.last;
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
