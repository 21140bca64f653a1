// engine/machine/conditions.h - what of a program can be completed only when slots have texts.
//
// Nodes, and the states of rules that call others, are items; which of them can be completed
// follows from which slots have texts. What can be completed without any is sure. Immutable, any
// thread.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/machine/frame.h"

namespace sr::constrain {

class Conditions {
 public:
  using Items = std::vector<bool>;

  // Of a finished program, which holds it and stays where it is.
  explicit Conditions(const Program& program);

  // The items that can be completed. available[i]: slot i has texts.
  Items complete(const std::vector<bool>& available) const;
  const Items& sure() const { return sure_; }
  // Do all frames of the node go on to an end, whichever slots have texts?
  bool is_steady(NodeId node) const { return steady_[static_cast<std::size_t>(node)]; }

  // Can what the frame begins with its next byte be completed?
  bool goes_on(const Frame& frame, const Items& items) const;
  // Can the frame be completed when what it waits for above it is done?
  bool completes(const Frame& frame, const Items& items) const;

 private:
  struct Clause {
    std::uint32_t head, missing;  // holds when none of its needs is missing
  };
  void add_clauses();
  void add_rule(std::uint32_t node, const CodeDfa& codes);
  void add(std::uint32_t head, std::vector<std::uint32_t> needs);
  void sort_uses();
  void find_steady();
  bool value_holds(const Frame& frame, const Items& items) const;
  bool object_holds(const Frame& frame, const Items& items) const;
  bool row_holds(const Automaton& a, NodeId node, std::uint32_t state, const Items& items) const;
  bool needs_items(const Array& array, std::uint32_t from, const Items& items) const;
  bool item(NodeId node, const Items& items) const {
    return node != kNoNode && items[static_cast<std::size_t>(node)];
  }

  const Program& program_;
  std::vector<std::uint32_t> first_;  // [node]: the item of its rule's first state; 0: it has none
  std::size_t count_ = 0;             // items
  std::vector<Clause> clauses_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> uses_;  // (item, clause), sorted
  std::vector<std::uint32_t> first_use_;                       // [item]
  std::vector<std::uint32_t> facts_;                           // items that need nothing
  Items sure_, steady_;
};

}  // namespace sr::constrain
