// engine/text/nfa.h - a non-deterministic automaton over code points, and its determinisation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/text/code_dfa.h"
#include "engine/text/code_set.h"

namespace sr::constrain {

struct Nfa {
  using State = std::uint32_t;
  enum Kind : std::uint8_t { kFree, kAtStart, kAtEnd };  // when an empty move may be made
  struct Move {
    Kind kind;
    State to;
    std::uint32_t next;  // of the same state; kNoMove: none
  };
  static constexpr std::uint32_t kNoMove = UINT32_MAX;
  struct Node {
    std::uint32_t first_code = 0, end_code = 0;  // of `codes`: one set of code points, …
    std::int32_t call = -1;  // or a whole text of this node of the program, …
    State to = 0;            // … leads here
    std::uint32_t moves = kNoMove;  // the first
  };
  std::vector<Node> nodes;
  std::vector<CodeRange> codes;
  std::vector<Move> moves;
  State start = 0, accept = 0;

  State add() {
    nodes.emplace_back();
    return static_cast<State>(nodes.size() - 1);
  }
  void link(State from, State to, Kind kind = kFree) {
    moves.push_back({kind, to, nodes[from].moves});
    nodes[from].moves = static_cast<std::uint32_t>(moves.size() - 1);
  }
  // One of these code points, or a text of `node`, leads on. A state has at most one of both.
  void read(State from, std::span<const CodeRange> set, State to) {
    nodes[from].first_code = static_cast<std::uint32_t>(codes.size());
    codes.insert(codes.end(), set.begin(), set.end());
    nodes[from].end_code = static_cast<std::uint32_t>(codes.size());
    nodes[from].to = to;
  }
  void call(State from, std::int32_t node, State to) {
    nodes[from].call = node;
    nodes[from].to = to;
  }
  std::span<const CodeRange> codes_of(State s) const {
    return {codes.data() + nodes[s].first_code, nodes[s].end_code - nodes[s].first_code};
  }

  // Not minimal. Errors: sr::Failure(SR_EXHAUSTED) beyond `max_states`.
  CodeDfa determinise(std::size_t max_states) const;
};

}  // namespace sr::constrain
