// engine/machine/program.h - a grammar in the form that the machine runs. A front end builds
// it; it does not know any vocabulary. Immutable once finished, any thread.
//
// A node describes the texts of one value. Nodes refer to each other by id, also in circles.
// Every node must have a finite text, and the front end leaves out what cannot be completed
// (an alternative, an optional property): the machine never looks ahead for dead ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/bytes/byte_dfa.h"
#include "engine/bytes/literal_set.h"
#include "engine/bytes/text_dfa.h"
#include "engine/slots/slot.h"

namespace sr::constrain {

using NodeId = std::int32_t;
constexpr NodeId kNoNode = -1;
constexpr std::uint32_t kUnbounded = UINT32_MAX;

// One of some fixed byte strings.
struct Literals {
  LiteralSet set;
};

// A text of an automaton: a number; a JSON string, whose opening quote the machine reads itself;
// or what a rule of a grammar stands for, whose rows may call other nodes. Characters, or
// units of them (steps out of rows that count), are held to `min` and `max`, but not beside calls. A rule's texts have
// at least one character: whoever calls it knows whether it may also be left out.
struct Automaton {
  enum Sort : std::uint8_t { kNumber, kText, kRule };
  std::shared_ptr<const ByteDfa> dfa;
  std::uint32_t min = 0, max = kUnbounded;
  Sort sort = kNumber;
  // The most characters that a text can need before it may end. With a `max`, no character is
  // begun behind which there would be too little room.
  std::uint32_t reserve = 0;

  bool text() const { return sort == kText; }
  // The count that stands for `count` and all others that allow the same for ever.
  std::uint32_t settled(std::uint32_t count) const {
    return max == kUnbounded && count > min ? min : count;
  }
};

struct Choice {
  std::vector<NodeId> options;
};

// Texts of `body`, one behind the other; none of them is empty, and there is at least one.
struct Repeat {
  NodeId body = kNoNode;
  std::uint32_t min = 1, max = kUnbounded;

  std::uint32_t settled(std::uint32_t count) const {
    return max == kUnbounded && count > min ? min : count;
  }
};

struct Array {
  std::vector<NodeId> prefix;
  NodeId items = kNoNode;  // behind the prefix
  std::uint32_t min = 0, max = kUnbounded;

  NodeId item(std::uint32_t index) const { return index < prefix.size() ? prefix[index] : items; }
  std::uint32_t settled(std::uint32_t count) const {
    const auto least = std::max(min, static_cast<std::uint32_t>(prefix.size()));
    return max == kUnbounded && count > least ? least : count;
  }
};

// An array of some of these texts, none of them twice.
struct Distinct {
  LiteralSet items;  // kMostMasked at most
  std::uint32_t size = 0, min = 0, max = kUnbounded;

  std::uint64_t all() const { return size == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1; }
};

// Declared members in their order, then any number of free ones; or all in any order.
struct Object {
  struct Member {
    std::string name;
    NodeId value;
    bool required;
  };
  // Members whose names match; no name matches two of these, or is declared.
  struct Free {
    NodeId name;  // an Automaton over texts
    NodeId value;
  };
  std::vector<Member> members;
  std::vector<Free> free;
  bool any_order = false;  // for kMostUnordered members at most
  static constexpr std::uint32_t kMostUnordered = 32;
  // Filled in by Program::finish.
  std::vector<LiteralSet> names;         // one set: payload i spells member i with its quotes
  std::vector<std::uint32_t> reachable;  // [from]: the last member that may come next
  std::uint32_t required = 0;            // in any order: their bits

  std::uint32_t size() const { return static_cast<std::uint32_t>(members.size()); }
  NodeId value(std::uint32_t key) const {
    return key < size() ? members[key].value : free[key - size()].value;
  }
  // May the object end, or go on to free members, when members before `from` are done?
  bool complete(std::uint32_t from) const { return from == size() || reachable[from] == size(); }
  std::uint32_t last_reachable(std::uint32_t from) const {
    return reachable[from] == size() ? size() - 1 : reachable[from];
  }
};

// A text that is given when a matcher is opened; never an empty one.
struct Slot {
  std::uint32_t number;  // in Program::slots()
};

class Conditions;

struct Node {
  std::variant<std::monostate, Literals, Automaton, Choice, Repeat, Array, Distinct, Object, Slot>
      what;
  std::string place;  // where in the grammar's text, for messages: "#/properties/rows", "3:1 row"
};

class Program {
 public:
  NodeId reserve(std::string place);
  NodeId add(std::string place, decltype(Node::what) what);
  void set(NodeId id, decltype(Node::what) what) { nodes_[id].what = std::move(what); }
  // `root`: the whole text. `whitespace`: the most white-space bytes in a row between two parts
  // of an array or object; 0 for compact JSON. `may_be_empty`: nothing is a whole text, too.
  void finish(NodeId root, std::uint32_t whitespace, bool may_be_empty = false);

  // Texts cannot be written without this character. Letters, digits and what else JSON is made of
  // are needed anyway.
  static constexpr bool may_be_missing(std::uint32_t code) { return code < 0x20 || code > 0x7E; }
  void need(std::uint32_t code, const std::string& place) {
    if (may_be_missing(code)) needed_.try_emplace(code, place);
  }
  const std::map<std::uint32_t, std::string>& needed() const { return needed_; }

  // A slot's number; one that is written twice is one slot.
  std::uint32_t slot(const SlotSpec& spec);
  const std::vector<SlotSpec>& slots() const { return slots_; }
  // What depends on them; nullptr when there are none.
  const Conditions* conditions() const { return conditions_.get(); }

  const Node& node(NodeId id) const { return nodes_[id]; }
  template <class T>
  const T& get(NodeId id) const { return *std::get_if<T>(&nodes_[id].what); }
  NodeId root() const { return root_; }
  std::uint32_t whitespace() const { return whitespace_; }
  bool may_be_empty() const { return may_be_empty_; }
  std::size_t size() const { return nodes_.size(); }

 private:
  std::vector<Node> nodes_;
  NodeId root_ = kNoNode;
  std::uint32_t whitespace_ = 0;
  bool may_be_empty_ = false;
  std::map<std::uint32_t, std::string> needed_;  // and where
  std::vector<SlotSpec> slots_;
  std::shared_ptr<const Conditions> conditions_;
};

// `text` (UTF-8) as JSON writes it, with its quotes, escaping only what must be.
std::string quoted(std::string_view text);

}  // namespace sr::constrain
