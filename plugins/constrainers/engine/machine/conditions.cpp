#include "engine/machine/conditions.h"

#include <algorithm>
#include <bit>

#include "engine/bytes/text_dfa.h"

namespace sr::constrain {

namespace {

const CodeDfa* rule_codes(const Node& node) {
  const auto* automaton = std::get_if<Automaton>(&node.what);
  if (automaton == nullptr || automaton->sort != Automaton::kRule) return nullptr;
  const auto& codes = static_cast<const TextDfa&>(*automaton->dfa).codes();
  const bool calls = std::any_of(codes.nodes().begin(), codes.nodes().end(),
                                 [](const auto& state) { return !state.calls.empty(); });
  return calls ? &codes : nullptr;
}

}  // namespace

Conditions::Conditions(const Program& program) : program_(program) {
  count_ = program_.size();
  first_.assign(count_, 0);
  for (std::size_t i = 0; i < first_.size(); ++i) {
    const auto* codes = rule_codes(program_.node(static_cast<NodeId>(i)));
    if (codes == nullptr) continue;
    first_[i] = static_cast<std::uint32_t>(count_);
    count_ += codes->nodes().size();
  }
  add_clauses();
  sort_uses();
  sure_ = complete(std::vector<bool>(program_.slots().size(), false));
  find_steady();
}

void Conditions::add(std::uint32_t head, std::vector<std::uint32_t> needs) {
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  if (needs.empty()) {
    facts_.push_back(head);
    return;
  }
  const auto clause = static_cast<std::uint32_t>(clauses_.size());
  clauses_.push_back({head, static_cast<std::uint32_t>(needs.size())});
  for (const auto need : needs) uses_.emplace_back(need, clause);
}

void Conditions::add_clauses() {
  for (std::uint32_t i = 0; i < first_.size(); ++i) {
    const auto& node = program_.node(static_cast<NodeId>(i));
    const auto& what = node.what;
    if (std::holds_alternative<Slot>(what)) continue;  // given with the texts
    std::vector<std::uint32_t> needs;
    const auto need = [&](NodeId id) { needs.push_back(static_cast<std::uint32_t>(id)); };
    if (const auto* choice = std::get_if<Choice>(&what)) {
      for (const auto option : choice->options) add(i, {static_cast<std::uint32_t>(option)});
      continue;
    }
    if (const auto* codes = rule_codes(node)) {
      add_rule(i, *codes);
      continue;
    }
    if (const auto* repeat = std::get_if<Repeat>(&what)) {
      need(repeat->body);
    } else if (const auto* array = std::get_if<Array>(&what)) {
      for (std::uint32_t k = 0; k < array->min && k <= array->prefix.size(); ++k) {
        need(array->item(k));
      }
    } else if (const auto* object = std::get_if<Object>(&what)) {
      for (const auto& member : object->members) {
        if (member.required) need(member.value);
      }
    }
    add(i, std::move(needs));
  }
}

// The node itself stands for its texts that are not empty.
void Conditions::add_rule(std::uint32_t node, const CodeDfa& codes) {
  const auto add_ways = [&](std::uint32_t head, const CodeDfa::Node& state) {
    for (const auto& edge : state.edges) add(head, {first_[node] + edge.to});
    for (const auto& call : state.calls) {
      add(head, {static_cast<std::uint32_t>(call.node), first_[node] + call.to});
    }
  };
  const auto& states = codes.nodes();
  add_ways(node, states[0]);
  for (std::uint32_t s = 0; s < states.size(); ++s) {
    if (states[s].accepts) {
      facts_.push_back(first_[node] + s);
    } else {
      add_ways(first_[node] + s, states[s]);
    }
  }
}

void Conditions::sort_uses() {
  std::sort(uses_.begin(), uses_.end());
  first_use_.assign(count_ + 1, 0);
  for (const auto& [item, clause] : uses_) ++first_use_[item + 1];
  for (std::size_t i = 0; i < count_; ++i) first_use_[i + 1] += first_use_[i];
}

Conditions::Items Conditions::complete(const std::vector<bool>& available) const {
  Items out(count_, false);
  std::vector<std::uint32_t> missing(clauses_.size()), waiting;
  for (std::size_t i = 0; i < clauses_.size(); ++i) missing[i] = clauses_[i].missing;
  const auto hold = [&](std::uint32_t item) {
    if (out[item]) return;
    out[item] = true;
    waiting.push_back(item);
  };
  for (const auto fact : facts_) hold(fact);
  for (std::uint32_t i = 0; i < first_.size(); ++i) {
    const auto* slot = std::get_if<Slot>(&program_.node(static_cast<NodeId>(i)).what);
    if (slot != nullptr && available[slot->number]) hold(i);
  }
  while (!waiting.empty()) {
    const auto item = waiting.back();
    waiting.pop_back();
    for (auto use = first_use_[item]; use < first_use_[item + 1]; ++use) {
      const auto clause = uses_[use].second;
      if (--missing[clause] == 0) hold(clauses_[clause].head);
    }
  }
  return out;
}

void Conditions::find_steady() {
  steady_.assign(first_.size(), true);
  for (std::size_t i = 0; i < first_.size(); ++i) {
    const auto& node = program_.node(static_cast<NodeId>(i));
    bool steady = true;
    const auto also = [&](NodeId id) { steady = steady && (id == kNoNode || item(id, sure_)); };
    if (std::holds_alternative<Slot>(node.what)) {
      steady = false;
    } else if (const auto* codes = rule_codes(node)) {
      for (std::size_t s = 0; s < codes->nodes().size(); ++s) {
        const auto& state = codes->nodes()[s];
        steady = steady && sure_[first_[i] + s];
        // It may be done here and yet not go on.
        const bool on = state.edges.empty() ||
                        std::any_of(state.edges.begin(), state.edges.end(),
                                    [&](const auto& edge) { return sure_[first_[i] + edge.to]; });
        steady = steady && on;
      }
    } else if (const auto* repeat = std::get_if<Repeat>(&node.what)) {
      also(repeat->body);
    } else if (const auto* array = std::get_if<Array>(&node.what)) {
      for (const auto id : array->prefix) also(id);
      also(array->items);
    } else if (const auto* object = std::get_if<Object>(&node.what)) {
      for (const auto& member : object->members) also(member.value);
      for (const auto& free : object->free) also(free.value);
    }
    steady_[i] = steady;
  }
}

bool Conditions::goes_on(const Frame& f, const Items& items) const {
  if (is_steady(f.node)) return true;
  const auto& what = program_.node(f.node).what;
  if (std::holds_alternative<Slot>(what)) return item(f.node, items);
  const auto* automaton = std::get_if<Automaton>(&what);
  if (automaton == nullptr) return value_holds(f, items);
  const auto& row = automaton->dfa->row(f.pos);
  if (!row.boundary) return row_holds(*automaton, f.node, f.pos, items);
  const auto& codes = static_cast<const TextDfa&>(*automaton->dfa).codes();
  const auto& edges = codes.nodes()[row.code].edges;
  const auto first = first_[static_cast<std::size_t>(f.node)];
  return std::any_of(edges.begin(), edges.end(),
                     [&](const auto& edge) { return items[first + edge.to]; });
}

bool Conditions::completes(const Frame& f, const Items& items) const {
  if (is_steady(f.node)) return true;
  const auto* automaton = std::get_if<Automaton>(&program_.node(f.node).what);
  if (automaton == nullptr) return value_holds(f, items);
  return row_holds(*automaton, f.node, f.pos, items);
}

// Of the state that a row stands for; inside a character, of one that it can still become.
bool Conditions::row_holds(const Automaton& a, NodeId node, std::uint32_t state,
                           const Items& items) const {
  if (state == ByteDfa::kEnd) return true;
  const auto& row = a.dfa->row(state);
  if (row.boundary) return items[first_[static_cast<std::size_t>(node)] + row.code];
  std::uint32_t before = ByteDfa::kDead;  // many bytes lead to one state
  for (const auto next : row.next) {
    if (next == ByteDfa::kDead || next == before) continue;
    if (row_holds(a, node, next, items)) return true;
    before = next;
  }
  return false;
}

bool Conditions::needs_items(const Array& array, std::uint32_t from, const Items& items) const {
  for (auto k = from; k < array.min && k <= array.prefix.size(); ++k) {
    if (!item(array.item(k), items)) return false;
  }
  return from >= array.min || array.min <= array.prefix.size() || item(array.items, items);
}

bool Conditions::value_holds(const Frame& f, const Items& items) const {
  const auto& what = program_.node(f.node).what;
  if (const auto* repeat = std::get_if<Repeat>(&what)) {
    return f.count >= repeat->min || item(repeat->body, items);
  }
  if (const auto* array = std::get_if<Array>(&what)) {
    if (f.phase == Frame::kNext && !item(array->item(f.count), items)) return false;
    return needs_items(*array, f.count, items);
  }
  return !std::holds_alternative<Object>(what) || object_holds(f, items);
}

bool Conditions::object_holds(const Frame& f, const Items& items) const {
  const auto& object = program_.get<Object>(f.node);
  const auto member = [&](std::uint32_t i) { return item(object.members[i].value, items); };
  const auto still = [&](std::uint32_t i) {  // may it come?
    return object.any_order ? (f.count >> i & 1) == 0
                            : i >= f.pos && (object.complete(f.pos) || i <= object.reachable[f.pos]);
  };
  const bool value = f.phase == Frame::kColon || f.phase == Frame::kValue;
  // What is owed and cannot come makes all of it impossible. In order, a member that is chosen has
  // passed over no required one.
  for (std::uint32_t i = 0; i < object.size(); ++i) {
    const bool done = object.any_order ? (f.count >> i & 1) != 0 : i < f.pos;
    if (object.members[i].required && !done && !member(i)) return false;
  }
  if (value) {
    return f.key < object.size() ? member(f.key)
                                 : item(object.free[f.key - object.size()].value, items);
  }
  const bool name = f.phase == Frame::kName;
  if (!name && f.phase != Frame::kNext) return true;
  for (std::uint32_t i = 0; i < object.size(); ++i) {
    if (!still(i) || !member(i)) continue;
    if (!name || object.names[0].reaches(f.key, i, i)) return true;
  }
  if (name) return false;
  const bool free_may_come = object.any_order || object.complete(f.pos);
  return free_may_come && std::any_of(object.free.begin(), object.free.end(), [&](const auto& free) {
           return item(free.value, items);
         });
}

}  // namespace sr::constrain
