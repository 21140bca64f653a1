// engine/text/code_dfa.h - a deterministic automaton over Unicode code points: which texts a string
// may hold, before JSON spells them. Immutable once built, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::constrain {

class CodeDfa {
 public:
  using State = std::uint32_t;
  using Code = std::uint32_t;

  struct Edge {
    Code first, last;  // both included; never a surrogate
    State to;
  };
  // A whole text of another node of the program may stand here.
  struct Call {
    std::int32_t node;
    State to;
  };
  // Every edge and call leads to a state from which a text can be completed.
  struct Node {
    std::vector<Edge> edges;  // sorted, disjoint, neighbours to the same state merged
    std::vector<Call> calls;
    bool accepts = false;
  };

  // State 0 is the start. Edges may come in any order but must not overlap; surrogates are cut
  // out, dead edges dropped. The start stays even when nothing is accepted.
  explicit CodeDfa(std::vector<Node> nodes);

  static CodeDfa any();      // every text
  static CodeDfa except(const std::vector<std::string>& texts);  // every text but these (UTF-8)
  // Texts of both; of the one but not of the other; neither has calls. Errors: sr::Failure(SR_EXHAUSTED).
  CodeDfa both(const CodeDfa& other, std::size_t max_states) const;
  CodeDfa without(const CodeDfa& other, std::size_t max_states) const;
  // Texts of min to max code points; max may be UINT32_MAX.
  CodeDfa of_length(std::uint32_t min, std::uint32_t max, std::size_t max_states) const;
  CodeDfa minimal() const;  // without calls
  bool matches(std::string_view text) const;  // UTF-8

  // How many code points are missing at least until a text can end: here, and behind one of
  // [first, last], of which one must be possible.
  std::uint32_t missing(State state) const { return missing_[state]; }
  std::uint32_t missing_behind(State state, Code first, Code last) const;
  // May a text go on for ever wherever it stands?
  bool endless() const;

  // The code points of the shortest text; and of the longest, UINT32_MAX when there is none.
  std::uint32_t shortest() const { return missing_[0]; }
  std::uint32_t longest() const;

  std::optional<State> step(State state, Code code) const;
  // May some code point of [first, last] come next?
  bool any_in(State state, Code first, Code last) const;
  // The state that every code point of [first, last] leads to, if there is one.
  std::optional<State> all_in(State state, Code first, Code last) const;
  // Does every text that is written here lead back here?
  bool universal(State state) const;
  bool accepts(State state) const { return nodes_[state].accepts; }
  bool final(State state) const {  // complete, and nothing can follow
    const auto& node = nodes_[state];
    return node.accepts && node.edges.empty() && node.calls.empty();
  }
  bool empty() const { return nodes_[0].edges.empty() && !nodes_[0].accepts; }
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  void tidy();
  void drop_dead();
  void find_missing();
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> missing_;  // of each state; UINT32_MAX at a start that accepts nothing
};

}  // namespace sr::constrain
