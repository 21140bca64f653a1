// engine/nfa.h - a non-deterministic automaton over code points, and its determinisation.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/code_dfa.h"
#include "engine/code_set.h"

namespace sr::constrain {

struct Nfa {
  using State = std::uint32_t;
  enum Kind : std::uint8_t { kFree, kAtStart, kAtEnd };  // when an empty move may be made
  struct Move {
    Kind kind;
    State to;
  };
  struct Node {
    CodeSet codes;           // one set of code points, …
    std::int32_t call = -1;  // or a whole text of this node of the program, …
    State to = 0;            // … leads here
    std::vector<Move> moves;
  };
  std::vector<Node> nodes;
  State start = 0, accept = 0;

  State add() {
    nodes.emplace_back();
    return static_cast<State>(nodes.size() - 1);
  }
  void link(State from, State to, Kind kind = kFree) { nodes[from].moves.push_back({kind, to}); }

  // Not minimal. Errors: sr::Failure(SR_EXHAUSTED) beyond `max_states`.
  CodeDfa determinise(std::size_t max_states) const;
};

}  // namespace sr::constrain
